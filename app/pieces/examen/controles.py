"""À chaque format son contrôle, et ce qu'il faut en garder."""

from dataclasses import dataclass

from app.pieces.examen.verdict import Refus
from app.regles.vocabulaire import FormatFichier


@dataclass(frozen=True, slots=True)
class Garde:
    octets: bytes | None
    """nul : le fichier tel qu'il est venu"""
    format: FormatFichier
    pages: int = 1


def examiner(octets: bytes, format_: FormatFichier, *, taille_max: int) -> Garde:
    """Chaque branche n'importe que ce qu'elle ouvre : le sous-processus naît à chaque fichier."""
    match format_:
        case FormatFichier.PNG | FormatFichier.JPG:
            from app.pieces.examen.images import refaire

            return Garde(*refaire(octets, format_, taille_max=taille_max))
        case FormatFichier.PDF:
            return Garde(None, format_, _pages_du_pdf(octets))
        case FormatFichier.DOC:
            from app.pieces.examen.bureautique import controler_doc

            controler_doc(octets)
        case FormatFichier.DOCX:
            from app.pieces.examen.bureautique import controler_docx

            controler_docx(octets)
        case FormatFichier.ZIP:
            from app.pieces.examen.archives import refaire as refaire_zip

            return Garde(refaire_zip(octets, lambda dedans, sien: _dedans(dedans, sien, taille_max)), format_)
        case _:
            from app.pieces.examen.audiovisuel import controler

            controler(octets, format_)
    return Garde(None, format_)


def _dedans(octets: bytes, format_: FormatFichier, taille_max: int) -> tuple[bytes, FormatFichier]:
    garde = examiner(octets, format_, taille_max=taille_max)
    return garde.octets or octets, garde.format


def _pages_du_pdf(octets: bytes) -> int:
    """Deux lecteurs valent mieux qu'un : celui qui contrôle, et celui qui montrera les pages aux agents."""
    from app.pieces.examen import pdf
    from app.pieces.examen.apercus import s_ouvre

    pages = pdf.controler(octets)
    if not s_ouvre(octets):
        raise Refus(pdf.ILLISIBLE)
    return pages
