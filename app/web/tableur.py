"""Des lignes CSV qu'un tableur français ouvre d'un double clic : BOM, point-virgule, aucune cellule qui s'exécute."""

import csv
import io
from collections.abc import Iterable

BOM = b"\xef\xbb\xbf"
FORMULES = ("=", "+", "-", "@", "\t", "\r")
"""Un tableur prend ces débuts pour une formule : une apostrophe devant, et c'est du texte (OWASP, CSV injection)."""


def lignes_csv(lignes: Iterable[Iterable[object]]) -> bytes:
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=";").writerows([cellule(valeur) for valeur in ligne] for ligne in lignes)
    return tampon.getvalue().encode()


def cellule(valeur: object) -> str:
    texte = "" if valeur is None else str(valeur)
    return f"'{texte}" if texte.startswith(FORMULES) else texte
