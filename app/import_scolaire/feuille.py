"""La feuille des élèves d'un classeur XLSX ou ODS : laquelle, et ses cases en texte. Pur : ni base ni horloge.

Une feuille cachée n'est pas lue. Une erreur de calcul, une formule jamais calculée, sont vides pour la bibliothèque :
on les remet, pour que la case soit fautive au lieu d'être prise pour vide.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from app.import_scolaire.colonnes import COLONNES, code_de
from app.import_scolaire.erreurs import FichierIllisible

COLONNES_MAX = 100
LIGNES_MAX = 20_000
AVANT_LES_TITRES = 20
"""rangées où les chercher : un tableau commence souvent par son propre titre"""
DECOMPRESSE_MAX = 150 * 1024 * 1024
"""Une archive de quelques kilo-octets peut en déclarer mille fois plus : elle n'est pas ouverte."""
FEUILLE_MAX = 60 * 1024 * 1024
"""vingt mille élèves en prennent seize"""
JOURS_DE_1904 = 1462
"""Un classeur né sur un ancien Mac compte ses jours depuis 1904."""
REQUISES = {colonne.code for colonne in COLONNES if colonne.requise}
DEPUIS_1904 = re.compile(r'<workbookPr\b[^<>]*\bdate1904="(?:1|true|on)"')
ONGLET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")
LIEN = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")
CASE = re.compile(
    r"<c\b(?P<dit>[^<>]*)>(?P<formule><f\b[^<>]*(?:/>|>[^<]*</f>))?(?P<dedans><v/>|<v>(?P<valeur>[^<]*)</v>)?</c>"
)
REFERENCE = re.compile(r'\br="([A-Z]{1,3})([0-9]{1,7})"')
ATTRIBUT = re.compile(r'([\w:]+)="([^"]*)"')
NON_CALCULEE = "#NON CALCULÉ"


@dataclass(frozen=True, slots=True)
class Tableau:
    rangees: Iterable[tuple[int, Sequence[str]]]
    """(numéro que montre le tableur, cases)"""
    decalage: int = 0
    """jours à ajouter à une date écrite comme un nombre"""


def ouvrir(octets: bytes) -> Tableau:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError  # 1,5 Mo : aux classeurs

    _mesurer(octets)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(octets)) as classeur:
            feuille = _des_eleves(classeur)
            rangees = feuille.to_python(skip_empty_area=False, nrows=LIGNES_MAX + 100)
    except PasswordError:
        raise FichierIllisible("Ce classeur est protégé par un mot de passe : enlevez-le.") from None
    except (CalamineError, ZipError, OSError, IndexError) as panne:
        raise FichierIllisible(
            "Ce classeur ne s’ouvre pas : enregistrez-le de nouveau en XLSX, en ODS ou en CSV."
        ) from panne
    parties = _parties(octets, feuille.name)
    return Tableau(_rangees(rangees, _cases_sans_valeur(parties[1])), JOURS_DE_1904 if parties[0] else 0)


def _rangees(
    lues: Iterable[Sequence[object]], fautives: Mapping[tuple[int, int], str]
) -> Iterator[tuple[int, Sequence[str]]]:
    for numero, rangee in enumerate(lues, start=1):
        yield numero, [fautives.get((numero, place)) or _texte(case) for place, case in enumerate(rangee)]


def _des_eleves(classeur: Any) -> Any:
    """La seule feuille visible qui en porte ; à défaut, la première qui n'est pas vide, pour dire ce qu'il y manque."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    visibles = [
        classeur.get_sheet_by_name(decrite.name)
        for decrite in classeur.sheets_metadata
        if decrite.visible == SheetVisibleEnum.Visible and decrite.typ == SheetTypeEnum.WorkSheet
    ]
    pleines = [feuille for feuille in visibles if feuille.height]
    if any(feuille.width > 10 * COLONNES_MAX or feuille.height > 50 * LIGNES_MAX for feuille in pleines[:1]):
        raise FichierIllisible("La première feuille est trop grande : n’y laissez que les élèves.")
    if not pleines:
        raise FichierIllisible("Ce classeur n’a aucune feuille visible qui porte des élèves.")
    porteuses = [feuille for feuille in pleines if _porte_des_eleves(feuille)]
    if len(porteuses) > 1:
        noms = ", ".join(f"« {feuille.name} »" for feuille in porteuses[:10])
        raise FichierIllisible(f"Plusieurs feuilles portent des élèves ({noms}) : réunissez-les en une seule.")
    return (porteuses or pleines)[0]


def _porte_des_eleves(feuille: Any) -> bool:
    """Tous les titres requis sur une rangée, et au moins une rangée pleine dessous."""
    debut = feuille.to_python(skip_empty_area=False, nrows=AVANT_LES_TITRES * 5)
    titree = next(
        (
            rang
            for rang, rangee in enumerate(debut)
            if {code_de(str(case)) for case in rangee[:COLONNES_MAX]} >= REQUISES
        ),
        None,
    )
    return titree is not None and any(any(case != "" for case in rangee) for rangee in debut[titree + 1 :])


def _mesurer(octets: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            taille = sum(partie.file_size for partie in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as panne:
        raise FichierIllisible("Ce classeur est abîmé : enregistrez-le de nouveau.") from panne
    if taille > DECOMPRESSE_MAX:
        raise FichierIllisible("Ce classeur est trop grand une fois ouvert : n’y laissez que les élèves.")


def _texte(case: object) -> str:
    """Un nombre entier perd sa virgule ; une date s'écrit comme en France."""
    if isinstance(case, datetime):
        case = case.date()
    if isinstance(case, date):
        return f"{case.day:02}/{case.month:02}/{case.year:04}"
    if isinstance(case, float) and case.is_integer() and abs(case) < 1e15:
        return str(int(case))
    return "" if case is None else str(case)


def _parties(octets: bytes, nom: str) -> tuple[bool, str]:
    """(compte-t-il ses jours depuis 1904, le XML de cette feuille) ; rien de tel dans un ODS ni un XLSB."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        noms = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= noms:
            return False, ""
        livre, liens = (
            archive.read(partie).decode("utf-8", "replace")
            for partie in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        )
        cibles = {lien.get("Id"): lien.get("Target", "") for lien in map(_attributs, LIEN.findall(liens))}
        onglets = {unescape(o.get("name", "")): o.get("r:id") for o in map(_attributs, ONGLET.findall(livre))}
        chemin = cibles.get(onglets.get(nom), "")
        partie = chemin.removeprefix("/") if chemin.startswith("/") else f"xl/{chemin}"
        if partie in noms and archive.getinfo(partie).file_size > FEUILLE_MAX:
            raise FichierIllisible("La feuille est trop grande : n’y laissez que les élèves.")
        feuille = archive.read(partie).decode("utf-8", "replace") if partie in noms else ""
    return DEPUIS_1904.search(livre) is not None, feuille


def _cases_sans_valeur(feuille: str) -> dict[tuple[int, int], str]:
    """(rangée, place) → l'erreur que la case montre : « #N/A », ou qu'elle n'a jamais été calculée."""
    if 't="e"' not in feuille and "<f" not in feuille:
        return {}
    fautives: dict[tuple[int, int], str] = {}
    for case in CASE.finditer(feuille):
        ou = REFERENCE.search(case["dit"])
        if ou is None:
            continue
        if 't="e"' in case["dit"]:
            fautives[int(ou[2]), _place(ou[1])] = case["valeur"] or "#ERREUR"
        elif case["formule"] and not case["dedans"]:
            fautives[int(ou[2]), _place(ou[1])] = NON_CALCULEE
    return fautives


def _place(lettres: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + ord(lettre) - 64
    return rang - 1


def _attributs(balise: str) -> dict[str, str]:
    return dict(ATTRIBUT.findall(balise))
