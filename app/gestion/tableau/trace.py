"""Ce que le gabarit dessine : des barres en coordonnées de SVG. Les mots et les nombres restent du HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LARGEUR_JOUR = 10
HAUTEUR = 100


@dataclass(frozen=True, slots=True)
class Barre:
    jour: date
    nombre: int
    x: float
    y: float
    hauteur: float
    est_chome: bool
    """samedi ou dimanche"""
    avant: int | None
    """à la session d'avant, le même jour après l'ouverture"""


@dataclass(frozen=True, slots=True)
class Histogramme:
    barres: tuple[Barre, ...]
    maximum: int
    """haut de l'axe, un nombre rond"""
    courbe: str
    """points de la session d'avant, vide s'il n'y en a pas"""

    @property
    def largeur(self) -> int:
        return LARGEUR_JOUR * len(self.barres)

    @property
    def total(self) -> int:
        return sum(barre.nombre for barre in self.barres)

    @property
    def pic(self) -> Barre:
        return max(self.barres, key=lambda barre: barre.nombre)

    @property
    def reperes(self) -> tuple[date, ...]:
        """Les jours nommés sous l'axe : le premier, le dernier, et deux entre."""
        dernier = len(self.barres) - 1
        rangs = dict.fromkeys((0, dernier // 3, 2 * dernier // 3, dernier))
        return tuple(self.barres[rang].jour for rang in rangs)


def histogramme(jours: Sequence[date], comptes: Mapping[str, int], avant: Sequence[int] = ()) -> Histogramme | None:
    """`avant` : les comptes de la session d'avant, du jour de son ouverture au dernier."""
    if not jours:
        return None
    nombres = [comptes.get(jour.isoformat(), 0) for jour in jours]
    anciens = list(avant)[: len(jours)]
    maximum = arrondi(max([*nombres, *anciens, 1]))
    barres = tuple(
        Barre(
            jour=jour,
            nombre=nombre,
            x=rang * LARGEUR_JOUR,
            y=round(HAUTEUR - HAUTEUR * nombre / maximum, 1),
            hauteur=round(HAUTEUR * nombre / maximum, 1),
            est_chome=jour.weekday() >= 5,
            avant=anciens[rang] if rang < len(anciens) else None,
        )
        for rang, (jour, nombre) in enumerate(zip(jours, nombres, strict=True))
    )
    points = [
        f"{rang * LARGEUR_JOUR + LARGEUR_JOUR // 2},{round(HAUTEUR - HAUTEUR * nombre / maximum, 1)}"
        for rang, nombre in enumerate(anciens)
    ]
    return Histogramme(barres, maximum, " ".join(points))


def arrondi(nombre: int) -> int:
    """Le haut de l'axe : 1, 2, 4, 6, 10, 20, 40, 60, 100… toujours pair au-dessus de 1, pour que son milieu se dise."""
    puissance = 1
    while True:
        for pas in (1, 2, 4, 6):
            if nombre <= pas * puissance:
                return pas * puissance
        puissance *= 10
