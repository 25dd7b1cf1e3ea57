"""Du relevé publié à l'acquis déclaré : les notes d'un candidat ajourné, gardées comme il les demanderait (D. 337-17).

Une note sous la moyenne est reprise décochée : le candidat repasse l'épreuve, sauf s'il choisit de garder sa note.
"""

from collections.abc import Mapping
from typing import Any

AJOURNE = "Ajourné"
ACQUIS, FAMILLE = "MEME_CAP_AJOURNE", "MEME_CAP"
MOYENNE = 10


def acquis_du_releve(
    releve: Mapping[str, Any], reperes: Mapping[str, str], *, annee: int, academie: str, anciennes: Mapping[str, int]
) -> dict[str, Any] | None:
    """`reperes` : code d'épreuve → repère ; `anciennes` : session d'une note déjà gardée. Nul sans aucune note."""
    notes = {
        reperes[epreuve["code"]]: float(epreuve["note"].replace(",", "."))
        for epreuve in releve["epreuves"]
        if epreuve["note"] and epreuve["code"] in reperes
    }
    if not notes:
        return None
    return {
        "code": ACQUIS,
        "annee": annee,
        "academie": academie,
        "notes": notes,
        "annees_notes": {repere: ancienne for repere, ancienne in anciennes.items() if repere in notes},
        "repasse": [repere for repere, note in notes.items() if note < MOYENNE],
    }


def annees_deja_gardees(acquis: list[Mapping[str, Any]]) -> dict[str, int]:
    """Repère → session de la note, pour celles que le candidat gardait déjà."""
    annees: dict[str, int] = {}
    for declare in acquis:
        if not declare.get("est_coche", True):
            continue
        for repere in declare.get("notes", {}):
            annee = declare.get("annees_notes", {}).get(repere, declare.get("annee"))
            if annee is not None:
                annees[repere] = annee
    return annees
