"""Des classeurs comme Excel les écrit, faits à la main : chaînes partagées, styles de date, formules, feuilles cachées.

Excel ne tourne pas ici. Ce qui suit imite ses parties, d'après ECMA-376, là où xlsxwriter et LibreOffice s'en écartent.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

ESPACES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LIENS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PAQUET = "http://schemas.openxmlformats.org/package/2006"
BUREAU = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DATES = (
    "General",
    "dd/mm/yyyy;@",
    "[$-40C]d\\ mmmm\\ yyyy;@",
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
    "d/m/yy;@",
    "[$-40C]d\\-mmm\\-yy;@",
)
"""Formats de nombre : le premier n'en est pas un de date, les autres sont ceux que le menu « Date » d'Excel écrit."""


@dataclass(frozen=True)
class Case:
    """Une case telle qu'elle est dans la feuille : ses attributs et ce qu'elle contient."""

    dedans: str
    genre: str = ""
    """t="…" : vide pour un nombre"""
    style: int = 0
    """rang dans `DATES`"""


@dataclass(frozen=True)
class Feuille:
    nom: str
    lignes: Sequence[Sequence[Case | str]]
    etat: str = "visible"
    """ou « hidden », « veryHidden »"""
    etendue: str = ""
    """ce que la feuille prétend occuper"""


def nombre(valeur: object, style: int = 0) -> Case:
    return Case(f"<v>{valeur}</v>", style=style)


def sur_place(texte: str) -> Case:
    return Case(f'<is><t xml:space="preserve">{escape(texte)}</t></is>', "inlineStr")


def formule(calcul: str, valeur: str | None, genre: str = "str", style: int = 0) -> Case:
    """`valeur` : celle qu'Excel garde de son dernier calcul ; nulle, il n'a jamais calculé."""
    garde = "" if valeur is None else f"<v>{escape(valeur)}</v>"
    return Case(f"<f>{escape(calcul)}</f>{garde}", genre, style)


def en_excel(*feuilles: Feuille, depuis_1904: bool = False, enrichies: bool = False) -> bytes:
    """`enrichies` : chaque chaîne partagée est coupée en deux morceaux, un gras, avec sa phonétique."""
    chaines: dict[str, int] = {}
    corps = [_feuille(feuille, chaines) for feuille in feuilles]
    rangs = range(1, len(feuilles) + 1)
    onglets = "".join(
        f'<sheet name="{escape(f.nom)}" sheetId="{n}" state="{f.etat}" r:id="rId{n}"/>'
        for n, f in zip(rangs, feuilles, strict=True)
    )
    reglages = '<workbookPr date1904="1"/>' if depuis_1904 else "<workbookPr/>"
    parties = {
        "[Content_Types].xml": _types(rangs),
        "_rels/.rels": f'<Relationships xmlns="{PAQUET}/relationships"><Relationship Id="rId1" '
        f'Type="{BUREAU}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"<workbook {ESPACES} {LIENS}>{reglages}<sheets>{onglets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(rangs),
        "xl/styles.xml": _styles(),
        "xl/sharedStrings.xml": _chaines(chaines, enrichies=enrichies),
    } | {f"xl/worksheets/sheet{n}.xml": texte for n, texte in zip(rangs, corps, strict=True)}
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, texte in parties.items():
            archive.writestr(nom, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n{texte}')
    return sortie.getvalue()


def _feuille(feuille: Feuille, chaines: dict[str, int]) -> str:
    rangees = "".join(
        f'<row r="{r}">{"".join(_case(case, r, c, chaines) for c, case in enumerate(ligne))}</row>'
        for r, ligne in enumerate(feuille.lignes, start=1)
    )
    etendue = f'<dimension ref="{feuille.etendue}"/>' if feuille.etendue else ""
    return f"<worksheet {ESPACES}>{etendue}<sheetData>{rangees}</sheetData></worksheet>"


def _case(case: Case | str, rangee: int, colonne: int, chaines: dict[str, int]) -> str:
    if isinstance(case, str):
        if not case:
            return ""
        case = Case(f"<v>{chaines.setdefault(case, len(chaines))}</v>", "s")
    genre = f' t="{case.genre}"' if case.genre else ""
    style = f' s="{case.style}"' if case.style else ""
    return f'<c r="{chr(65 + colonne)}{rangee}"{style}{genre}>{case.dedans}</c>'


def _chaines(chaines: dict[str, int], *, enrichies: bool) -> str:
    def une(texte: str) -> str:
        if not enrichies:
            return f'<si><t xml:space="preserve">{escape(texte)}</t></si>'
        milieu = len(texte) // 2
        debut, fin = escape(texte[:milieu]), escape(texte[milieu:])
        return (
            f'<si><r><t xml:space="preserve">{debut}</t></r><r><rPr><b/></rPr><t xml:space="preserve">{fin}</t></r>'
            '<rPh sb="0" eb="1"><t>lecture</t></rPh></si>'
        )

    nombre = len(chaines)
    return f'<sst {ESPACES} count="{nombre}" uniqueCount="{nombre}">{"".join(map(une, chaines))}</sst>'


def _styles() -> str:
    formats = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{escape(f)}"/>' for n, f in enumerate(DATES))
    cases = "".join(
        f'<xf numFmtId="{164 + n if n else 0}" fontId="0" applyNumberFormat="1"/>' for n in range(len(DATES))
    )
    return (
        f'<styleSheet {ESPACES}><numFmts count="{len(DATES)}">{formats}</numFmts>'
        f'<fonts count="1"><font/></fonts><cellXfs count="{len(DATES)}">{cases}</cellXfs></styleSheet>'
    )


def _types(rangs: range) -> str:
    feuilles = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in rangs
    )
    return (
        f'<Types xmlns="{PAQUET}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{feuilles}'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>'
    )


def _relations(rangs: range) -> str:
    feuilles = "".join(
        f'<Relationship Id="rId{n}" Type="{BUREAU}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in rangs
    )
    suite = len(rangs) + 1
    return (
        f'<Relationships xmlns="{PAQUET}/relationships">{feuilles}'
        f'<Relationship Id="rId{suite}" Type="{BUREAU}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId{suite + 1}" Type="{BUREAU}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
