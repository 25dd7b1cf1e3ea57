"""Les formats d'une pièce, dits une seule fois : ce que le bouton propose, ce que la page écrit, ce que l'examen exige.

Quels formats une pièce accepte se lit dans le règlement (pieces.toml, « formats » et [depot]) ; ce qu'est un format
— extensions, types, premiers octets — se lit ici.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from app.regles.referentiel import RegleDepot, Reglement
from app.regles.vocabulaire import FormatFichier

PHOTOS_MAX = 20
ENSEMBLE_MAX = 15_000_000
"""Octets de photos choisies ensemble ; réunies, elles tiennent dans la limite d'un fichier."""
PHRASE_ENSEMBLE = "15\u00a0Mo"
DEBUT = 64
"""Premiers octets qu'il faut lire pour reconnaître un format."""


@dataclass(frozen=True, slots=True)
class Format:
    extensions: tuple[str, ...]
    """en minuscules, sans point ; la première est celle que nous écrivons"""
    mime: str
    commence: Callable[[bytes], bool]
    """vrai de ses premiers octets"""


def _mp3(debut: bytes) -> bool:
    """Une étiquette ID3, ou une trame MPEG de couche 3 (11 bits de synchronisation)."""
    return debut.startswith(b"ID3") or (len(debut) > 1 and debut[0] == 0xFF and debut[1] & 0xE6 == 0xE2)


FORMATS = {
    FormatFichier.PDF: Format(("pdf",), "application/pdf", lambda debut: debut.startswith(b"%PDF-")),
    FormatFichier.PNG: Format(("png",), "image/png", lambda debut: debut.startswith(b"\x89PNG\r\n\x1a\n")),
    FormatFichier.JPG: Format(("jpg", "jpeg"), "image/jpeg", lambda debut: debut.startswith(b"\xff\xd8\xff")),
    FormatFichier.DOC: Format(
        ("doc",), "application/msword", lambda debut: debut.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    ),
    FormatFichier.DOCX: Format(
        ("docx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda debut: debut.startswith(b"PK\x03\x04"),
    ),
    FormatFichier.ZIP: Format(("zip",), "application/zip", lambda debut: debut.startswith(b"PK\x03\x04")),
    FormatFichier.AVI: Format(
        ("avi",), "video/x-msvideo", lambda debut: debut.startswith(b"RIFF") and debut[8:12] == b"AVI "
    ),
    FormatFichier.MP3: Format(("mp3",), "audio/mpeg", _mp3),
    FormatFichier.MP4: Format(("mp4",), "video/mp4", lambda debut: debut[4:8] == b"ftyp"),
}
IMAGES = (FormatFichier.PNG, FormatFichier.JPG)


def formats_de(reglement: Reglement, code: str) -> tuple[FormatFichier, ...]:
    """Ce qu'accepte cette pièce. Une pièce que le règlement ne connaît plus garde les formats par défaut."""
    piece = reglement.pieces.get(code)
    return piece.formats if piece else reglement.depot.formats_par_defaut


def accept(formats: Sequence[str]) -> str:
    """Attribut `accept` : les extensions, et les types que les téléphones comprennent mieux."""
    connus = [FORMATS[FormatFichier(code)] for code in formats]
    return ",".join([*(f".{extension}" for f in connus for extension in f.extensions), *(f.mime for f in connus)])


def phrase_formats(formats: Sequence[str]) -> str:
    """« PDF, PNG ou JPG »."""
    *premiers, dernier = formats
    return f"{', '.join(premiers)} ou {dernier}" if premiers else dernier


def phrase_depot(depot: RegleDepot, formats: Sequence[str]) -> str:
    """« PDF, PNG ou JPG, 5 Mo au plus »."""
    return f"{phrase_formats(formats)}, {_taille(depot)} au plus"


def phrase_du_champ(depot: RegleDepot, formats: Sequence[str]) -> str:
    """Ce qui s'écrit à côté du bouton : les formats, la taille, et les photos quand elles se réunissent."""
    phrases = [phrase_depot(depot, formats), *([phrase_photos()] if acceptent_plusieurs_photos(formats) else [])]
    return ". ".join(phrase.removesuffix(".") for phrase in phrases) + "."


def trop_lourd(depot: RegleDepot, formats: Sequence[str]) -> str:
    """Refus d'un fichier au-delà de la limite, dit avant même d'en avoir reçu la fin."""
    conseil = (
        "reprenez la photo en qualité moyenne, ou numérisez en noir et blanc"
        if any(code in IMAGES for code in formats)
        else "allégez-le"
    )
    return f"Ce fichier dépasse {_taille(depot)}\u00a0: {conseil}, puis déposez-le de nouveau."


def trop_lourdes() -> str:
    """Refus de photos choisies ensemble."""
    return f"Ces photos dépassent {PHRASE_ENSEMBLE} ensemble\u00a0: choisissez-en moins, ou en qualité moyenne."


def phrase_photos() -> str:
    return f"Plusieurs photos ensemble font un seul PDF\u00a0: {PHOTOS_MAX} au plus, {PHRASE_ENSEMBLE} en tout."


def acceptent_plusieurs_photos(formats: Collection[str]) -> bool:
    """Plusieurs photos se réunissent en un PDF : il faut que la pièce l'accepte."""
    return FormatFichier.PDF in formats and any(code in IMAGES for code in formats)


def format_de_l_extension(extension: str) -> FormatFichier | None:
    return next((code for code, f in FORMATS.items() if extension in f.extensions), None)


def mime(format_: str) -> str:
    return FORMATS[FormatFichier(format_)].mime


def _taille(depot: RegleDepot) -> str:
    return depot.taille_max_libelle.replace(" ", "\u00a0")
