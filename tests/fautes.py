"""Le relevé des fautes : chaque test de faute dit ce qu'il a lancé et ce qui a tenu ; la table s'imprime à la fin."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Protocol

COLONNES = ("lancers", "acquittés", "perdus", "à demi écrits")
PROPRIETE = "faute"


@dataclass(frozen=True)
class Faute:
    nom: str
    lancers: int
    acquittes: int
    perdus: int = 0
    a_demi: int = 0


class Relever(Protocol):
    def __call__(self, nom: str, *, lancers: int, acquittes: int, perdus: int = 0, a_demi: int = 0) -> None: ...


def table(fautes: Iterable[Faute], *, jour: str) -> list[str]:
    """Une ligne par faute, dans l'ordre où elle a été lancée."""
    toutes = list(fautes)
    large = max(len(faute.nom) for faute in toutes)
    entete = f"{f'fautes au {jour}':<{large}}  " + "  ".join(f"{titre:>13}" for titre in COLONNES)
    corps = [f"{nom:<{large}}  " + "  ".join(f"{n:>13}" for n in nombres) for nom, *nombres in map(astuple, toutes)]
    return [entete, *corps]
