"""Le mot de passe d'un compte : règle du guide, ou longueur seule quand l'instance permet plus de vingt caractères."""

import re
import unicodedata

LONGUEUR_MIN = 8
LONGUEUR_MAX_DU_GUIDE = 20
LONGUEUR_MIN_SANS_COMPOSITION = 12
INTERDIT_MIN = 3
"""un prénom de deux lettres se trouve dans trop de mots"""


def fautes_mot_de_passe(
    mot: str,
    *,
    longueur_max: int = LONGUEUR_MAX_DU_GUIDE,
    interdits: tuple[str, ...] = (),
    communs: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """`interdits` : nom, prénoms, adresse mail, date de naissance (31/12/2004 ou 2004-12-31) ; `communs` en minuscules.

    Au-delà de vingt caractères permis, la longueur remplace la composition (recommandation de la CNIL)."""
    avec_composition = longueur_max <= LONGUEUR_MAX_DU_GUIDE
    fautes = [*_fautes_de_longueur(mot, longueur_max, avec_composition)]
    if avec_composition:
        fautes += _fautes_de_composition(mot)
    if _contient_un_interdit(mot, interdits):
        fautes.append("Retirez votre nom, votre prénom, votre adresse mail ou votre date de naissance.")
    if _est_commun(mot, communs):
        fautes.append("Choisissez un mot de passe moins courant.")
    return tuple(fautes)


def _fautes_de_longueur(mot: str, longueur_max: int, avec_composition: bool) -> tuple[str, ...]:
    minimum = LONGUEUR_MIN if avec_composition else LONGUEUR_MIN_SANS_COMPOSITION
    if len(mot) < minimum:
        return (f"Allongez le mot de passe : {minimum} caractères au moins.",)
    if len(mot) > longueur_max:
        return (f"Raccourcissez le mot de passe : {longueur_max} caractères au plus.",)
    return ()


def _fautes_de_composition(mot: str) -> tuple[str, ...]:
    attendus = (
        (str.islower, "Ajoutez une minuscule."),
        (str.isupper, "Ajoutez une majuscule."),
        (_est_special, "Ajoutez un caractère spécial (exemple : . / ! *)."),
    )
    return tuple(message for convient, message in attendus if not any(convient(lettre) for lettre in mot))


def _est_special(caractere: str) -> bool:
    return not caractere.isalnum()


def _contient_un_interdit(mot: str, interdits: tuple[str, ...]) -> bool:
    simple = _simplifie(mot)
    compact = re.sub(r"[^0-9a-z]", "", simple)
    for interdit in interdits:
        for forme in _formes(interdit):
            if len(forme) >= INTERDIT_MIN and (forme in simple or forme in compact):
                return True
    return False


def _formes(interdit: str) -> set[str]:
    """Une date s'écrit de plusieurs façons, une adresse mail vaut aussi par ce qui précède l'arobase."""
    simple = _simplifie(interdit)
    date_lue = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", simple)
    if iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", simple):
        jour, mois, annee = iso[3], iso[2], iso[1]
    elif date_lue:
        jour, mois, annee = date_lue.groups()
    else:
        return {simple, simple.partition("@")[0], *re.split(r"[\s'’-]+", simple)}
    return {
        "".join(parties)
        for an in (annee, annee[2:])
        for parties in ((jour, mois, an), (mois, jour, an), (an, mois, jour))
    }


def _est_commun(mot: str, communs: frozenset[str]) -> bool:
    """« Azerty123! » ne vaut pas mieux qu'« azerty123 »."""
    minuscules = mot.casefold()
    return minuscules in communs or re.sub(r"^\W+|\W+$", "", minuscules) in communs


def _simplifie(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.strip())
    return "".join(lettre for lettre in decompose if not unicodedata.combining(lettre)).casefold()
