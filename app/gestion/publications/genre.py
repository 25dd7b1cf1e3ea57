"""Un genre de publication : un module qui a ces noms. Ajouter un genre, c'est ajouter un module (voir genres/)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.documents.models import TypeDocument
from app.gestion.publications.attendus import Inscrit
from app.gestion.publications.tableau import Colonne, Tableau
from app.gestion.publications.valeurs import Essai
from app.web.champs import Champ


@dataclass(frozen=True, slots=True)
class Cadre:
    """Ce qu'un essai doit savoir du service."""

    annee: int
    aujourd_hui: date
    heure_locale: bool
    """vrai : l'académie n'est pas à l'heure de Paris"""


class Genre(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def type_(self) -> TypeDocument: ...
    @property
    def titre(self) -> str: ...
    @property
    def presentation(self) -> str: ...
    @property
    def colonnes(self) -> tuple[Colonne, ...]: ...

    def champs(self) -> dict[str, Champ]:
        """Ce qu'on demande en plus du fichier."""

    def modele(self, tous: Sequence[Inscrit]) -> Iterator[list[str]]:
        """Les lignes du modèle, déjà remplies de ce qui est attendu."""

    def essayer(self, tableau: Tableau, tous: Sequence[Inscrit], options: Mapping[str, str], cadre: Cadre) -> Essai: ...
