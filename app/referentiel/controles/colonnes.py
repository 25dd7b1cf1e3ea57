"""Ce que partagent les contrôles de listes : colonnes courantes, doublons, renvois."""

from collections.abc import Collection, Iterable

from app.referentiel.formes import inconnu, texte
from app.referentiel.rapport import LigneCsv

LIBRE = texte(vide=True)
OUI_NON = texte(("true", "false"))
CODES = texte(motif=r"[^|]+(\|[^|]+)*", vide=True)


def uniques(lignes: Iterable[LigneCsv], *colonnes: str) -> None:
    premieres: dict[tuple[str, ...], int] = {}
    for ligne in lignes:
        cle = tuple(ligne[colonne] for colonne in colonnes)
        if (premiere := premieres.setdefault(cle, ligne.numero)) != ligne.numero:
            ligne.erreur(colonnes[0], f"« {' '.join(cle)} » est déjà à la ligne {premiere}")


def renvoi(ligne: LigneCsv, colonne: str, connus: Collection[str]) -> None:
    """Vide, le renvoi n'en est pas un. Sans rien de connu, la faute est dans le fichier désigné, déjà signalée."""
    if ligne[colonne] and connus and ligne[colonne] not in connus:
        ligne.erreur(colonne, inconnu(ligne[colonne], connus))
