"""Une image reçue se refait point par point : rien de ce qu'elle portait à côté (lieu, appareil, vignette) ne reste."""

import warnings
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageOps

from app.pieces.examen.verdict import Refus
from app.regles.vocabulaire import FormatFichier

PIXELS_MAX = 50_000_000
COTE_MAX = 3000
"""Une page A4 à 250 points par pouce : au-delà, le poids augmente et la lecture n'y gagne rien."""
QUALITES = (85, 70, 50)
BLANC = (255, 255, 255)

TROP_GRANDE = (
    "Cette image est trop grande (plus de 50 millions de points) : reprenez la photo avec une résolution plus petite, "
    "ou envoyez une capture d’écran."
)
ABIMEE = (
    "Cette image est incomplète ou abîmée : vérifiez qu’elle s’ouvre sur votre appareil, puis déposez-la de nouveau ou "
    "reprenez la photo."
)
ANIMEE = "Cette image est animée : envoyez une image fixe, en JPG ou PNG, par exemple une capture d’écran."
TROP_LOURDE = (
    "Cette image reste trop lourde une fois réduite : reprenez la photo sur un fond uni, ou cadrez plus serré."
)


def refaire(octets: bytes, format_: FormatFichier, *, taille_max: int) -> tuple[bytes, FormatFichier]:
    """L'image propre, dans ce format ; un PNG qui pèserait trop devient un JPG."""
    image = ouvrir(octets, cote_max=COTE_MAX)
    if format_ is FormatFichier.PNG:
        propre = _en_png(image)
        if len(propre) <= taille_max:
            return propre, FormatFichier.PNG
    return en_jpeg(image, taille_max=taille_max), FormatFichier.JPG


def ouvrir(octets: bytes, *, cote_max: int) -> Image.Image:
    """Droite, en gris ou en couleurs, sans transparence, réduite à `cote_max`."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(octets), formats=("PNG", "JPEG"))
        # Un JPEG de téléphone peut porter plusieurs vues (MPO) : ce n'est pas une animation, la première est la photo.
        if image.format == "PNG" and getattr(image, "n_frames", 1) > 1:
            raise Refus(ANIMEE)
        image.draft("RGB", (cote_max, cote_max))
        image.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as bombe:
        raise Refus(TROP_GRANDE) from bombe
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as faute:
        raise Refus(ABIMEE) from faute
    return _a_plat(_redresser(_reduire(image, cote_max)))


def en_jpeg(image: Image.Image, *, taille_max: int) -> bytes:
    image = image if image.mode in ("L", "RGB") else image.convert("RGB")
    for qualite in QUALITES:
        sortie = BytesIO()
        image.save(sortie, "JPEG", quality=qualite, optimize=True)
        if sortie.tell() <= taille_max:
            return sortie.getvalue()
    raise Refus(TROP_LOURDE)


def _en_png(image: Image.Image) -> bytes:
    sortie = BytesIO()
    image.save(sortie, "PNG", optimize=True)
    return sortie.getvalue()


def _reduire(image: Image.Image, cote_max: int) -> Image.Image:
    if max(image.size) <= cote_max:
        return image
    if image.mode in ("1", "P", "PA"):  # une palette ne se moyenne pas
        image = image.convert("L" if image.mode == "1" else "RGBA")
    image.thumbnail((cote_max, cote_max), reducing_gap=2.0)
    return image


def _redresser(image: Image.Image) -> Image.Image:
    """Un EXIF illisible ne dit pas de quel côté est le haut : l'image reste comme elle est."""
    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _a_plat(image: Image.Image) -> Image.Image:
    """Sur fond blanc, dans un mode que tout lecteur connaît, et sans rien d'autre que ses points."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        fond = Image.new("RGB", image.size, BLANC)
        fond.paste(image, mask=image.getchannel("A"))
        return fond
    if image.mode == "I" or image.mode.startswith("I;16"):  # gris sur 16 bits
        image = image.convert("I").point(lambda valeur: valeur / 256).convert("L")
    elif image.mode not in ("1", "L", "P", "RGB"):
        image = image.convert("RGB")
    image.info.clear()
    return image
