"""Du relevé publié au brouillon d'un candidat ajourné : ses réponses, et ses notes gardées comme il les demanderait.

D. 337-17 garde « toutes les notes obtenues », sans seuil et quelle que soit la forme de passage : la règle est la même
pour un individuel et pour un élève. Une note sous la moyenne est reprise décochée : le candidat repasse l'épreuve, sauf
s'il choisit de la garder. Pur.
"""

from collections.abc import Mapping
from typing import Any

AJOURNE = "Ajourné"
MOYENNE = 10
MEME_CAP, AUTRE_CAP = "MEME_CAP_AJOURNE", "CAP_AUTRE_AJOURNE"
FAMILLES = {MEME_CAP: "MEME_CAP", AUTRE_CAP: "AUTRE_SPECIALITE"}
A_REDIRE = frozenset(
    {
        "vus",
        "saisies",
        "amenagement_duree",
        "amenagement_epreuves",
        "accord_presse",
        "accord_collectivites",
        "situation",
    }
)
"""Ce qui ne vaut que pour une session : le candidat y répond de nouveau."""


def est_ajourne(releve: Mapping[str, Any] | None) -> bool:
    return bool(releve) and (releve or {}).get("resultat") == AJOURNE


def acquis_du_releve(
    releve: Mapping[str, Any],
    reperes: Mapping[str, str],
    *,
    annee: int,
    academie: str,
    anciennes: Mapping[str, int],
    autre_specialite: str = "",
) -> dict[str, Any] | None:
    """`reperes` : code d'épreuve → repère ; `anciennes` : session d'une note déjà gardée. Nul sans aucune note.

    `autre_specialite` : celle du relevé, quand il en présente une autre cette fois ; seules les notes générales se
    gardent alors (arrêté du 10 mai 2017). La note d'une sous-épreuve n'est pas celle de l'épreuve : elle ne se garde
    pas seule.
    """
    notes = {
        reperes[epreuve["code"]]: float(epreuve["note"].replace(",", "."))
        for epreuve in releve["epreuves"]
        if epreuve["note"] and epreuve["code"] in reperes and not epreuve["est_sous_epreuve"]
    }
    if autre_specialite:
        professionnelles = {repere for code, repere in reperes.items() if code == repere}
        notes = {repere: note for repere, note in notes.items() if repere not in professionnelles}
    if not notes:
        return None
    acquis: dict[str, Any] = {
        "code": AUTRE_CAP if autre_specialite else MEME_CAP,
        "annee": annee,
        "academie": academie,
        "notes": notes,
        "annees_notes": {repere: ancienne for repere, ancienne in anciennes.items() if repere in notes},
        "repasse": [repere for repere, note in notes.items() if note < MOYENNE],
    }
    return acquis | ({"specialite": autre_specialite} if autre_specialite else {})


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


def brouillon_de_redoublant(ancien: Mapping[str, Any], acquis: Mapping[str, Any] | None) -> dict[str, Any]:
    """`ancien` : les réponses enregistrées à la session d'où l'on part ; `acquis` : ce que rend `acquis_du_releve`."""
    neuf = {champ: valeur for champ, valeur in ancien.items() if champ not in A_REDIRE}
    autres = [declare for declare in ancien.get("acquis") or [] if not declare.get("notes")]
    neuf["acquis"] = [*autres, *([acquis] if acquis else [])]
    familles = [*(ancien.get("familles") or []), *([FAMILLES[acquis["code"]]] if acquis else [])]
    neuf["familles"] = list(dict.fromkeys(familles))
    neuf["situation"] = "REDOUBLANT"
    return neuf
