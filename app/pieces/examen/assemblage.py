"""Plusieurs photos choisies ensemble font un PDF : une page A4 par photo, dans l'ordre où elles sont venues."""

from collections.abc import Sequence
from io import BytesIO

from fpdf import FPDF

from app.pieces.examen.images import en_jpeg, ouvrir
from app.pieces.examen.verdict import Refus
from app.pieces.formats import PHOTOS_MAX

COTE_MAX = 2000
MARGE = 8  # millimètres
A4 = (210, 297)

TROP = f"Choisissez {PHOTOS_MAX} photos au plus à la fois."
PHOTO = "Photo {} : {}"


def reunir(photos: Sequence[bytes], *, taille_max: int) -> bytes:
    """Les photos trop lourdes ensemble perdent un peu de qualité, chacune autant que les autres."""
    if not 1 <= len(photos) <= PHOTOS_MAX:
        raise Refus(TROP)
    part = taille_max * 9 // 10 // len(photos)
    pdf = FPDF(unit="mm")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    for rang, octets in enumerate(photos, start=1):
        try:
            image = ouvrir(octets, cote_max=COTE_MAX)
            jpeg = en_jpeg(image, taille_max=part)
        except Refus as refus:
            raise Refus(PHOTO.format(rang, refus.phrase[:1].lower() + refus.phrase[1:])) from refus
        _page(pdf, jpeg, image.size)
    return bytes(pdf.output())


def _page(pdf: FPDF, jpeg: bytes, taille: tuple[int, int]) -> None:
    couchee = taille[0] > taille[1]
    largeur, hauteur = (A4[1], A4[0]) if couchee else A4
    pdf.add_page(orientation="landscape" if couchee else "portrait")
    echelle = min((largeur - 2 * MARGE) / taille[0], (hauteur - 2 * MARGE) / taille[1])
    w, h = taille[0] * echelle, taille[1] * echelle
    pdf.image(BytesIO(jpeg), x=(largeur - w) / 2, y=(hauteur - h) / 2, w=w, h=h)
