"""Des fichiers d'élèves comme les tableurs en écrivent, et les gestes d'un secrétariat."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from app.import_scolaire.colonnes import COLONNES
from tests.instance import BELLEVUE
from tests.unit.client import Navigateur, Page

TITRES = [colonne.titre for colonne in COLONNES]
ACCAME: dict[str, str] = {
    "INE": "0123456789A",
    "Civilité": "MME",
    "Nom de famille": "Accame",
    "Nom d’usage": "",
    "Prénoms": "Acculi",
    "Date de naissance": "20/09/2008",
    "Pays de naissance": "",
    "Département de naissance": "31",
    "Commune de naissance": "Toulouse",
    "Division": "DIV1",
    "Catégorie": "",
    "Code spécialité": "50033205",
    "Adresse mail": "",
}
"""L'élève du guide (chapitre 8), née quelques années plus tard."""

Eleve = dict[str, str]


def eleve(**autres: str) -> Eleve:
    """L'élève du guide, un fait changé : `eleve(ine="", nom="…")`."""
    noms = {colonne.code: colonne.titre for colonne in COLONNES}
    return ACCAME | {noms[code]: valeur for code, valeur in autres.items()}


def en_csv(
    eleves: Sequence[Eleve], *, separateur: str = ";", encodage: str = "utf-8", titres: Sequence[str] = TITRES
) -> bytes:
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=separateur)
    ecrivain.writerow(titres)
    ecrivain.writerows([e.get(titre, "") for titre in TITRES] for e in eleves)
    return sortie.getvalue().encode(encodage)


def en_xlsx(lignes: Sequence[Sequence[Any]], *, format_date: str = "dd/mm/yyyy") -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"default_date_format": format_date}) as classeur:
        feuille = classeur.add_worksheet()
        for rang, ligne in enumerate([TITRES, *lignes]):
            for colonne, valeur in enumerate(ligne):
                feuille.write(rang, colonne, valeur)
    return sortie.getvalue()


def en_ods(lignes: Sequence[Sequence[str]]) -> bytes:
    """Un classeur OpenDocument réduit à ce qu'un lecteur en demande."""

    def case(texte: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{texte}</text:p></table:table-cell>'

    rangees = "".join(
        f"<table:table-row>{''.join(case(valeur) for valeur in ligne)}</table:table-row>" for ligne in [TITRES, *lignes]
    )
    contenu = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Eleves">{rangees}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifeste = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", contenu)
        archive.writestr("META-INF/manifest.xml", manifeste)
    return sortie.getvalue()


def essayer(
    navigateur: Navigateur, octets: bytes, *, uai: str = BELLEVUE, nom: str = "eleves.csv", statut: int = 303
) -> Page:
    """Dépose le fichier ; la page de l'essai, ou celle qui dit pourquoi il ne se lit pas."""
    navigateur.get(f"/etablissement/{uai}/import")
    page = navigateur.post(
        f"/etablissement/{uai}/import", {}, fichiers={"fichier": (nom, octets, "text/csv")}, statut=statut
    )
    return navigateur.suivre() if statut == 303 else page


def importer(navigateur: Navigateur, eleves: Sequence[Eleve], *, uai: str = BELLEVUE, retirer: bool = False) -> Page:
    """Essai, puis confirmation ; la page de l'import."""
    essayer(navigateur, en_csv(eleves), uai=uai)
    assert navigateur.page is not None
    assert "Confirmer l’import" in navigateur.page.texte, navigateur.page.texte
    navigateur.envoyer({"retirer_les_absents": "oui"} if retirer else {}, bouton="Confirmer l’import")
    return navigateur.suivre()


def erreurs_de(page: Page) -> list[tuple[str, str, str, str]]:
    """(ligne, colonne, valeur, attendu) du tableau de l'essai."""
    table = next((t for t in page.arbre.tous("table") if t["aria-labelledby"] == "err"), None)
    if table is None:
        return []
    rangees = [[case.texte for case in rangee.tous("th", "td")] for rangee in table.tous("tr")][1:]
    return [(a, b, c, d) for a, b, c, d in rangees]


def chiffres(page: Page) -> dict[str, int]:
    """« Nouveaux élèves » → 12."""
    blocs = [bloc for liste in page.arbre.tous("dl") if "chiffres" in liste["class"] for bloc in liste.tous("div")]
    return {next(b.tous("dt")).texte: int(next(b.tous("dd")).texte.split()[0]) for b in blocs}
