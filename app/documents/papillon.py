"""Le papillon de connexion d'un élève (guide, chapitre 8) : seul sur sa feuille, ou trois par page à découper.

Le mot de passe n'existe en clair qu'ici, le temps d'être imprimé.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.documents.mise_en_page import DROITE, GAUCHE, LARGEUR, PETITE, Cellule, Feuille

PAR_PAGE = 3
HAUTEUR = 99.0
"""un tiers de feuille A4, en millimètres"""
MARGE = 8.0
QR = 24.0
SERVICE = (
    "Votre établissement vous a inscrit au certificat d’aptitude professionnelle. Un service en ligne est mis à votre "
    "disposition pour compléter et visualiser votre inscription (rubrique « Mes inscriptions ») et consulter les "
    "documents relatifs au déroulement de vos épreuves, puis votre relevé de notes (rubrique « Mes documents »)."
)
CONSIGNE = "(*) Il ne sert qu’une fois : vous choisirez le vôtre à la première connexion."


@dataclass(frozen=True, slots=True)
class Papillon:
    """Ce qui est imprimé pour un élève."""

    nom: str
    prenoms: str
    division: str
    numero_candidat: str
    numero_inscription: str
    identifiant: str
    mot_de_passe: str


@dataclass(frozen=True, slots=True)
class EnTete:
    academie: str
    etablissement: str
    adresse: str
    ville: str
    telephone: str


def papillons(eleves: Sequence[Papillon], en_tete: EnTete, *, adresse_connexion: str, imprime_le: datetime) -> bytes:
    planche = _Planche(
        titre="Papillons de connexion",
        sujet=f"Élèves de {en_tete.etablissement}",
        auteur="Cyclades",
        cree_le=imprime_le,
        rappel="",
        pied="",
    )
    par_page = 1 if len(eleves) == 1 else PAR_PAGE
    for rang, eleve in enumerate(eleves):
        place = rang % par_page
        if place == 0 and rang:
            planche.add_page()
        _dessiner(planche, eleve, en_tete, adresse_connexion, place * HAUTEUR)
        if par_page > 1 and place < par_page - 1:
            planche.trait_de_coupe((place + 1) * HAUTEUR)
    return bytes(planche.output())


class _Planche(Feuille):
    """Sans en-tête ni numéro de page : elle est faite pour être découpée."""

    def header(self) -> None:
        self.y = MARGE

    def footer(self) -> None:
        return

    def trait_de_coupe(self, y: float) -> None:
        self.set_draw_color(120)
        self.set_line_width(0.2)
        self.set_dash_pattern(dash=2, gap=2)
        self.line(4, y, 206, y)
        self.set_dash_pattern()


def _dessiner(planche: _Planche, eleve: Papillon, en_tete: EnTete, adresse: str, haut: float) -> None:
    planche.y = haut + MARGE
    moitie = LARGEUR / 2
    planche.rangee(
        [
            Cellule(f"ACADÉMIE DE {en_tete.academie.upper()}", GAUCHE, moitie, gras=True),
            Cellule("Accès au service en ligne des examens", GAUCHE + moitie, moitie, gras=True, taille=10.5),
        ]
    )
    planche.rangee(
        [
            Cellule(_etablissement(en_tete), GAUCHE, moitie - 4, taille=PETITE),
            Cellule("(Document à conserver impérativement)", GAUCHE + moitie, moitie, gris=True, taille=PETITE),
        ]
    )
    planche.y += 1.5
    planche.filet(190)
    planche.y += 1.5
    planche.rangee([Cellule(f"Élève : {eleve.nom} {eleve.prenoms}", GAUCHE, LARGEUR, gras=True, taille=11)])
    planche.rangee(
        [
            Cellule(
                f"Classe : {eleve.division}     N° candidat : {eleve.numero_candidat} - Inscription n° : "
                f"{eleve.numero_inscription}",
                GAUCHE,
                LARGEUR,
            )
        ],
        marge=0.4,
    )
    planche.y += 0.8
    planche.rangee([Cellule(SERVICE, GAUCHE, LARGEUR, taille=PETITE)])
    planche.y += 1.5
    _compte(planche, eleve, adresse)


def _compte(planche: _Planche, eleve: Papillon, adresse: str) -> None:
    """L'adresse, l'identifiant et le mot de passe dans un cadre, le QR à côté."""
    haut, largeur = planche.y, LARGEUR - QR - 4
    planche.y += 1.5
    gauche, intitule, valeur = GAUCHE + 3, 51.0, largeur - 57.0
    for texte, dit, gras in (
        ("Adresse du service :", adresse, False),
        ("Votre identifiant de connexion :", eleve.identifiant, True),
        ("Votre mot de passe (*) :", eleve.mot_de_passe, True),
    ):
        taille = 11.0 if gras else 9.0
        planche.rangee(
            [Cellule(texte, gauche, intitule), Cellule(dit, gauche + intitule, valeur, gras=gras, taille=taille)],
            marge=0.5,
        )
    planche.rangee([Cellule(CONSIGNE, gauche, largeur - 6, gris=True, taille=PETITE)], marge=0.4)
    planche.y += 1
    planche.cadre(GAUCHE, haut, largeur, planche.y - haut)
    planche.qr(adresse, DROITE - QR, haut, QR)
    planche.y = max(planche.y, haut + QR)


def _etablissement(en_tete: EnTete) -> str:
    telephone = f" · Tél : {en_tete.telephone}" if en_tete.telephone else ""
    return f"{en_tete.etablissement}\n{en_tete.adresse}\n{en_tete.ville}{telephone}"
