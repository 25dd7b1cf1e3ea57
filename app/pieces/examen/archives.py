"""Un ZIP se refait comme une image : chaque document qu'il contient est examiné, puis rangé dans un ZIP neuf."""

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO

from app.pieces.examen.noms import extension_de, nom_propre
from app.pieces.examen.reconnaissance import juger
from app.pieces.examen.verdict import Refus
from app.pieces.formats import DEBUT, format_de_l_extension, phrase_formats
from app.regles.vocabulaire import FormatFichier

ENTREES_MAX = 40
DEPLIE_MAX = 60_000_000
BRUIT = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Ce que les systèmes ajoutent d'eux-mêmes : laissé de côté sans rien dire."""
DEDANS = (FormatFichier.PDF, FormatFichier.PNG, FormatFichier.JPG, FormatFichier.DOC, FormatFichier.DOCX)

ABIME = "Ce ZIP est abîmé ou incomplet : refaites-le, ou déposez les documents en un seul PDF."
PROTEGE = "Ce ZIP est protégé par un mot de passe : refaites-le sans mot de passe, puis déposez-le de nouveau."
VIDE = "Ce ZIP ne contient aucun document : mettez-y les documents demandés, puis déposez-le de nouveau."
TROP = f"Ce ZIP contient trop de fichiers (plus de {ENTREES_MAX}) : n’y mettez que les documents demandés."
BOMBE = "Ce ZIP prend trop de place une fois ouvert : n’y mettez que les documents demandés, en PDF ou en JPG."
INTERDIT = "Ce ZIP contient « {} » : n’y mettez que des documents {}, sans autre ZIP ni programme."
CHEMIN = "Ce ZIP contient un chemin qui ne s’ouvre pas sans danger : refaites-le en n’y mettant que vos documents."
DOCUMENT = "Dans ce ZIP, « {} » ne peut pas être accepté. {}"


def refaire(octets: bytes, garder: Callable[[bytes, FormatFichier], tuple[bytes, FormatFichier]]) -> bytes:
    """`garder` : ce qu'on ferait de chacun de ces documents s'il avait été déposé seul."""
    neuf, pris, noms = BytesIO(), 0, set[str]()
    with lire(octets) as archive, zipfile.ZipFile(neuf, "w", zipfile.ZIP_STORED) as sortie:
        for entree in documents(archive):
            contenu = extraire(archive, entree, DEPLIE_MAX - pris)
            pris += len(contenu)
            nom, garde = _document(entree.filename, contenu, garder)
            while nom in noms:
                nom = f"_{nom}"
            noms.add(nom)
            sortie.writestr(zipfile.ZipInfo(nom), garde)  # ZipInfo seul date de 1980 : pas d'heure de l'appareil
    if not noms:
        raise Refus(VIDE)
    return neuf.getvalue()


def lire(octets: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(octets))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as faute:
        raise Refus(ABIME) from faute


def documents(archive: zipfile.ZipFile, *, entrees_max: int = ENTREES_MAX) -> list[zipfile.ZipInfo]:
    """Les entrées à garder. Un chemin qui sort du dossier, un lien, un mot de passe : refusés ici."""
    entrees = archive.infolist()
    if len(entrees) > 10 * entrees_max:
        raise Refus(TROP)
    for entree in entrees:
        if entree.flag_bits & 0x1:
            raise Refus(PROTEGE)
        if _est_hostile(entree):
            raise Refus(CHEMIN)
    gardees = [entree for entree in entrees if not entree.is_dir() and not _est_du_bruit(entree.filename)]
    if len(gardees) > entrees_max:
        raise Refus(TROP)
    if sum(entree.file_size for entree in gardees) > DEPLIE_MAX:
        raise Refus(BOMBE)
    return gardees


def extraire(archive: zipfile.ZipFile, entree: zipfile.ZipInfo, place: int) -> bytes:
    """La taille annoncée peut mentir : on ne lit jamais plus que la place qui reste."""
    try:
        with archive.open(entree) as flux:
            contenu = flux.read(place + 1)
    except Exception as faute:  # chaque compression a ses erreurs
        raise Refus(ABIME) from faute
    if len(contenu) > place:
        raise Refus(BOMBE)
    return contenu


def _document(
    chemin: str, contenu: bytes, garder: Callable[[bytes, FormatFichier], tuple[bytes, FormatFichier]]
) -> tuple[str, bytes]:
    nom = nom_propre(chemin)
    if format_de_l_extension(extension_de(chemin)) not in DEDANS:
        raise Refus(INTERDIT.format(nom, phrase_formats(DEDANS)))
    try:
        garde, format_ = garder(contenu, juger(chemin, contenu[:DEBUT], DEDANS))
    except Refus as refus:
        raise Refus(DOCUMENT.format(nom, refus.phrase)) from refus
    return nom_propre(chemin, format_), garde


def _est_hostile(entree: zipfile.ZipInfo) -> bool:
    """`orig_filename` : zipfile coupe le nom au premier NUL."""
    nom = entree.orig_filename.replace("\\", "/")
    est_lien = stat.S_ISLNK(entree.external_attr >> 16)
    return est_lien or "\0" in nom or nom.startswith("/") or ".." in nom.split("/") or nom[1:2] == ":"


def _est_du_bruit(chemin: str) -> bool:
    return chemin.startswith(BRUIT[0]) or chemin.rpartition("/")[2] in BRUIT[1:]
