"""La relance de pièces justificatives : ce qui manque ou ne convient pas, pourquoi, et jusqu'à quand."""

from collections.abc import Sequence
from datetime import datetime

from app.candidatures.fiche import Fiche
from app.documents import parties
from app.documents.demande_pieces import CODE
from app.documents.mise_en_page import DROITE, GAUCHE, PETITE, Cellule, Feuille
from app.documents.models import TypeDocument
from app.documents.reclamees import PieceReclamee, lots, presentation_de_la_relance

TITRE = TypeDocument.RELANCE_PIECES.libelle


def relance_pieces(
    fiche: Fiche,
    *,
    reclamees: Sequence[PieceReclamee],
    numero_inscription: str,
    version: int,
    version_inscription: int,
    publiee_le: datetime,
    code: str,
    adresse_verification: str,
    remplace_version: int | None,
) -> bytes:
    """`version` est celle de la relance : la deuxième relance est la version 2."""
    feuille = parties.ouvrir(TITRE, fiche, numero_inscription, version, publiee_le, code)
    feuille.paragraphe(
        presentation_de_la_relance(len(reclamees), version_inscription, publiee_le, remplace_version), taille=10
    )
    for lot in lots(reclamees, publiee_le):
        feuille.titre(lot.titre, suite=24)
        if lot.consigne:
            feuille.paragraphe(lot.consigne)
        for piece in lot.pieces:
            _piece(feuille, piece)
    feuille.titre("Adresse postale de retour")
    feuille.paragraphe(f"{fiche.service.nom}\n{parties.adresse(fiche.service)}")
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


def _piece(feuille: Feuille, piece: PieceReclamee) -> None:
    feuille.reserver(16)
    feuille.y += 2.5
    x = GAUCHE + 6 + CODE
    feuille.rangee(
        [
            Cellule("□", GAUCHE, 5, taille=11),
            Cellule(piece.code, GAUCHE + 6, CODE - 2, gras=True),
            Cellule(piece.libelle, x, DROITE - x, gras=True),
        ]
    )
    feuille.rangee([Cellule(piece.raison, x, DROITE - x)], marge=0.4)
    if piece.documents_acceptes:
        texte = "Documents acceptés : " + " ; ".join(piece.documents_acceptes) + "."
        feuille.rangee([Cellule(texte, x, DROITE - x, gris=True, taille=PETITE)])
