"""Les chiffres d'un service à un instant : des valeurs, qui s'additionnent d'une académie à l'autre."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

AGES = 5
"""en attente depuis 0, 1, 2, 3 jours, et 4 ou plus"""


@dataclass(frozen=True, slots=True)
class Part:
    """Une spécialité, un établissement."""

    inscrits: int = 0
    brouillons: int = 0
    """commencées et pas enregistrées, « À compléter » compris"""
    complets: int = 0
    """toutes les pièces obligatoires conformes"""

    @property
    def taux(self) -> int:
        """Pour cent de dossiers complets, arrondi vers le bas : 100 ne se dit que de tous."""
        return 100 * self.complets // self.inscrits if self.inscrits else 0

    def plus(self, autre: "Part") -> "Part":
        return Part(self.inscrits + autre.inscrits, self.brouillons + autre.brouillons, self.complets + autre.complets)


@dataclass(frozen=True, slots=True)
class Chiffres:
    etabli_le: datetime
    etats: Mapping[str, int] = field(default_factory=dict)
    jours: Mapping[str, int] = field(default_factory=dict)
    """jour de Paris (2026-11-10) → premières inscriptions enregistrées ce jour-là"""
    dormants: int = 0
    """brouillons auxquels personne n'a touché depuis une semaine"""
    ages: tuple[int, ...] = (0,) * AGES
    """pièces à contrôler, par jours d'attente"""
    dispenses: int = 0
    """inscrits dont une dispense est à confirmer"""
    specialites: Mapping[str, Part] = field(default_factory=dict)
    etablissements: Mapping[str, Part] = field(default_factory=dict)
    par_specialite_et_etat: Mapping[str, int] = field(default_factory=dict)
    """« 50024127 inscrit » → nombre : ce qu'annonce une liste trop longue pour être comptée"""
    par_etablissement_et_etat: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> Part:
        return somme_des_parts(self.specialites.values())

    @property
    def a_controler(self) -> int:
        return sum(self.ages)


def somme_des_parts(parts: Iterable[Part]) -> Part:
    total = Part()
    for part in parts:
        total = total.plus(part)
    return total


def additionner(releves: Iterable[Chiffres]) -> Chiffres | None:
    """L'instant est le plus ancien : aucun chiffre n'est dit plus frais qu'il n'est. Nul s'il n'y en a aucun."""
    tous = list(releves)
    if not tous:
        return None
    return Chiffres(
        etabli_le=min(c.etabli_le for c in tous),
        etats=_sommes(c.etats for c in tous),
        jours=_sommes(c.jours for c in tous),
        dormants=sum(c.dormants for c in tous),
        ages=tuple(sum(rang) for rang in zip(*(c.ages for c in tous), strict=True)),
        dispenses=sum(c.dispenses for c in tous),
        specialites=_parts(c.specialites for c in tous),
        etablissements=_parts(c.etablissements for c in tous),
        par_specialite_et_etat=_sommes(c.par_specialite_et_etat for c in tous),
        par_etablissement_et_etat=_sommes(c.par_etablissement_et_etat for c in tous),
    )


def _sommes(tables: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for table in tables:
        total.update(table)
    return dict(total)


def _parts(tables: Iterable[Mapping[str, Part]]) -> dict[str, Part]:
    total: dict[str, Part] = {}
    for table in tables:
        for code, part in table.items():
            total[code] = total.get(code, Part()).plus(part)
    return total
