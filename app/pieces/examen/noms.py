"""Le nom d'un fichier tel qu'une personne le reconnaît, débarrassé de ce qui tromperait un écran ou un disque."""

import unicodedata

from app.pieces.formats import FORMATS
from app.regles.vocabulaire import FormatFichier

LONGUEUR = 100


def nom_propre(nom: str, format_: str = "") -> str:
    """Sans chemin, ni NUL, ni caractère qui retourne le sens d'écriture. `format_` : le format gardé, dont
    l'extension remplace une autre qui ne lui va pas (un PNG trop lourd est devenu un JPG)."""
    lisible = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", _sans_surrogat(nom)))
    visible = "".join(c for c in lisible if unicodedata.category(c)[0] != "C")
    nu = " ".join(visible.replace("\\", "/").rpartition("/")[2].split())
    souche, extension = _couper(nu)
    if format_:
        extensions = FORMATS[FormatFichier(format_)].extensions
        if extension.lower() not in extensions:
            extension = extensions[0]
    souche = souche[:LONGUEUR].strip(" .") or "fichier"
    return f"{souche}.{extension}" if extension else souche


def extension_de(nom: str) -> str:
    """En minuscules, telle qu'un système de fichiers la lirait ; vide s'il n'y en a pas."""
    return _couper(nom_propre(nom))[1].lower()


def _couper(nom: str) -> tuple[str, str]:
    souche, point, extension = nom.rpartition(".")
    extension = extension.strip()
    if point and souche.strip(" .") and len(extension) <= 8 and extension.isascii() and extension.isalnum():
        return souche, extension
    return nom, ""


def _sans_surrogat(nom: str) -> str:
    return nom.encode("utf-8", "replace").decode("utf-8")
