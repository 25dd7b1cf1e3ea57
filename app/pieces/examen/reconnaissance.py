"""Ce qu'un nom et les premiers octets disent d'un fichier, avant de l'ouvrir : l'extension ET le contenu."""

from collections.abc import Sequence
from pathlib import Path

from app.pieces.examen.noms import extension_de
from app.pieces.examen.verdict import Refus
from app.pieces.formats import DEBUT, FORMATS, IMAGES, format_de_l_extension, phrase_formats
from app.regles.vocabulaire import FormatFichier

VIDE = "Ce fichier est vide : choisissez-en un autre, ou refaites-le."
SANS_EXTENSION = "Le nom de ce fichier ne dit pas son format : renommez-le pour qu’il finisse par .{}."
PHOTO_HEIC = (
    "Cette photo est au format HEIC, que le service des examens ne peut pas ouvrir. Sur l’iPhone : Réglages, Appareil "
    "photo, Formats, « Le plus compatible », puis reprenez la photo. Ou envoyez une capture d’écran de la photo."
)
AUTRE_IMAGE = (
    "Cette image est au format {}, que le service des examens n’accepte pas. Ouvrez-la, choisissez « Enregistrer "
    "sous » ou « Exporter », puis le format JPG ou PNG."
)
PROGRAMME = "Ce fichier est un programme, pas un document : déposez le document lui-même, en {}."
TEXTE = (
    "Cette pièce n’accepte pas les fichiers .{}. Dans votre traitement de texte, choisissez « Enregistrer sous » ou "
    "« Exporter », puis PDF, et déposez le PDF."
)
AUTRE = "Cette pièce n’accepte pas les fichiers .{} : déposez un fichier {}."
PAS_CE_FORMAT = (
    "Le nom de ce fichier finit par .{}, mais son contenu n’est pas un {}. Choisissez le fichier d’origine sans le "
    "renommer, ou refaites-le."
)
C_EST_UN = "Le nom de ce fichier finit par .{}, mais son contenu est un {}. Renommez-le pour qu’il finisse par .{}."

DOCX_PROTEGE = (
    "Ce document Word est protégé par un mot de passe, ou d’un format ancien : ouvrez-le, choisissez « Enregistrer "
    "sous », puis PDF, et déposez le PDF."
)

IMAGES_AUTRES = dict(webp="WebP", gif="GIF", tif="TIFF", tiff="TIFF", bmp="BMP", avif="AVIF", svg="SVG")
TEXTES = frozenset(
    [
        "doc",
        "docx",
        "docm",
        "dot",
        "dotx",
        "odt",
        "ott",
        "rtf",
        "txt",
        "pages",
        "wps",
        "xls",
        "xlsx",
        "ods",
        "ppt",
        "pptx",
        "odp",
        "htm",
        "html",
        "md",
    ]
)
PROGRAMMES = frozenset(
    [
        "exe",
        "com",
        "scr",
        "msi",
        "bat",
        "cmd",
        "ps1",
        "vbs",
        "js",
        "jar",
        "apk",
        "app",
        "dmg",
        "sh",
        "lnk",
        "dll",
        "hta",
        "pif",
        "reg",
        "iso",
    ]
)
MARQUES_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


def reconnaitre(chemin: Path, nom: str, formats: Sequence[str]) -> FormatFichier:
    """Le format sous lequel l'ouvrir ; `Refus` si cette pièce ne peut pas le recevoir. Touche au disque."""
    with chemin.open("rb") as fichier:
        debut = fichier.read(DEBUT)
    return juger(nom, debut, tuple(FormatFichier(code) for code in formats))


def juger(nom: str, debut: bytes, formats: Sequence[FormatFichier]) -> FormatFichier:
    if not debut:
        raise Refus(VIDE)
    if autre := _autre_image(debut):
        raise Refus(autre)
    extension = extension_de(nom)
    if not extension:
        raise Refus(SANS_EXTENSION.format(_extensions(formats)))
    annonce = format_de_l_extension(extension)
    if annonce is None or annonce not in formats:
        raise Refus(_hors_liste(extension, formats))
    if FORMATS[annonce].commence(debut) or (annonce in IMAGES and _image(debut)):
        return annonce
    raise Refus(_contenu_autre(extension, annonce, debut, formats))


def _image(debut: bytes) -> FormatFichier | None:
    """PNG et JPG s'échangent souvent leur extension ; l'image est refaite sous le format que dit son nom."""
    return next((code for code in IMAGES if FORMATS[code].commence(debut)), None)


def _autre_image(debut: bytes) -> str:
    if debut[4:8] == b"ftyp" and debut[8:12] in MARQUES_HEIC:
        return PHOTO_HEIC
    if debut[4:8] == b"ftyp" and debut[8:12] in {b"avif", b"avis"}:
        return AUTRE_IMAGE.format("AVIF")
    if debut.startswith(b"RIFF") and debut[8:12] == b"WEBP":
        return AUTRE_IMAGE.format("WebP")
    marques = ((b"GIF8", "GIF"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"BM", "BMP"))
    nom = next((nom for marque, nom in marques if debut.startswith(marque)), "")
    return AUTRE_IMAGE.format(nom) if nom else ""


def _hors_liste(extension: str, formats: Sequence[FormatFichier]) -> str:
    if extension in {"heic", "heif"}:
        return PHOTO_HEIC
    if extension in IMAGES_AUTRES:
        return AUTRE_IMAGE.format(IMAGES_AUTRES[extension])
    if extension in PROGRAMMES:
        return PROGRAMME.format(phrase_formats(formats))
    if extension in TEXTES:
        return TEXTE.format(extension)
    return AUTRE.format(extension, phrase_formats(formats))


def _contenu_autre(extension: str, annonce: FormatFichier, debut: bytes, formats: Sequence[FormatFichier]) -> str:
    if debut.startswith((b"MZ", b"\x7fELF", b"#!")):
        return PROGRAMME.format(phrase_formats(formats))
    if annonce is FormatFichier.DOCX and FORMATS[FormatFichier.DOC].commence(debut):
        return DOCX_PROTEGE
    reel = next((code for code in formats if FORMATS[code].commence(debut)), None)
    if reel:
        return C_EST_UN.format(extension, reel, FORMATS[reel].extensions[0])
    return PAS_CE_FORMAT.format(extension, annonce)


def _extensions(formats: Sequence[FormatFichier]) -> str:
    *premiers, dernier = (FORMATS[code].extensions[0] for code in formats)
    return f"{', .'.join(premiers)} ou .{dernier}" if premiers else dernier
