"""Déposer un fichier, ou plusieurs photos, par un simple formulaire."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.espace.justificatifs import la_piece, page, vers_la_ligne
from app.espace.lecture import lire_carte, qui
from app.pieces.depot import Fichier, deposer, porte_deja
from app.pieces.envois import QUOTA_ATTEINT, prendre_sur_le_quota
from app.pieces.formats import formats_de
from app.pieces.formulaire import CORPS_MAX, ecrire_le_depot, lot_choisi, recevoir_le_lot
from app.pieces.reception import motif_du_lot

PLUS_MODIFIABLE = "Cette pièce n’est plus modifiable, ou porte déjà un fichier : rien n’a été changé."


@post("/pieces/{piece_id:str}/depot", status_code=200, request_max_body_size=CORPS_MAX)
async def ajouter(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    piece = await la_piece(request, piece_id)
    carte = await lire_carte(request, piece.candidature_id)
    depot, formats = carte.reglement.depot, formats_de(carte.reglement, piece.code)
    lot = await lot_choisi(request, depot)
    tailles = [len(recu.octets) for recu in lot]
    motif = motif_du_lot(tailles, depot, formats) or await prendre(request, sum(tailles))
    if not motif:
        recu = await recevoir_le_lot(request, lot, depot, formats)
        motif = recu if isinstance(recu, str) else await _deposer(request, piece_id, recu)
    if motif:
        return await page(request, piece.candidature_id, refus={piece.code: motif}, ligne=piece.code, statut=422)
    return vers_la_ligne(piece)


@get("/pieces/{piece_id:str}/depot")
async def revenir(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Après une page d'erreur, ou un retour en arrière : cette adresse mène à la pièce."""
    return vers_la_ligne(await la_piece(request, piece_id))


async def prendre(request: AnyRequest, octets: int) -> str:
    """Sur ce que ce candidat peut envoyer aujourd'hui ; la phrase du refus, ou rien."""
    pris = await database(request).ecrire(
        prendre_sur_le_quota, qui(request).compte_id, octets, maintenant=instant(request)
    )
    return "" if pris else QUOTA_ATTEINT


async def _deposer(request: AnyRequest, piece_id: str, fichier: Fichier) -> str:
    """Vide quand la ligne est écrite, celle-ci ou la même juste avant."""
    donnees, compte_id = reglages(request).donnees, qui(request).compte_id
    pose = await ecrire_le_depot(
        database(request), donnees, fichier, deposer, compte_id, piece_id, fichier, maintenant=instant(request)
    )
    if pose or await database(request).lire(porte_deja, piece_id, fichier.empreinte):
        return ""
    return PLUS_MODIFIABLE
