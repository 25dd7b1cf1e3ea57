"""DOC et DOCX se gardent tels quels : ni macro, ni objet caché, ni lien qui va chercher autre chose."""

import re
import struct
from io import BytesIO

import olefile

from app.pieces.examen import archives
from app.pieces.examen.verdict import Refus

EN_PDF = "dans le traitement de texte, choisissez « Enregistrer sous » ou « Exporter », puis PDF, et déposez le PDF."
ABIME = f"Ce document n’est pas un document Word lisible : {EN_PDF}"
PROTEGE = f"Ce document est protégé par un mot de passe : ouvrez-le, puis, {EN_PDF}"
MACROS = f"Ce document contient des macros : {EN_PDF}"
OBJETS = f"Ce document contient un autre fichier ou un lien vers un contenu extérieur : {EN_PDF}"

PARTIES_MAX = 400
CHIFFRE = 0x0100  # [MS-DOC] 2.5.2, FibBase.fEncrypted
LIEN_DISTANT = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
LIENS_PERMIS = re.compile(rb"/hyperlink[\"']")
DOCUMENT_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def controler_doc(octets: bytes) -> None:
    try:
        with olefile.OleFileIO(BytesIO(octets), raise_defects=olefile.DEFECT_INCORRECT) as conteneur:
            noms = {"/".join(chemin).lower() for chemin in conteneur.listdir(streams=True, storages=True)}
            entete = _entete(conteneur) if "worddocument" in noms else b""
    except Refus:
        raise
    except Exception as faute:
        raise Refus(ABIME) from faute
    if "encryptedpackage" in noms or "encryptioninfo" in noms:
        raise Refus(PROTEGE)
    if len(entete) < 12:
        raise Refus(ABIME)
    if struct.unpack_from("<H", entete, 10)[0] & CHIFFRE:
        raise Refus(PROTEGE)
    branches = {partie for nom in noms for partie in nom.split("/")}
    if branches & {"macros", "vba", "_vba_project", "_vba_project_cur"}:
        raise Refus(MACROS)
    if branches & {"objectpool", "\x01ole10native", "package"}:
        raise Refus(OBJETS)


def controler_docx(octets: bytes) -> None:
    parties = _parties(octets)
    types = parties.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types or any(nom.lower().endswith(("vbaproject.bin", "vbadata.xml")) for nom in parties):
        raise Refus(MACROS)
    if DOCUMENT_WORD not in types or "word/document.xml" not in parties:
        raise Refus(ABIME)
    if any("/embeddings/" in nom.lower() or "/activex/" in nom.lower() for nom in parties):
        raise Refus(OBJETS)
    for nom, partie in parties.items():
        if nom.endswith((".xml", ".rels")):
            _controler_xml(partie)


def _entete(conteneur: olefile.OleFileIO) -> bytes:
    with conteneur.openstream("WordDocument") as flux:
        return bytes(flux.read(32))


def _parties(octets: bytes) -> dict[str, bytes]:
    """Tout ce que contient le document, dans la même place qu'un ZIP."""
    parties, place = {}, archives.DEPLIE_MAX
    try:
        with archives.lire(octets) as archive:
            for entree in archives.documents(archive, entrees_max=PARTIES_MAX):
                parties[entree.filename] = archives.extraire(archive, entree, place)
                place -= len(parties[entree.filename])
    except Refus as refus:  # ce qui cloche dans ce ZIP ne se dit pas en parlant d'un ZIP
        raise Refus(ABIME) from refus
    return parties


def _controler_xml(partie: bytes) -> None:
    """Une déclaration de type n'a pas sa place dans OOXML (ECMA-376, 2, 8.1.4) et fait les bombes d'entités."""
    if b"<!DOCTYPE" in partie or b"<!ENTITY" in partie:
        raise Refus(ABIME)
    if any(not LIENS_PERMIS.search(lien) for lien in LIEN_DISTANT.findall(partie)):
        raise Refus(OBJETS)
