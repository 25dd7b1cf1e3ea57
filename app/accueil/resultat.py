"""Le résultat d'une simulation, épreuve par épreuve, par les fonctions mêmes de l'onglet Acquis."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.regles.dispenses import droits_retenus, refus_de_droit
from app.regles.dossier import Dossier
from app.regles.droit import Droit
from app.regles.epreuves import EpreuveDossier, epreuves
from app.regles.motifs import A_CONFIRMER
from app.regles.positions import eps_dispensable
from app.regles.referentiel import Texte
from app.regles.reperes import EPS
from app.regles.vocabulaire import PositionEpreuve

EPS_A_LA_DEMANDE = "Vous pourrez en être dispensé à votre demande, sans certificat médical."


@dataclass(frozen=True, slots=True)
class LigneResultat:
    intitule: str
    concerne_aussi: str
    """codes des sous-épreuves, qui suivent toujours leur mère"""
    etiquette: str
    motifs: tuple[str, ...]
    textes: tuple[Texte, ...]


@dataclass(frozen=True, slots=True)
class Groupe:
    id: str
    titre: str
    couleur: str
    lignes: tuple[LigneResultat, ...]


@dataclass(frozen=True, slots=True)
class Resultat:
    groupes: tuple[Groupe, ...]
    sans_effet: tuple[str, ...]
    """ce que les titres déclarés ne donnent pas, hors de toute épreuve"""

    @property
    def resume(self) -> str:
        """« 2 à passer, 4 que vous ne passerez pas. »"""
        return ", ".join(f"{len(groupe.lignes)} {groupe.titre[0].lower()}{groupe.titre[1:]}" for groupe in self.groupes)


def resultat(dossier: Dossier) -> Resultat:
    lignes = [(epreuve, _ligne(dossier, epreuve, filles)) for epreuve, filles in _meres(dossier)]
    groupes = (
        Groupe("a-passer", "À passer", "bleu", tuple(ligne for e, ligne in lignes if _est_a_passer(e))),
        Groupe(
            "epargnees",
            "Que vous ne passerez pas",
            "vert",
            tuple(ligne for e, ligne in lignes if not _est_a_passer(e) and e.est_certaine),
        ),
        Groupe(
            "a-confirmer",
            "À confirmer par le service des examens",
            "ambre",
            tuple(ligne for e, ligne in lignes if not _est_a_passer(e) and not e.est_certaine),
        ),
    )
    return Resultat(
        groupes=tuple(groupe for groupe in groupes if groupe.lignes),
        sans_effet=tuple(
            f"{dossier.reglement.acquis[refus.code_acquis].libelle} : {refus.motif}"
            for refus in refus_de_droit(dossier)
            if refus.repere is None
        ),
    )


def _meres(dossier: Dossier) -> Iterator[tuple[EpreuveDossier, tuple[EpreuveDossier, ...]]]:
    toutes = epreuves(dossier)
    for epreuve in toutes:
        if epreuve.mere is None:
            yield epreuve, tuple(fille for fille in toutes if fille.mere == epreuve.code)


def _est_a_passer(epreuve: EpreuveDossier) -> bool:
    return epreuve.position in (PositionEpreuve.INSCRIT, PositionEpreuve.NON_INSCRIT)


def _ligne(dossier: Dossier, epreuve: EpreuveDossier, filles: tuple[EpreuveDossier, ...]) -> LigneResultat:
    droit = droits_retenus(dossier).get(epreuve.repere)
    refuses = [refus for refus in refus_de_droit(dossier) if refus.repere == epreuve.repere]
    motifs = [_motif(epreuve, droit), *(refus.motif for refus in refuses)]
    if epreuve.repere == EPS and _est_a_passer(epreuve) and eps_dispensable(dossier):
        motifs.append(EPS_A_LA_DEMANDE)
    textes = dict.fromkeys((*epreuve.textes, *(texte for refus in refuses for texte in refus.textes)))
    return LigneResultat(
        intitule=epreuve.libelle_complet,
        concerne_aussi=", ".join(fille.code for fille in filles),
        etiquette=_etiquette(epreuve),
        motifs=tuple(dict.fromkeys(motif for motif in motifs if motif)),
        textes=tuple(textes),
    )


def _etiquette(epreuve: EpreuveDossier) -> str:
    if _est_a_passer(epreuve):
        return "À passer"
    if not epreuve.est_certaine:
        return "À confirmer"
    return "Note gardée" if epreuve.position is PositionEpreuve.BENEFICE else "Dispense"


def _motif(epreuve: EpreuveDossier, droit: Droit | None) -> str:
    """La note d'une simulation est supposée : la phrase de la règle la citerait, celle-ci ne dit que sa session."""
    if droit is None or droit.position is not PositionEpreuve.BENEFICE:
        return epreuve.motif
    phrase = f"Note de la session {droit.annee} gardée, utilisable jusqu’à la session {droit.derniere_session}."
    return phrase if droit.est_certain else f"{phrase} {A_CONFIRMER}"
