"""Le relevé de notes : une ligne par épreuve, et le résultat."""

from datetime import datetime

from app.candidatures.fiche import Fiche
from app.documents import parties
from app.documents.donnees import ReleveNotes
from app.documents.mise_en_page import DROITE, GAUCHE, LARGEUR, Cellule, Feuille
from app.documents.models import TypeDocument

TITRE = TypeDocument.RELEVE_NOTES.libelle
COLONNES = (110.0, 26.0, 42.0)
ENTETE = ("Épreuve", "Note", "Mention")


def releve_notes(
    fiche: Fiche,
    contenu: ReleveNotes,
    *,
    numero_inscription: str,
    version: int,
    publiee_le: datetime,
    code: str,
    adresse_verification: str,
    remplace_version: int | None,
) -> bytes:
    """Mêmes arguments, mêmes octets : rien ne vient de l'horloge ni de la base."""
    feuille = parties.ouvrir(TITRE, fiche, numero_inscription, version, publiee_le, code)
    feuille.paragraphe(parties.presentation_publiee(publiee_le, remplace_version))
    feuille.titre("Notes", suite=20)
    _notes(feuille, contenu)
    _resultat(feuille, contenu)
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


def _notes(feuille: Feuille, contenu: ReleveNotes) -> None:
    page = 0
    for note in contenu.epreuves:
        retrait = 4.0 if note.est_sous_epreuve else 0.0
        cellules = _cellules((note.intitule, note.note_affichee, note.mention), retrait=retrait)
        feuille.reserver(max(len(feuille.couper(cellule)) for cellule in cellules) * 4.2 + 8)
        if feuille.page_no() != page:
            page = feuille.page_no()
            feuille.rangee(_cellules(ENTETE, gras=True), marge=0.7)
            feuille.filet()
        feuille.rangee(cellules, marge=0.9, filet=True)


def _resultat(feuille: Feuille, contenu: ReleveNotes) -> None:
    feuille.y += 6
    feuille.reserver(24)
    haut = feuille.y
    feuille.y += 2.5
    feuille.rangee([Cellule(f"Résultat : {contenu.resultat}", GAUCHE + 4, LARGEUR - 8, gras=True, taille=12)])
    if contenu.observation:
        feuille.rangee([Cellule(contenu.observation, GAUCHE + 4, LARGEUR - 8)], marge=0.8)
    feuille.y += 1.5
    feuille.cadre(GAUCHE, haut, DROITE - GAUCHE, feuille.y - haut)


def _cellules(valeurs: tuple[str, str, str], *, gras: bool = False, retrait: float = 0.0) -> list[Cellule]:
    cellules, x = [], GAUCHE
    for rang, (valeur, largeur) in enumerate(zip(valeurs, COLONNES, strict=True)):
        decalage = retrait if rang == 0 else 0.0
        cellules.append(Cellule(valeur, x + decalage, largeur - decalage - 3, gras=gras or rang == 1))
        x += largeur
    return cellules
