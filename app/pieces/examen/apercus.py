"""La page d'un fichier, redessinée : l'agent voit une image, jamais le fichier venu du dehors."""

import pypdfium2
from PIL import Image

from app.pieces.examen.images import en_jpeg, ouvrir
from app.pieces.examen.verdict import Refus
from app.pieces.formats import IMAGES
from app.regles.vocabulaire import FormatFichier

LARGEUR = 1200
HAUTEUR_MAX = 3600
POIDS_MAX = 4_000_000
SANS_APERCU = "Ce fichier n’a pas d’aperçu : à télécharger."


def montrer(octets: bytes, format_: FormatFichier, page: int) -> bytes:
    """Un JPEG. Les pages se comptent à partir de 1."""
    if format_ in IMAGES:
        image = ouvrir(octets, cote_max=2 * LARGEUR)
        image = image if image.mode in ("L", "RGB") else image.convert("RGB")
        image.thumbnail((LARGEUR, HAUTEUR_MAX))
    elif format_ is FormatFichier.PDF:
        image = _page(octets, page)
    else:
        raise Refus(SANS_APERCU)
    return en_jpeg(image, taille_max=POIDS_MAX)


def s_ouvre(octets: bytes) -> bool:
    try:
        with pypdfium2.PdfDocument(octets) as document:
            return len(document) > 0
    except pypdfium2.PdfiumError:
        return False


def _page(octets: bytes, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(octets) as document:
        if not 1 <= page <= len(document):
            raise Refus(SANS_APERCU)
        feuille = document[page - 1]
        largeur, hauteur = feuille.get_size()
        if largeur <= 0 or hauteur <= 0:
            raise Refus(SANS_APERCU)
        echelle = min(LARGEUR / largeur, HAUTEUR_MAX / hauteur)
        rendue: Image.Image = feuille.render(scale=echelle, may_draw_forms=False, rev_byteorder=True).to_pil()
        return rendue.convert("RGB")
