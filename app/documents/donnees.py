"""Ce qu'un agent publie, figé avec le document : le PDF et sa page web le lisent, aucun ne le recalcule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import msgspec

from app.web.gabarits import jour_long

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EpreuveConvoquee:
    code: str
    libelle: str
    jour: date
    heure: int
    """minutes depuis minuit, à l'heure du lieu de l'épreuve"""
    duree: int
    """minutes"""
    lieu: str
    adresse: str
    salle: str
    materiel: str

    @property
    def intitule(self) -> str:
        return f"{self.code} - {self.libelle}"

    @property
    def quand(self) -> str:
        return f"{jour_long(self.jour)}, {horaire(self.heure)}"

    @property
    def duree_et_fin(self) -> str:
        fin = self.heure + self.duree
        return f"durée : {duree(self.duree)}" + (f", fin à {horaire(fin)}" if fin < 24 * 60 else "")

    @property
    def ou(self) -> tuple[str, ...]:
        """Le lieu, l'adresse, la salle : ce qui est dit."""
        return tuple(ligne for ligne in (self.lieu, self.adresse, f"Salle {self.salle}" if self.salle else "") if ligne)


@dataclass(frozen=True, slots=True)
class Convocation:
    epreuves: tuple[EpreuveConvoquee, ...]
    """dans l'ordre où elles se passent"""
    a_apporter: tuple[str, ...]
    acces: tuple[str, ...]
    """règles d'accès à la salle"""
    heure_locale: bool
    """vrai : l'académie n'est pas à l'heure de Paris"""


@dataclass(frozen=True, slots=True)
class NoteEpreuve:
    code: str
    libelle: str
    est_sous_epreuve: bool
    note: str
    """« 12,5 » ; vide : la mention dit pourquoi"""
    mention: str
    """« Absent », « Dispense », « Note gardée »… ; vide pour une note de la session"""

    @property
    def intitule(self) -> str:
        return f"{self.code} - {self.libelle}"

    @property
    def note_affichee(self) -> str:
        return f"{self.note} / 20" if self.note else "-"


@dataclass(frozen=True, slots=True)
class ReleveNotes:
    epreuves: tuple[NoteEpreuve, ...]
    resultat: str
    """« Admis », dans les mots de l'écran"""
    observation: str


@dataclass(frozen=True, slots=True)
class Amenagement:
    epreuves: str
    """« Toutes les épreuves », ou l'intitulé de l'une"""
    mesure: str
    """« Tiers temps »"""
    decision: str
    """« Accordé », « Refusé »"""
    motif: str


@dataclass(frozen=True, slots=True)
class Amenagements:
    mesures: tuple[Amenagement, ...]
    decidee_le: date
    recours: str
    """comment contester, dans les mots du service"""


@dataclass(frozen=True, slots=True)
class FichierLibre:
    """Un PDF préparé par le service, rangé sur le disque."""

    cle: str
    octets: int
    empreinte: str


def en_json(donnees: object) -> dict[str, Any]:
    resultat = msgspec.to_builtins(donnees)
    assert isinstance(resultat, dict)  # noqa: S101 — une dataclass devient toujours un dict
    return resultat


def lues(donnees: Mapping[str, Any] | None, genre: type[T]) -> T:
    return msgspec.convert(donnees, genre)


def horaire(minutes: int) -> str:
    """« 8 h 30 », « 14 h »."""
    heures, reste = divmod(minutes, 60)
    return f"{heures} h {reste:02}" if reste else f"{heures} h"


def duree(minutes: int) -> str:
    """« 2 h », « 1 h 30 », « 45 min »."""
    return horaire(minutes) if minutes >= 60 else f"{minutes} min"
