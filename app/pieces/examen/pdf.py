"""Un PDF se garde tel quel : il faut donc n'y rien laisser qui agisse, se cache ou épuise celui qui l'ouvre.

Tous les objets sont lus, atteints ou non depuis les pages : un lecteur plus tolérant que le nôtre les trouverait.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from app.pieces.examen.verdict import Refus

PAGES_MAX = 100
OBJETS_MAX = 50_000
PROFONDEUR_MAX = 60
FLUX_MAX = 120_000_000
"""Une page A4 en couleurs à 600 points par pouce, dépliée."""
TOTAL_MAX = 400_000_000
PIXELS_MAX = 120_000_000
FIN_MAX = 2048
"""Octets tolérés après la fin du document."""

REFAIRE = "choisissez « Imprimer » puis « Enregistrer au format PDF », et déposez le nouveau fichier."
ILLISIBLE = f"Ce PDF est abîmé ou incomplet : ouvrez-le sur votre appareil, {REFAIRE}"
PROTEGE = f"Ce PDF est protégé par un mot de passe ou chiffré : ouvrez-le, {REFAIRE}"
ACTIF = f"Ce PDF contient un script ou une action automatique : ouvrez-le, {REFAIRE}"
FORMULAIRE = f"Ce PDF est un formulaire interactif (XFA) qui ne s’affiche pas partout : remplissez-le, {REFAIRE}"
JOINTS = f"Ce PDF contient des fichiers joints, du son ou une vidéo : ouvrez-le, {REFAIRE}"
MELANGE = f"Ce PDF contient autre chose après sa dernière page : ouvrez-le, {REFAIRE}"
TROP_DE_PAGES = f"Ce PDF a plus de {PAGES_MAX} pages : ne déposez que les pages demandées."
SANS_PAGE = "Ce PDF n’a aucune page : vérifiez-le sur votre appareil, puis déposez-le de nouveau."
DEMESURE = (
    "Ce PDF demande trop de mémoire pour être ouvert : refaites-le avec une qualité de numérisation plus basse "
    "(200 points par pouce suffisent)."
)

CLES_ACTIVES = {"/JS", "/JavaScript", "/AA", "/Launch"}
CLES_JOINTES = {"/EF", "/EmbeddedFiles", "/RichMediaContent", "/RichMediaSettings", "/3DD"}
ACTIONS_PERMISES = {"/GoTo", "/URI", "/Named", "/Hide", "/SetOCGState", "/Thread"}
ANNOTATIONS_JOINTES = {"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"}
SANS_REFERENCE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
"""Noms assez longs pour ne pas paraître par hasard : cherchés aussi dans les octets que la table ne désigne pas."""
ECHAPPE = re.compile(rb"#([0-9a-fA-F]{2})")


def controler(octets: bytes) -> int:
    """Le nombre de pages ; `Refus` sinon. Ce que le lecteur ne sait pas lire est abîmé."""
    try:
        return _controler(octets)
    except (Refus, MemoryError):
        raise
    except Exception as faute:
        raise Refus(ILLISIBLE) from faute


def _controler(octets: bytes) -> int:
    _controler_la_fin(octets)
    lecteur = PdfReader(BytesIO(octets), strict=False)
    if lecteur.is_encrypted:
        raise Refus(PROTEGE)
    budget = TOTAL_MAX
    for objet in _objets(lecteur):
        for valeur in _parcourir(objet):
            if isinstance(valeur, DictionaryObject):
                _controler_dictionnaire(valeur)
        if isinstance(objet, StreamObject):
            budget -= _taille_depliee(objet)
            if budget < 0:
                raise Refus(DEMESURE)
    _controler_les_octets(octets)
    return _compter_les_pages(lecteur)


def _controler_la_fin(octets: bytes) -> None:
    """Un PDF n'est qu'un PDF : une archive collée derrière en ferait aussi autre chose."""
    fin = octets.rfind(b"%%EOF")
    if fin < 0:
        raise Refus(ILLISIBLE)
    reste = octets[fin + 5 :].strip(b"\0\r\n\t ")
    if len(reste) > FIN_MAX or b"PK\x05\x06" in octets[-66_000:]:
        raise Refus(MELANGE)


def _objets(lecteur: PdfReader) -> Iterator[Any]:
    designes = {(numero, generation) for generation, table in lecteur.xref.items() for numero in table}
    designes |= {(numero, 0) for numero in lecteur.xref_objStm}
    if len(designes) > OBJETS_MAX:
        raise Refus(DEMESURE)
    yield lecteur.trailer
    for numero, generation in sorted(designes):
        yield lecteur.get_object(IndirectObject(numero, generation, lecteur))


def _parcourir(racine: Any) -> Iterator[Any]:
    """Ce que l'objet contient en propre ; ses renvois sont d'autres objets."""
    a_voir = [(racine, 0)]
    while a_voir:
        valeur, profondeur = a_voir.pop()
        if profondeur > PROFONDEUR_MAX:
            raise Refus(ILLISIBLE)
        yield valeur
        if isinstance(valeur, DictionaryObject):
            a_voir += [(enfant, profondeur + 1) for enfant in valeur.values()]
        elif isinstance(valeur, ArrayObject):
            a_voir += [(enfant, profondeur + 1) for enfant in valeur]


def _controler_dictionnaire(objet: DictionaryObject) -> None:
    cles = {str(cle) for cle in objet}
    genre, sorte = _nom(objet, "/Type"), _nom(objet, "/Subtype")
    if "/XFA" in cles:
        raise Refus(FORMULAIRE)
    if cles & CLES_JOINTES or genre == "/EmbeddedFile" or sorte in ANNOTATIONS_JOINTES:
        raise Refus(JOINTS)
    if cles & CLES_ACTIVES or _agit(objet, genre):
        raise Refus(ACTIF)


def _agit(objet: DictionaryObject, genre: str) -> bool:
    """Suivre un lien ou tourner une page n'est pas agir."""
    action = _nom(objet, "/S")
    est_action = genre == "/Action" or action in {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"}
    return est_action and action not in ACTIONS_PERMISES


def _nom(objet: DictionaryObject, cle: str) -> str:
    valeur = objet.raw_get(cle) if cle in objet else None
    valeur = valeur.get_object() if isinstance(valeur, IndirectObject) else valeur
    return str(valeur) if isinstance(valeur, str) else ""


def _taille_depliee(flux: StreamObject) -> int:
    """Comptée sans rien garder. Un flux compressé deux fois ne se rencontre que dans une bombe."""
    if _entier(flux, "/Width") * _entier(flux, "/Height") > PIXELS_MAX:
        raise Refus(DEMESURE)
    filtres = flux.get("/Filter")
    noms = [str(nom) for nom in filtres] if isinstance(filtres, ArrayObject) else [str(filtres)] if filtres else []
    compressions = [nom for nom in noms if nom in {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode"}]
    if len(compressions) > 1 or len(noms) > 3:
        raise Refus(DEMESURE)
    brut = bytes(flux._data)
    return _deplier(brut) if noms[:1] in (["/FlateDecode"], ["/Fl"]) else len(brut)


def _deplier(brut: bytes) -> int:
    depliage, total, reste = zlib.decompressobj(), 0, brut
    try:
        while reste and not depliage.eof:
            total += len(depliage.decompress(reste, 1 << 20))
            reste = depliage.unconsumed_tail
            if total > FLUX_MAX:
                raise Refus(DEMESURE)
    except zlib.error:  # un flux abîmé laisse un trou dans la page, ce que l'aperçu montrera
        return total
    return total


def _entier(flux: StreamObject, cle: str) -> int:
    valeur = flux.get(cle)
    return int(valeur) if isinstance(valeur, int) else 0


def _controler_les_octets(octets: bytes) -> None:
    lisibles = ECHAPPE.sub(lambda code: bytes([int(code[1], 16)]), octets) if b"#" in octets else octets
    if trouve := SANS_REFERENCE.search(lisibles):
        nom = trouve[0]
        raise Refus(FORMULAIRE if nom == b"/XFA" else JOINTS if nom.startswith((b"/Emb", b"/Rich")) else ACTIF)


def _compter_les_pages(lecteur: PdfReader) -> int:
    """L'arbre est suivi à la main : le nombre annoncé peut mentir, une branche revenir sur elle-même."""
    vues: set[tuple[int, int]] = set()
    pages, a_voir = 0, [lecteur.root_object.raw_get("/Pages")]
    while a_voir:
        noeud = a_voir.pop()
        if isinstance(noeud, IndirectObject):
            if (noeud.idnum, noeud.generation) in vues:
                raise Refus(ILLISIBLE)
            vues.add((noeud.idnum, noeud.generation))
            noeud = noeud.get_object()
        if not isinstance(noeud, DictionaryObject):
            raise Refus(ILLISIBLE)
        enfants = noeud.get("/Kids")
        if isinstance(enfants, ArrayObject):
            a_voir += list(enfants)
        else:
            pages += 1
        if pages > PAGES_MAX or len(vues) > OBJETS_MAX:
            raise Refus(TROP_DE_PAGES)
    if pages == 0:
        raise Refus(SANS_PAGE)
    return pages
