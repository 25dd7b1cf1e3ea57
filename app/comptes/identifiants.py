"""L'identifiant d'un élève : `prenom.nom`, les homonymes numérotés (« acculi.accame », « acculi.accame2 »)."""

import re
import unicodedata
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.models import Compte

LONGUEUR = 60
REPLI = "eleve"
"""un nom qui n'a aucune lettre latine"""
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def identifiant_de_base(prenoms: str, nom: str) -> str:
    """Le premier prénom et le nom de famille, sans accent, espace ni apostrophe ; un trait d'union reste."""
    premier = next(iter(prenoms.split()), "")
    parties = [partie for partie in (_nu(premier), _nu(nom)) if partie]
    return ".".join(parties)[:LONGUEUR] or REPLI


def identifiants_pris(db: Session, bases: Collection[str]) -> dict[str, set[str]]:
    """Pour chaque base, ceux qui existent déjà, actifs ou non."""
    pris: dict[str, set[str]] = {}
    for base in bases:
        suivants = db.scalars(
            select(Compte.identifiant).where(Compte.identifiant >= base, Compte.identifiant < base + ":")
        )
        pris[base] = {
            identifiant for identifiant in suivants if identifiant.removeprefix(base).strip("0123456789") == ""
        }
    return pris


def premier_libre(base: str, pris: set[str]) -> str:
    """Le numéro suit le plus grand déjà donné : celui d'un compte effacé ne revient pas tant qu'un suivant existe."""
    if base not in pris:
        return base
    rangs = [int(identifiant.removeprefix(base) or 1) for identifiant in pris]
    return f"{base}{max(rangs) + 1}"


def _nu(texte: str) -> str:
    decompose = unicodedata.normalize("NFD", texte.casefold().translate(LIGATURES))
    return re.sub(r"[^a-z0-9-]", "", decompose).strip("-")
