"""Ce qu'un changement fait aux candidats, dit avant de l'enregistrer. Sans effet sur eux, rien n'est à confirmer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.gestion.services.reglage import Reglage
from app.regles.calendrier import Periode, etat
from app.regles.vocabulaire import EtatService
from app.web.gabarits import instant_paris


@dataclass(frozen=True, slots=True)
class Effectifs:
    """Les candidatures d'un service."""

    brouillons: int
    """jamais enregistrés"""
    modifications: int
    """inscrits dont le brouillon a changé depuis"""
    inscrits: int

    @property
    def non_enregistres(self) -> str:
        """« 12 brouillons ne sont pas enregistrés, 3 modifications non plus. »"""
        if not self.brouillons and not self.modifications:
            return "Aucun brouillon n’attend d’être enregistré."
        brouillons = _accord(self.brouillons, "brouillon n’est pas enregistré", "brouillons ne sont pas enregistrés")
        if not self.modifications:
            return f"{brouillons}."
        suite = _accord(
            self.modifications, "modification n’est pas enregistrée", "modifications ne sont pas enregistrées"
        )
        return f"{brouillons} ; {suite}." if self.brouillons else f"{suite}."


def effets(avant: Reglage, apres: Reglage, effectifs: Effectifs, maintenant: datetime) -> tuple[str, ...]:
    return tuple((*_inscriptions(avant, apres, effectifs, maintenant), *_depot(avant, apres, effectifs, maintenant)))


def _inscriptions(avant: Reglage, apres: Reglage, effectifs: Effectifs, maintenant: datetime) -> Iterator[str]:
    etait = etat(Periode(avant.ouvre_le, avant.ferme_le), maintenant)
    sera = etat(Periode(apres.ouvre_le, apres.ferme_le), maintenant)
    if etait is EtatService.OUVERT and sera is EtatService.FERME:
        yield f"Les inscriptions ferment dès l’enregistrement. {effectifs.non_enregistres}"
    elif etait is EtatService.OUVERT and sera is EtatService.A_VENIR:
        yield (
            f"Les inscriptions, ouvertes, s’arrêtent jusqu’au {instant_paris(apres.ouvre_le)}. "
            f"{effectifs.non_enregistres}"
        )
    elif apres.ferme_le < avant.ferme_le and sera is not EtatService.FERME:
        yield (
            f"La clôture est avancée : du {instant_paris(avant.ferme_le)} au {instant_paris(apres.ferme_le)}. "
            f"{effectifs.non_enregistres}"
        )
    elif etait is EtatService.FERME and sera is EtatService.OUVERT:
        yield f"Les inscriptions rouvrent dès l’enregistrement.{_rouvert(effectifs.inscrits)}"
    if apres.regime_confirmation is not avant.regime_confirmation and effectifs.inscrits:
        yield (
            "La confirmation change de régime : "
            f"{_accord(effectifs.inscrits, 'inscrit garde la sienne', 'inscrits gardent la leur')} jusqu’à leur "
            "prochain enregistrement."
        )


def _depot(avant: Reglage, apres: Reglage, effectifs: Effectifs, maintenant: datetime) -> Iterator[str]:
    if apres.depot_ferme_le < avant.depot_ferme_le and effectifs.inscrits and avant.depot_ferme_le > maintenant:
        yield (
            f"Le dépôt des pièces finit plus tôt : le {instant_paris(apres.depot_ferme_le)} au lieu du "
            f"{instant_paris(avant.depot_ferme_le)}."
        )
    if apres.depot_ferme_le < apres.ferme_le and (
        apres.ferme_le != avant.ferme_le or apres.depot_ferme_le != avant.depot_ferme_le
    ):
        yield (
            "Le dépôt des pièces finit avant les inscriptions : qui s’inscrira après le "
            f"{instant_paris(apres.depot_ferme_le)} ne pourra rien déposer en ligne."
        )


def _rouvert(inscrits: int) -> str:
    if not inscrits:
        return ""
    return f" {_accord(inscrits, 'inscrit pourra', 'inscrits pourront')} de nouveau modifier ou se désinscrire."


def _accord(nombre: int, singulier: str, pluriel: str) -> str:
    return f"{nombre} {pluriel if nombre > 1 else singulier}"
