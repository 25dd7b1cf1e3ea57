"""Des noms plausibles, tirés au hasard : aucun n'est celui de quelqu'un."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.regles.vocabulaire import Civilite

DEBUTS = (
    "AB", "BAR", "BEL", "BOU", "CAR", "CHA", "CLÉ", "COR", "DAR", "DEL", "DU", "ÉT", "FAU", "FER", "GAR", "GÉ", "GUÉ",
    "HÉ", "HUM", "JAC", "JOU", "KER", "LAM", "LE", "LOR", "MAR", "MÉ", "MON", "NAV", "NO", "ŒS", "PAR", "PÉ", "POU",
    "RA", "RO", "SAU", "SER", "TA", "TOU", "VA", "VER", "VI", "ZA",
)  # fmt: skip
MILIEUX = ("", "BI", "CHE", "DA", "GO", "LI", "MA", "NE", "RI", "SÉ", "TA", "VO")
FINS = (
    "BERT", "BIER", "CHARD", "DAC", "DEAU", "GNAC", "GUEN", "LARD", "LEC", "LET", "LIN", "MAN", "MEAU", "NARD", "NEL",
    "NIER", "QUET", "RAND", "REAU", "ROUX", "SON", "TIER", "VILLE", "ZOUL",
)  # fmt: skip
PARTICULES = ("DE ", "DE LA ", "LE ", "D’", "N’", "O’")
PRENOMS = (
    "Adèle", "Aïcha", "Alban", "Amélie", "Anaïs", "Anna", "Awa", "Basile", "Camille", "Célia", "Chloé", "Clément",
    "Dina", "Élise", "Éloïse", "Émile", "Fanny", "Farid", "Gaël", "Gaëlle", "Hana", "Hélène", "Hugo", "Ibrahim", "Inès",
    "Iris", "Jade", "Jérôme", "Joël", "Jules", "Karim", "Kévin", "Léa", "Léo", "Loïc", "Lou", "Maël", "Maïa", "Malik",
    "Manon", "Mathéo", "Mélanie", "Milo", "Naël", "Nina", "Noé", "Noémie", "Océane", "Olga", "Paul", "Raphaël", "Rémi",
    "Rose", "Sélim", "Soraya", "Théo", "Thaïs", "Ugo", "Yanis", "Yaël", "Zélie", "Zoé",
)  # fmt: skip
FEMININS = frozenset(PRENOMS[::2])


@dataclass(frozen=True, slots=True)
class Personne:
    civilite: Civilite
    nom_famille: str
    nom_usage: str
    prenoms: str
    date_naissance: date


def personne(hasard: Random, aujourd_hui: date) -> Personne:
    """Un composé sur dix, une particule sur douze, un nom d'usage sur quinze."""
    prenom = hasard.choice(PRENOMS)
    prenoms = f"{prenom}-{hasard.choice(PRENOMS)}" if hasard.random() < 0.08 else prenom
    age = timedelta(days=int(hasard.triangular(18, 60, 24) * 365.25))
    return Personne(
        civilite=Civilite.MADAME if prenom in FEMININS else Civilite.MONSIEUR,
        nom_famille=nom(hasard),
        nom_usage=nom(hasard) if hasard.random() < 1 / 15 else "",
        prenoms=prenoms if hasard.random() < 0.5 else f"{prenoms} {hasard.choice(PRENOMS)}",
        date_naissance=aujourd_hui - age,
    )


def nom(hasard: Random) -> str:
    simple = hasard.choice(DEBUTS) + hasard.choice(MILIEUX) + hasard.choice(FINS)
    if hasard.random() < 0.1:
        simple += f"-{hasard.choice(DEBUTS)}{hasard.choice(FINS)}"
    return hasard.choice(PARTICULES) + simple if hasard.random() < 1 / 12 else simple


def tirage(hasard: Random, poids: Sequence[float]) -> int:
    return hasard.choices(range(len(poids)), weights=poids)[0]
