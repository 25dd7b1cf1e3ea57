"""Le menu d'un espace de travail : des liens, et des groupes qui se déplient sans script quand ils en ont plusieurs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lien:
    adresse: str
    libelle: str
    est_ici: bool


@dataclass(frozen=True, slots=True)
class Groupe:
    libelle: str
    """vide : ses liens ne se replient pas"""
    liens: tuple[Lien, ...]

    @property
    def se_deplie(self) -> bool:
        """Un seul lien se montre tel quel."""
        return bool(self.libelle) and len(self.liens) > 1

    @property
    def est_ici(self) -> bool:
        return any(lien.est_ici for lien in self.liens)


def menu(groupes: Iterable[tuple[str, Sequence[tuple[str, str]]]], ou: str) -> tuple[Groupe, ...]:
    """`groupes` : libellé du groupe → adresse et libellé de chaque page ; `ou` : l'adresse de la page lue. La page la
    plus précise qui la contient est « ici »."""
    tous = [(libelle, tuple(liens)) for libelle, liens in groupes if liens]
    adresses = [adresse for _, liens in tous for adresse, _ in liens]
    ici = max((a for a in adresses if ou == a or ou.startswith(f"{a}/")), key=len, default="")
    if ici and ici != ou and any(a != ici and a.startswith(f"{ici}/") for a in adresses):
        ici = ""  # l'accueil de l'espace contient toutes les pages : il n'est « ici » que pour lui-même
    return tuple(
        Groupe(libelle, tuple(Lien(adresse, nom, adresse == ici) for adresse, nom in liens)) for libelle, liens in tous
    )
