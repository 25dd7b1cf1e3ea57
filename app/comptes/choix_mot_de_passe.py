"""Ce qu'on demande à qui choisit un mot de passe, à la création comme au changement."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.regles.compte import LONGUEUR_MAX_DU_GUIDE, LONGUEUR_MIN_SANS_COMPOSITION, fautes_mot_de_passe
from app.web.forms import EgalA, Formulaire, MotDePasse

COURANTS = Path(__file__).resolve().parents[2] / "db" / "mots_de_passe_courants.txt"

ACTUEL = "ancien_mot_de_passe"


def champs_mot_de_passe(longueur_max: int, *, nouveau: bool = False) -> dict[str, MotDePasse]:
    """Les deux champs du guide ; `nouveau` : quand un ancien mot de passe est demandé à côté."""
    return {
        "mot_de_passe": MotDePasse(
            "Nouveau mot de passe" if nouveau else "Mot de passe",
            sujet="le mot de passe",
            requis=True,
            aide=_aide(longueur_max),
            autocomplete="new-password",
        ),
        "mot_de_passe_confirmation": MotDePasse(
            "Confirmation du nouveau mot de passe" if nouveau else "Confirmation du mot de passe",
            sujet="la confirmation du mot de passe",
            requis=True,
            autocomplete="new-password",
            validators=[EgalA("mot_de_passe", "Recopiez le même mot de passe dans les deux champs")],
        ),
    }


def champ_mot_de_passe_actuel() -> MotDePasse:
    return MotDePasse(
        "Mot de passe actuel", sujet="le mot de passe actuel", requis=True, autocomplete="current-password"
    )


def juger_mot_de_passe(
    formulaire: Formulaire, *, longueur_max: int, noms: tuple[str, ...], courriel: str, date_naissance: date | None
) -> None:
    """La règle croisée : elle a besoin de l'identité, que le champ ne connaît pas. Une faute à la fois suffit."""
    mot: Any = formulaire["mot_de_passe"].data
    if not mot or formulaire["mot_de_passe"].errors:
        return
    interdits = (*(nom for nom in noms if nom), courriel)
    if date_naissance:
        interdits = (*interdits, date_naissance.isoformat())
    fautes = fautes_mot_de_passe(
        mot, longueur_max=longueur_max, interdits=tuple(filter(None, interdits)), communs=_courants()
    )
    if fautes:
        formulaire.ajouter_erreur("mot_de_passe", " ".join(fautes).removesuffix("."))


@cache
def _courants() -> frozenset[str]:
    """Lus au premier choix : le portail au repos s'en passe."""
    return frozenset(COURANTS.read_text("utf-8").split())


def _aide(longueur_max: int) -> str:
    if longueur_max <= LONGUEUR_MAX_DU_GUIDE:
        return (
            f"8 à {longueur_max} caractères dont majuscule, minuscule et caractère spécial (exemple : . / ! * etc...)"
        )
    return f"{LONGUEUR_MIN_SANS_COMPOSITION} à {longueur_max} caractères : plusieurs mots font l’affaire"
