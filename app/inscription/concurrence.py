"""Deux appareils, un même onglet : les deux réponses sont montrées, aucune n'est perdue."""

from dataclasses import dataclass
from datetime import datetime

from app.inscription.ecran import Ecran
from app.inscription.onglet import Listes, Onglet, formulaire
from app.web.forms import CasesACocher, Champ, Formulaire


@dataclass(frozen=True, slots=True)
class Divergence:
    intitule: str
    gardee: str
    """au brouillon, depuis l'autre appareil"""
    ecartee: str
    """tapée sur une page dépassée"""


def divergences(onglet: Onglet, ecran: Ecran, listes: Listes) -> tuple[Divergence, ...]:
    concurrence = ecran.lue.concurrences.get(onglet.slug)
    if not concurrence:
        return ()
    gardees = formulaire(onglet, ecran.dossier, listes)
    ecartees = Formulaire(onglet.questions(ecran.dossier, listes), concurrence["brutes"])
    return tuple(
        Divergence(champ.intitule, en_clair(champ), en_clair(ecartees[champ.name]))
        for champ in gardees
        if (champ.name in concurrence["brutes"] or isinstance(champ, CasesACocher))
        and champ.textes != ecartees[champ.name].textes
    )


def instant_de(ecran: Ecran, onglet: str) -> datetime | None:
    concurrence = ecran.lue.concurrences.get(onglet)
    return datetime.fromisoformat(concurrence["le"]) if concurrence else None


def en_clair(champ: Champ) -> str:
    """Le libellé des réponses, pas leur code."""
    libelles = {option.code: option.libelle for option in getattr(champ, "options", ())}
    return ", ".join(libelles.get(texte, texte) for texte in champ.textes) or "rien"
