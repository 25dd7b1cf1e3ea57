"""Les classeurs rendus à l'établissement : le modèle à remplir, et son fichier avec une colonne d'erreurs.

Tout s'écrit comme texte : une case qui commence par « = » n'est pas une formule, une adresse n'est pas un lien.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.import_scolaire.colonnes import COLONNES, ERREURS

REGLAGES = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
LIGNES_GUIDEES = 2000
"""lignes du modèle où le tableur propose divisions et spécialités"""
RANG = {colonne.code: rang for rang, colonne in enumerate(COLONNES)}


@dataclass(frozen=True, slots=True)
class Propositions:
    """Ce que le modèle propose : les divisions déjà connues et leurs spécialités d'abord."""

    divisions: tuple[tuple[str, str], ...]
    """(division, code de spécialité)"""
    specialites: tuple[tuple[str, str], ...]
    """(code, intitulé), celles qui se présentent ici à cette session"""
    categories: tuple[tuple[str, str], ...]


def modele(propositions: Propositions) -> bytes:
    sortie = io.BytesIO()
    with _classeur(sortie) as classeur:
        gras, gris = classeur.add_format({"bold": True, "bottom": 1}), classeur.add_format({"font_color": "#666666"})
        texte = classeur.add_format({"num_format": "@"})
        eleves = classeur.add_worksheet("Élèves")
        listes = _listes(classeur, gras, gris, propositions)
        for rang, colonne in enumerate(COLONNES):
            eleves.set_column(rang, rang, colonne.largeur, texte)
            eleves.write_string(0, rang, colonne.titre, gras)
            eleves.write_comment(0, rang, colonne.aide)
        eleves.freeze_panes(1, 0)
        for code, plage in listes.items():
            eleves.data_validation(
                1,
                RANG[code],
                LIGNES_GUIDEES,
                RANG[code],
                {"validate": "list", "source": plage, "error_type": "information", "ignore_blank": True},
            )
    return sortie.getvalue()


def annote(lignes: Iterable[tuple[dict[str, Any], Sequence[Sequence[str]]]]) -> bytes:
    """Les lignes du fichier et leurs erreurs. Corrigé, il se dépose tel quel : la colonne d'erreurs est ignorée."""
    sortie = io.BytesIO()
    with _classeur(sortie) as classeur:
        gras = classeur.add_format({"bold": True, "bottom": 1})
        texte = classeur.add_format({"num_format": "@"})
        fautif = classeur.add_format({"num_format": "@", "bg_color": "#FBE3E1"})
        feuille = classeur.add_worksheet("Élèves")
        titres = [colonne.titre for colonne in COLONNES]
        for rang, colonne in enumerate(COLONNES):
            feuille.set_column(rang, rang, colonne.largeur, texte)
            feuille.write_string(0, rang, colonne.titre, gras)
        feuille.set_column(len(COLONNES), len(COLONNES), 90)
        feuille.write_string(0, len(COLONNES), ERREURS, gras)
        feuille.freeze_panes(1, 0)
        for rangee, (cases, erreurs) in enumerate(lignes, start=1):
            fautives = {titre for titre, _, _ in erreurs}
            for rang, colonne in enumerate(COLONNES):
                forme = fautif if titres[rang] in fautives else texte
                feuille.write_string(rangee, rang, str(cases.get(colonne.code, "")), forme)
            if erreurs:
                phrases = " · ".join(f"{titre} : attendu {attendu}" for titre, _, attendu in erreurs)
                feuille.write_string(rangee, len(COLONNES), phrases)
    return sortie.getvalue()


def _listes(classeur: Any, gras: Any, gris: Any, propositions: Propositions) -> dict[str, str]:
    """Une feuille par liste ; rend, par colonne, la plage que le tableur propose."""
    specialites = classeur.add_worksheet("Spécialités")
    specialites.set_column(0, 0, 16)
    specialites.set_column(1, 1, 70)
    _tableau(specialites, gras, ("Code spécialité", "Intitulé"), propositions.specialites)
    divisions = classeur.add_worksheet("Divisions")
    divisions.set_column(0, 2, 24)
    intitules = dict(propositions.specialites)
    lignes = [(division, code, intitules.get(code, "")) for division, code in propositions.divisions]
    _tableau(divisions, gras, ("Division", "Code spécialité", "Intitulé"), lignes)
    if not lignes:
        divisions.write_string(1, 0, "Vos divisions paraîtront ici après un premier import.", gris)
    categories = classeur.add_worksheet("Catégories")
    categories.set_column(0, 0, 24)
    categories.set_column(1, 1, 60)
    _tableau(categories, gras, ("Catégorie", "Libellé"), propositions.categories)
    plages = {
        "specialite": f"='Spécialités'!$A$2:$A${len(propositions.specialites) + 1}",
        "categorie": f"='Catégories'!$A$2:$A${len(propositions.categories) + 1}",
    }
    if lignes:
        plages["division"] = f"='Divisions'!$A$2:$A${len(lignes) + 1}"
    return plages


def _tableau(feuille: Any, gras: Any, titres: Sequence[str], lignes: Iterable[Sequence[str]]) -> None:
    for rang, titre in enumerate(titres):
        feuille.write_string(0, rang, titre, gras)
    for rangee, ligne in enumerate(lignes, start=1):
        for rang, texte in enumerate(ligne):
            feuille.write_string(rangee, rang, texte)
    feuille.freeze_panes(1, 0)


def _classeur(sortie: io.BytesIO) -> Any:
    import xlsxwriter  # chargé au besoin : 5 Mo que le portail au repos ne prend pas

    return xlsxwriter.Workbook(sortie, REGLAGES)
