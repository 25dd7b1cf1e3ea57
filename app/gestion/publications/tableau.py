"""Lire un fichier CSV venu d'un tableur : encodage et séparateur se devinent, les colonnes ont plusieurs noms."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.web.tableur import BOM, lignes_csv

SEPARATEURS = ";\t,"
LIGNES_MAX = 60_000
CELLULE_MAX = 2_000
VIDE_OU_TEXTE = "un fichier CSV, c’est-à-dire du texte : dans votre tableur, « Enregistrer sous », puis CSV"


@dataclass(frozen=True, slots=True)
class Colonne:
    nom: str
    """celui du modèle"""
    autres: tuple[str, ...] = ()
    """ceux qu'on lit aussi ; ni la casse, ni les accents, ni la ponctuation ne comptent"""
    est_requise: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Erreur:
    """`ligne` : celle du tableur, l'en-tête est la première ; 0 : tout le fichier."""

    ligne: int
    colonne: str
    valeur: str
    attendu: str


@dataclass(frozen=True, slots=True)
class Ligne:
    numero: int
    valeurs: Mapping[str, str]
    """nom de colonne du modèle → texte, sans espaces autour ; vide si la colonne manque"""

    def __getitem__(self, colonne: Colonne) -> str:
        return self.valeurs.get(colonne.nom, "")

    def erreur(self, colonne: Colonne, attendu: str, valeur: str | None = None) -> Erreur:
        return Erreur(self.numero, colonne.nom, self[colonne] if valeur is None else valeur, attendu)


@dataclass(frozen=True, slots=True)
class Tableau:
    lignes: tuple[Ligne, ...] = ()
    erreurs: tuple[Erreur, ...] = ()
    inconnues: tuple[str, ...] = ()
    """colonnes du fichier que personne ne lit"""


class Illisible(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


def texte_de(octets: bytes) -> str:
    """UTF-8 avec ou sans BOM, UTF-16 des tableurs, sinon Windows-1252."""
    if not octets.strip():
        raise Illisible("Ce fichier est vide.")
    encodages = ["utf-16"] if octets.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encodage in encodages:
        try:
            texte = octets.decode(encodage)
        except UnicodeDecodeError:
            continue
        if "\0" not in texte:
            return texte
    raise Illisible(f"Ce n’est pas {VIDE_OU_TEXTE}.")


def lire(texte: str, colonnes: Sequence[Colonne]) -> Tableau:
    rangees = _rangees(texte)
    entete = next(rangees, (1, []))[1]
    places, erreurs, inconnues = _places(entete, colonnes)
    lignes: list[Ligne] = []
    for numero, cellules in rangees:
        if not any(cellule.strip() for cellule in cellules):
            continue
        if len(lignes) >= LIGNES_MAX:
            raise Illisible(f"Ce fichier a plus de {LIGNES_MAX} lignes : coupez-le en plusieurs.")
        valeurs = {nom: _cellule(cellules, rang) for nom, rang in places.items()}
        for nom, valeur in valeurs.items():
            if len(valeur) > CELLULE_MAX:
                erreurs.append(Erreur(numero, nom, f"{valeur[:40]}…", f"{CELLULE_MAX} caractères au plus"))
                valeurs[nom] = ""
        lignes.append(Ligne(numero, valeurs))
    if not lignes and not erreurs:
        erreurs.append(Erreur(0, "", "", "au moins une ligne sous l’en-tête"))
    return Tableau(tuple(lignes), tuple(erreurs), tuple(inconnues))


def separateur(texte: str) -> str:
    """Le plus fréquent de l'en-tête."""
    entete = texte.lstrip("\r\n").split("\n", 1)[0]
    return max(SEPARATEURS, key=entete.count)


def annote(texte: str, erreurs: Sequence[Erreur]) -> bytes:
    """Le même fichier, une colonne d'erreurs en tête. Ses lignes gardent leur ordre."""
    par_ligne: dict[int, list[str]] = {}
    for erreur in erreurs:
        quoi = f"{erreur.colonne} : " if erreur.colonne else ""
        par_ligne.setdefault(max(erreur.ligne, 1), []).append(f"{quoi}attendu {erreur.attendu}")
    rangees = []
    for rang, (numero, cellules) in enumerate(_rangees(texte)):
        notes = " | ".join(par_ligne.get(numero, []))
        titre = f"Erreurs ({notes})" if notes else "Erreurs"
        rangees.append([titre if rang == 0 else notes, *cellules])
    return BOM + lignes_csv(rangees)


def cle(texte: str) -> str:
    """« N° candidat » et « n candidat » se valent."""
    nu = unicodedata.normalize("NFKD", texte.replace("°", " ").replace("œ", "oe").replace("Œ", "OE")).casefold()
    lettres = "".join(signe if signe.isalnum() else " " for signe in nu if not unicodedata.combining(signe))
    return " ".join(lettres.split())


def _rangees(texte: str) -> Iterator[tuple[int, list[str]]]:
    """(numéro de la ligne du tableur, cellules) : une cellule de plusieurs lignes n'en fait qu'une."""
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur(texte))
    numero = 0
    try:
        for cellules in lecteur:
            numero += 1
            yield numero, cellules
    except csv.Error:
        raise Illisible(f"La ligne {numero + 1} ne se lit pas : vérifiez ses guillemets.") from None


def _places(entete: Sequence[str], colonnes: Sequence[Colonne]) -> tuple[dict[str, int], list[Erreur], list[str]]:
    noms = {cle(nom): colonne for colonne in colonnes for nom in (colonne.nom, *colonne.autres)}
    places: dict[str, int] = {}
    erreurs, inconnues = [], []
    for rang, titre in enumerate(entete):
        colonne = noms.get(cle(titre))
        if colonne is None:
            inconnues += [titre.strip()[:40]] if titre.strip() and not cle(titre).startswith("erreurs") else []
        elif colonne.nom in places:
            erreurs.append(Erreur(1, colonne.nom, titre.strip(), "cette colonne une seule fois"))
        else:
            places[colonne.nom] = rang
    for colonne in colonnes:
        if colonne.est_requise and colonne.nom not in places:
            erreurs.append(Erreur(1, colonne.nom, "", f"une colonne « {colonne.nom} » dans la première ligne"))
    return places, erreurs, inconnues


def _cellule(cellules: Sequence[str], rang: int) -> str:
    """L'apostrophe de tête est celle de `tableur.cellule`, quand le modèle revient rempli."""
    brut = " ".join(cellules[rang].split()) if rang < len(cellules) else ""
    return brut[1:] if brut[:1] == "'" and brut[1:2] in "=+-@" and len(brut) > 1 else brut
