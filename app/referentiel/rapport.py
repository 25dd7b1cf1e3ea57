"""Les erreurs d'un dossier de référence : le fichier, la ligne, le champ, et une phrase qui dit quoi corriger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.referentiel.reperes import Chemin, Reperes


@dataclass(frozen=True, slots=True, order=True)
class Erreur:
    """`ligne` vaut 0 quand l'erreur porte sur le fichier entier, `champ` est vide quand elle porte sur la ligne."""

    fichier: str
    ligne: int
    champ: str
    message: str

    def __str__(self) -> str:
        lieu = f"{self.fichier}:{self.ligne}" if self.ligne else self.fichier
        return f"{lieu}: {self.champ} : {self.message}" if self.champ else f"{lieu}: {self.message}"


class ReferentielInvalide(Exception):  # noqa: N818 — ce que lit l'administrateur, toutes erreurs ensemble
    def __init__(self, erreurs: tuple[Erreur, ...]) -> None:
        super().__init__("\n".join(map(str, erreurs)))
        self.erreurs = erreurs


class Rapport:
    """Recueille toutes les erreurs avant de conclure : on corrige un dossier en une fois, pas en vingt essais."""

    def __init__(self) -> None:
        self._erreurs: set[Erreur] = set()

    @property
    def erreurs(self) -> tuple[Erreur, ...]:
        return tuple(sorted(self._erreurs))

    def signaler(self, fichier: str, ligne: int, champ: str, message: str) -> None:
        self._erreurs.add(Erreur(fichier, ligne, champ, message))


@dataclass(frozen=True, slots=True)
class LigneCsv:
    fichier: str
    numero: int
    valeurs: dict[str, str]
    rapport: Rapport

    def __getitem__(self, colonne: str) -> str:
        return self.valeurs[colonne]

    def liste(self, colonne: str) -> list[str]:
        """Une liste interne s'écrit « a|b »."""
        return [valeur for valeur in self.valeurs[colonne].split("|") if valeur]

    def erreur(self, colonne: str, message: str) -> None:
        self.rapport.signaler(self.fichier, self.numero, colonne, message)


@dataclass(frozen=True, slots=True)
class FichierCsv:
    """On parcourt les lignes de bonne forme ; on renvoie à toutes, pour qu'une faute n'en entraîne pas d'autres."""

    ecrites: tuple[LigneCsv, ...] = ()
    bonnes: tuple[LigneCsv, ...] = ()

    def __iter__(self) -> Iterator[LigneCsv]:
        return iter(self.bonnes)

    def __len__(self) -> int:
        return len(self.bonnes)

    def codes(self, colonne: str = "code") -> frozenset[str]:
        return frozenset(ligne[colonne] for ligne in self.ecrites)


@dataclass(slots=True)
class FichierToml:
    nom: str
    contenu: dict[str, Any]
    reperes: Reperes
    fautifs: set[Chemin] = field(default_factory=set)
    """chemins de forme fausse : la table qui les contient ne se lit pas"""


@dataclass(frozen=True, slots=True)
class Noeud:
    """Une table d'un fichier TOML, qui sait où elle est écrite."""

    fichier: FichierToml
    chemin: Chemin
    valeur: dict[str, Any]
    rapport: Rapport

    def __getitem__(self, cle: str) -> Any:
        return self.valeur[cle]

    def get(self, cle: str, defaut: Any = None) -> Any:
        return self.valeur.get(cle, defaut)

    def enfants(self, cle: str) -> list["Noeud"]:
        """Les tables de la liste `cle` (ou de la table de tables) dont la forme est bonne."""
        valeurs = self.valeur.get(cle, ())
        paires = valeurs.items() if isinstance(valeurs, dict) else enumerate(valeurs)
        return [
            Noeud(self.fichier, (*self.chemin, cle, rang), valeur, self.rapport)
            for rang, valeur in paires
            if isinstance(valeur, dict) and not self._est_fautif((*self.chemin, cle, rang))
        ]

    def enfant(self, cle: str) -> "Noeud | None":
        valeur = self.valeur.get(cle)
        if not isinstance(valeur, dict) or self._est_fautif((*self.chemin, cle)):
            return None
        return Noeud(self.fichier, (*self.chemin, cle), valeur, self.rapport)

    def codes(self, cle: str) -> set[str]:
        """Les codes écrits, forme bonne ou non : une faute ailleurs dans la table ne doit pas en créer d'autres."""
        valeurs = self.valeur.get(cle, ())
        if not isinstance(valeurs, list):
            return set(valeurs) if isinstance(valeurs, dict) else set()
        return {v["code"] for v in valeurs if isinstance(v, dict) and isinstance(v.get("code"), str)}

    def erreur(self, champ: str, message: str) -> None:
        """`champ` peut être pointé : « condition.statuts »."""
        chemin = (*self.chemin, *champ.split("."))
        noms = chemin[max((i + 1 for i, pas in enumerate(chemin) if isinstance(pas, int)), default=0) :]
        self.rapport.signaler(self.fichier.nom, self.fichier.reperes.ligne(chemin), ".".join(map(str, noms)), message)

    def erreur_de_forme(self, champ: str, message: str) -> None:
        self.fichier.fautifs.add((*self.chemin, champ))
        self.erreur(champ, message)

    def _est_fautif(self, chemin: Chemin) -> bool:
        return any(fautif[: len(chemin)] == chemin for fautif in self.fichier.fautifs)
