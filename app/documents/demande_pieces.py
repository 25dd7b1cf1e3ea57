"""La demande de pièces justificatives : par mode de dépôt, par date limite, puis par groupe (guide, chapitre 12)."""

from datetime import datetime

from app.candidatures.fiche import Fiche, PieceFiche
from app.documents import parties
from app.documents.contenu import Envoi, envois, presentation
from app.documents.mise_en_page import DROITE, GAUCHE, LARGEUR, PETITE, Cellule, Feuille
from app.documents.models import TypeDocument

TITRE = TypeDocument.DEMANDE_PIECES.libelle
CODE = 26.0


def demande_pieces(
    fiche: Fiche,
    *,
    numero_inscription: str,
    version: int,
    version_inscription: int,
    publiee_le: datetime,
    depot_ouvre_le: datetime,
    depot_ferme_le: datetime,
    code: str,
    adresse_verification: str,
    remplace_version: int | None,
) -> bytes:
    """`version` est celle du document, `version_inscription` celle de l'inscription dont il découle."""
    feuille = parties.ouvrir(TITRE, fiche, numero_inscription, version, publiee_le, code)
    feuille.paragraphe(presentation(len(fiche.pieces), version_inscription, publiee_le, remplace_version))
    for envoi in envois(fiche.pieces, depot_ouvre_le, depot_ferme_le):
        _poser(feuille, envoi)
    feuille.titre("Adresse postale de retour")
    feuille.paragraphe(f"{fiche.service.nom}\n{parties.adresse(fiche.service)}")
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


def _poser(feuille: Feuille, envoi: Envoi) -> None:
    feuille.titre(envoi.titre, suite=24)
    if envoi.consigne:
        feuille.paragraphe(envoi.consigne)
    for libelle, pieces in envoi.groupes:
        feuille.reserver(14)
        feuille.y += 2
        feuille.paragraphe(libelle, gras=True)
        for piece in pieces:
            _piece(feuille, piece)


def _piece(feuille: Feuille, piece: PieceFiche) -> None:
    x = GAUCHE + 6 + CODE
    feuille.rangee(
        [
            Cellule("□", GAUCHE, 5, taille=11),
            Cellule(piece.code, GAUCHE + 6, CODE - 2, gras=True),
            Cellule(parties.piece_en_mots(piece), x, DROITE - x),
        ],
        marge=0.6,
    )
    if piece.documents_acceptes:
        texte = "Documents acceptés : " + " ; ".join(piece.documents_acceptes) + "."
        feuille.rangee([Cellule(texte, x, LARGEUR - x + GAUCHE, gris=True, taille=PETITE)])
