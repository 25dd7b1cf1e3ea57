"""Un fichier d'élèves, quel que soit le tableur : ses cases en texte, ligne par ligne. Pur : ni base ni horloge.

Le format se lit au contenu, pas au nom. Un CSV peut être en UTF-8 (avec ou sans BOM), en UTF-16 ou en Windows-1252,
séparé par point-virgule, virgule ou tabulation : les titres des colonnes disent lequel.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from app.import_scolaire.colonnes import COLONNES, PAR_CODE, code_de
from app.import_scolaire.erreurs import FichierIllisible
from app.import_scolaire.feuille import AVANT_LES_TITRES, COLONNES_MAX, LIGNES_MAX, Tableau, ouvrir

CASE_MAX = 500
NOMBRE_DE_JOURS = re.compile(r"[0-9]{5}")
SEPARATEURS = ";,\t|"
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Ligne:
    numero: int
    """celui que montre le tableur"""
    cases: dict[str, str]
    """code de colonne → texte"""


@dataclass(frozen=True, slots=True)
class Lu:
    lignes: tuple[Ligne, ...]
    ignorees: tuple[str, ...]
    """titres de colonnes qui ne sont pas du modèle"""


def lire(octets: bytes) -> Lu:
    """`FichierIllisible` si aucune ligne ne peut en être tirée."""
    if octets.startswith(OLE):
        raise FichierIllisible(
            "Ce classeur est dans un ancien format, ou protégé par un mot de passe : enregistrez-le en XLSX, "
            "sans mot de passe."
        )
    return _lignes(ouvrir(octets) if octets.startswith(b"PK") else Tableau(_csv(octets)))


def _lignes(tableau: Tableau) -> Lu:
    """Des premières rangées, celle qui porte le plus de titres connus ; les élèves suivent."""
    pleines = ((numero, cases) for numero, cases in tableau.rangees if any(case.strip() for case in cases))
    debut = list(islice(pleines, AVANT_LES_TITRES))
    rang = max(range(len(debut)), key=lambda rang: _connus(debut[rang][1]), default=0)
    titres = debut[rang][1] if debut else ()
    places = _places(titres)
    lignes: list[Ligne] = []
    for numero, cases in chain(debut[rang + 1 :], pleines):
        if len(lignes) == LIGNES_MAX:
            raise FichierIllisible(f"Ce fichier a plus de {LIGNES_MAX} lignes : découpez-le.")
        textes = {code: cases[place].strip() if place < len(cases) else "" for code, place in places.items()}
        textes["date_naissance"] = _depuis_1899(textes["date_naissance"], tableau.decalage)
        lignes.append(Ligne(numero, {code: texte[:CASE_MAX] for code, texte in textes.items()}))
    if not lignes:
        raise FichierIllisible("Ce fichier n’a aucune ligne d’élève sous ses titres de colonnes.")
    return Lu(tuple(lignes), tuple(t.strip() for t in titres if t.strip() and code_de(t) is None))


def _depuis_1899(texte: str, decalage: int) -> str:
    """Une date sans format est un nombre de jours : celui que la plupart des tableurs écriraient."""
    return str(int(texte) + decalage) if decalage and NOMBRE_DE_JOURS.fullmatch(texte) else texte


def _connus(titres: Sequence[str]) -> int:
    return sum(code_de(titre) is not None for titre in titres[:COLONNES_MAX])


def _places(titres: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, titre in enumerate(titres[:COLONNES_MAX]):
        code = code_de(titre)
        if code in places:
            raise FichierIllisible(f"Deux colonnes disent « {PAR_CODE[code].titre} » : n’en gardez qu’une.")
        if code is not None:
            places[code] = place
    absentes = [colonne.titre for colonne in COLONNES if colonne.requise and colonne.code not in places]
    if absentes:
        liste = ", ".join(f"« {titre} »" for titre in absentes)
        raise FichierIllisible(
            f"Il manque {'les colonnes' if len(absentes) > 1 else 'la colonne'} {liste}. Partez de notre modèle : "
            "la première ligne y porte les titres."
        )
    return places


def _csv(octets: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    texte = _decoder(octets)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=_separateur(texte))
    try:
        yield from enumerate(lecteur, start=1)
    except csv.Error as panne:
        raise FichierIllisible(
            "Ce fichier n’est pas un tableau CSV : enregistrez-le de nouveau en CSV, en ODS ou en XLSX."
        ) from panne


def _decoder(octets: bytes) -> str:
    for signe, encodage in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if octets.startswith(signe):
            essais = [encodage]
            break
    else:
        essais = ["utf-8", "cp1252"]
    for encodage in essais:
        try:
            texte = octets.decode(encodage)
        except UnicodeDecodeError:
            continue
        if "\0" not in texte:
            return texte
    raise FichierIllisible(
        "Ce fichier n’est ni un CSV, ni un classeur : enregistrez-le en CSV (UTF-8), en ODS ou en XLSX."
    )


def _separateur(texte: str) -> str:
    """Celui qui fait lire le plus de titres connus."""
    debut = [ligne[:5000] for ligne in texte.splitlines() if ligne.strip()][:AVANT_LES_TITRES]

    def connus(separateur: str) -> int:
        return max((_connus(rangee) for rangee in csv.reader(debut, delimiter=separateur)), default=0)

    return max(SEPARATEURS, key=connus)
