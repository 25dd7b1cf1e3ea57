"""Une feuille A4 et ses gestes : rangée, titre, cadre, QR. Rien ici ne connaît l'examen.

Tout se pose ligne par ligne (`text`) et non par `table()` de fpdf2, dix fois plus lent ; une rangée ne se coupe
jamais entre deux pages. Noir et gris seulement : le document se lit photocopié.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from app.documents.polices import GRAS, REGULIER
from app.web.gabarits import typo

GAUCHE, DROITE, HAUT, BAS = 16.0, 194.0, 14.0, 280.0
LARGEUR = DROITE - GAUCHE
TAILLE = 9.0
PETITE = 8.0
POINT = 0.3528  # millimètres
INTERLIGNE = 1.32
NOIR, GRIS, FILET = 0, 90, 190
POLICE = "portail"
ABSENT = "□"
COUPURES = "/-@"  # où couper d'abord une adresse ou un nom trop longs
NUMERO_DE_PAGE = 9.0  # « {nb} » n'a sa largeur qu'à la fin : le numéro s'aligne à gauche


@dataclass(frozen=True, slots=True)
class Cellule:
    texte: str
    x: float
    largeur: float
    gras: bool = False
    gris: bool = False
    taille: float = TAILLE


class Feuille(FPDF):
    """`rappel` est répété en haut des pages suivantes ; `pied` au bas de toutes."""

    def __init__(self, *, titre: str, sujet: str, auteur: str, cree_le: datetime, rappel: str, pied: str) -> None:
        super().__init__(format="A4")
        self._rappel, self._pied = rappel, pied
        self._coupees: dict[Cellule, list[str]] = {}
        self.add_font(POLICE, "", REGULIER)
        self.add_font(POLICE, "B", GRAS)
        polices = [police for police in self.fonts.values() if isinstance(police, TTFFont)]
        for police in polices:
            police.ttfont.recalcBBoxes = False  # recopie les glyphes tels quels : 15 ms de moins par document
        self._chasses = [police.cw for police in polices]
        self.set_auto_page_break(False)
        self.set_title(titre)
        self.set_subject(sujet)
        self.set_author(auteur)
        self.set_lang("fr")
        self.set_creator("Cyclades")
        self.set_producer("fpdf2")
        self.set_creation_date(cree_le)
        self.set_display_mode("fullwidth")
        self.add_page()

    def header(self) -> None:
        self.y = HAUT
        if self.page_no() > 1:
            self.rangee([Cellule(self._rappel, GAUCHE, LARGEUR, gris=True, taille=PETITE)])
            self.filet()
            self.y += 3

    def footer(self) -> None:
        self.police(taille=PETITE, gris=True)
        self.text(GAUCHE, 288, self.propre(self._pied))
        self.set_xy(DROITE - NUMERO_DE_PAGE, 285)
        self.cell(NUMERO_DE_PAGE, 4, f"{self.page_no()} / {{nb}}", new_x=XPos.LEFT, new_y=YPos.TOP)

    def police(self, *, gras: bool = False, gris: bool = False, taille: float = TAILLE) -> None:
        self.set_font(POLICE, "B" if gras else "", taille)
        self.set_text_color(GRIS if gris else NOIR)

    def reserver(self, hauteur: float) -> None:
        """Passe à la page suivante si `hauteur` ne tient plus sur celle-ci."""
        if self.y + hauteur > BAS:
            self.add_page()

    def rangee(self, cellules: list[Cellule], *, marge: float = 0.0, filet: bool = False) -> None:
        """Des cellules côte à côte, alignées en haut, hautes comme la plus longue."""
        coupees = [(cellule, self.couper(cellule)) for cellule in cellules]
        hauteur = max(len(lignes) * _hauteur(cellule.taille) for cellule, lignes in coupees)
        self.reserver(hauteur + 2 * marge)
        haut = self.y + marge
        for cellule, lignes in coupees:
            self.police(gras=cellule.gras, gris=cellule.gris, taille=cellule.taille)
            for rang, ligne in enumerate(lignes):
                self.text(cellule.x, haut + _hauteur(cellule.taille) * (rang + 0.77), ligne)
        self.y = haut + hauteur + marge
        if filet:
            self.filet(FILET)

    def paragraphe(self, texte: str, *, gras: bool = False, gris: bool = False, taille: float = TAILLE) -> None:
        self.rangee([Cellule(texte, GAUCHE, LARGEUR, gras, gris, taille)])

    def titre(self, texte: str, *, suite: float = 14.0) -> None:
        """Un titre n'est jamais seul au bas d'une page : `suite` est la place de ce qui vient avec lui."""
        self.reserver(11 + suite)
        self.y += 4.5
        self.paragraphe(texte, gras=True, taille=10.5)
        self.y += 0.6
        self.filet()
        self.y += 1

    def filet(self, gris: int = NOIR) -> None:
        self.set_draw_color(gris)
        self.set_line_width(0.3 if gris == NOIR else 0.15)
        self.line(GAUCHE, self.y, DROITE, self.y)

    def cadre(self, x: float, y: float, largeur: float, hauteur: float, *, gris: int = NOIR) -> None:
        self.set_draw_color(gris)
        self.set_line_width(0.25)
        self.rect(x, y, largeur, hauteur)

    def qr(self, adresse: str, x: float, y: float, cote: float) -> None:
        """Un rectangle par suite de modules noirs ; le masque est fixé, le choisir coûte 3 ms."""
        matrice = segno.make_qr(adresse, error="m", boost_error=False, mask=3).matrix
        module = cote / len(matrice)
        self.set_fill_color(NOIR)
        for rang, ligne in enumerate(matrice):
            debut = None
            for colonne, est_noir in enumerate((*ligne, 0)):
                if est_noir and debut is None:
                    debut = colonne
                elif not est_noir and debut is not None:
                    self.rect(x + debut * module, y + rang * module, (colonne - debut) * module, module, style="F")
                    debut = None

    def couper(self, cellule: Cellule) -> list[str]:
        """Le texte en lignes qui tiennent dans la cellule ; un mot plus large qu'elle est coupé."""
        if cellule in self._coupees:
            return self._coupees[cellule]
        lignes = []
        espace = self._largeur(" ", cellule)
        for morceau in self.propre(cellule.texte).split("\n"):
            ligne, prise = "", 0.0
            for mot in self._mots(morceau, cellule):
                largeur = self._largeur(mot, cellule)
                if ligne and prise + espace + largeur > cellule.largeur:
                    lignes.append(ligne)
                    ligne, prise = mot, largeur
                else:
                    ligne, prise = (f"{ligne} {mot}", prise + espace + largeur) if ligne else (mot, largeur)
            lignes.append(ligne)
        self._coupees[cellule] = lignes
        return lignes

    def propre(self, texte: str) -> str:
        """Composé, aux espaces françaises, sans signe que la police ne sait pas écrire."""
        texte = str(typo(unicodedata.normalize("NFC", texte)))
        if texte.isascii() and texte.isprintable():
            return texte
        return "".join(signe if signe == "\n" or ord(signe) in self._chasses[0] else ABSENT for signe in texte)

    def _mots(self, morceau: str, cellule: Cellule) -> Iterator[str]:
        for mot in morceau.split(" "):
            reste = mot
            while len(reste) > 1 and self._largeur(reste, cellule) > cellule.largeur:
                place = 1
                while self._largeur(reste[: place + 1], cellule) <= cellule.largeur:
                    place += 1
                place = max(reste.rfind(signe, 0, place) + 1 for signe in COUPURES) or place
                yield reste[:place]
                reste = reste[place:]
            yield reste

    def _largeur(self, mot: str, cellule: Cellule) -> float:
        chasses = self._chasses[cellule.gras]
        return sum(chasses[ord(signe)] for signe in mot) * cellule.taille * POINT / 1000


def _hauteur(taille: float) -> float:
    return taille * POINT * INTERLIGNE
