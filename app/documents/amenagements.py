"""La notification d'aménagements d'épreuves au titre du handicap : la décision, mesure par mesure."""

from datetime import datetime

from app.candidatures.fiche import Fiche
from app.documents import parties
from app.documents.donnees import Amenagement, Amenagements
from app.documents.mise_en_page import DROITE, GAUCHE, PETITE, Cellule, Feuille
from app.documents.models import TypeDocument
from app.web.gabarits import jour_long

TITRE = TypeDocument.AMENAGEMENTS.libelle
COLONNES = (62.0, 90.0, 26.0)
ENTETE = ("Épreuves", "Mesure", "Décision")


def amenagements(
    fiche: Fiche,
    contenu: Amenagements,
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
    feuille.titre(f"Décision du {jour_long(contenu.decidee_le)}", suite=20)
    feuille.rangee(_cellules(ENTETE, gras=True), marge=0.7)
    feuille.filet()
    for mesure in contenu.mesures:
        _mesure(feuille, mesure)
    if contenu.recours:
        feuille.titre("Contester cette décision")
        feuille.paragraphe(contenu.recours)
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


def _mesure(feuille: Feuille, mesure: Amenagement) -> None:
    feuille.rangee(_cellules((mesure.epreuves, mesure.mesure, mesure.decision)), marge=1.0, filet=not mesure.motif)
    if mesure.motif:
        x = GAUCHE + COLONNES[0]
        feuille.rangee([Cellule(f"Motif : {mesure.motif}", x, DROITE - x, gris=True, taille=PETITE)], filet=True)


def _cellules(valeurs: tuple[str, str, str], *, gras: bool = False) -> list[Cellule]:
    cellules, x = [], GAUCHE
    for rang, (valeur, largeur) in enumerate(zip(valeurs, COLONNES, strict=True)):
        cellules.append(Cellule(valeur, x, largeur - 3, gras=gras or rang == 2))
        x += largeur
    return cellules
