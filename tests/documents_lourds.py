"""Des fichiers d'essai qui pèsent : du bruit que rien ne compresse, tiré d'une graine."""

import random
from io import BytesIO

from fpdf import FPDF
from PIL import Image


def photo_lourde(largeur: int = 1600, hauteur: int = 1200, *, graine: int = 1, exif: bytes = b"") -> bytes:
    """1,7 Mo à sa taille ordinaire."""
    hasard = random.Random(graine)  # noqa: S311 — du bruit d'image
    sortie = BytesIO()
    bruit = Image.frombytes("RGB", (largeur, hauteur), hasard.randbytes(largeur * hauteur * 3))
    bruit.save(sortie, "JPEG", quality=90, exif=exif)
    return sortie.getvalue()


def pdf_lourd() -> bytes:
    """Entre 4,8 et 5 Mo : trois photos."""
    document = FPDF()
    for graine, largeur in enumerate((1600, 1600, 1350)):
        document.add_page()
        document.image(BytesIO(photo_lourde(largeur, graine=graine)), w=180)
    return bytes(document.output())
