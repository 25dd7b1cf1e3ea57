"""La phrase d'état, une par page : ce qui est gardé, ce qui n'est pas enregistré, ce qui reste, jusqu'à quand."""

from dataclasses import dataclass
from datetime import datetime

from app.candidatures.queries import CandidatureLue
from app.infra.clock import jour_de_paris
from app.inscription.parcours import Parcours
from app.regles.vocabulaire import EtatCandidature
from app.web.gabarits import date_fr, fin_paris, heure_fr, instant_paris


@dataclass(frozen=True, slots=True)
class Phrase:
    gras: str
    suite: str
    sorte: str = ""
    """« » brouillon, « enregistre », « clos »"""


def phrase(lue: CandidatureLue, chemin: Parcours, maintenant: datetime) -> Phrase:
    fin = fin_paris(lue.periode.ferme_le)
    if not lue.est_ouverte(maintenant):
        return _fermee(lue, maintenant)
    if lue.est_a_jour and lue.enregistree_le:
        return Phrase(
            f"Inscription enregistrée le {date_fr(lue.enregistree_le)} à {heure_fr(lue.enregistree_le)}.",
            f"Version {lue.version:02}. Modifiable jusqu’au {fin}.",
            "enregistre",
        )
    quand = _quand(lue.garde_le, maintenant)
    if lue.est_enregistree:
        return Phrase(
            f"Modification gardée {quand}, pas encore enregistrée.",
            f"La version {lue.version:02} reste valable. {_reste(chemin)}, avant le {fin}.",
        )
    if lue.etat is EtatCandidature.A_COMPLETER and not lue.garde_le:
        return Phrase(
            "Inscription préparée pour vous, à compléter.",
            f"Elle n’est pas enregistrée : {_reste(chemin).lower()}, avant le {fin}.",
        )
    gras = f"Brouillon gardé {quand}." if lue.garde_le else "Brouillon commencé."
    return Phrase(gras, f"Votre inscription n’est pas enregistrée : {_reste(chemin).lower()}, avant le {fin}.")


def _fermee(lue: CandidatureLue, maintenant: datetime) -> Phrase:
    service = lue.periode.service
    contact = f"Pour toute demande, écrivez au service des examens : {service.nom}, {service.courriel}."
    if maintenant < lue.periode.ouvre_le:
        return Phrase(f"Les inscriptions ouvriront le {instant_paris(lue.periode.ouvre_le)}.", contact, "clos")
    depuis = f"Les inscriptions sont fermées depuis le {instant_paris(lue.periode.ferme_le)}."
    if lue.est_enregistree:
        suite = f"Votre inscription (version {lue.version:02}) est enregistrée et ne se modifie plus ici."
        if not lue.est_a_jour:
            suite += " La modification commencée n’a pas été enregistrée."
    else:
        suite = "Votre brouillon reste lisible, il n’est pas enregistré."
    return Phrase(depuis, f"{suite} {contact}", "clos")


def _quand(garde_le: datetime | None, maintenant: datetime) -> str:
    if garde_le is None:
        return ""
    if jour_de_paris(garde_le) == jour_de_paris(maintenant):
        return f"à {heure_fr(garde_le)}"
    return f"le {date_fr(garde_le)} à {heure_fr(garde_le)}"


def _reste(chemin: Parcours) -> str:
    pluriel = "s" if chemin.restantes > 1 else ""
    return f"Il reste {chemin.restantes} étape{pluriel}"
