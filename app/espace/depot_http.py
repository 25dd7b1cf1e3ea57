"""Déposer un fichier, ou plusieurs photos, par un simple formulaire."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.espace.justificatifs import la_piece, page, vers_la_ligne
from app.espace.lecture import lire_carte, qui
from app.pieces.depot import Fichier, deposer
from app.pieces.envois import QUOTA_ATTEINT, prendre_sur_le_quota
from app.pieces.formats import formats_de
from app.pieces.portail import examinateur
from app.pieces.rangement import oter
from app.pieces.reception import Recu, motif_du_lot, recevoir
from app.web.fichiers import MO, FichierRecu, avec_fichiers

CORPS_MAX = 16 * MO
"""Un peu plus que le plus gros lot de photos : un lot un peu lourd reçoit une phrase, pas un refus muet."""
PLUS_MODIFIABLE = "Cette pièce n’est plus modifiable, ou porte déjà un fichier : rien n’a été changé."


@post("/pieces/{piece_id:str}/depot", status_code=200, request_max_body_size=CORPS_MAX)
async def ajouter(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    piece = await la_piece(request, piece_id)
    carte = await lire_carte(request, piece.candidature_id)
    depot, formats = carte.reglement.depot, formats_de(carte.reglement, piece.code)
    envoi = await avec_fichiers(await request.form(), taille_max=depot.taille_max)
    recus = [recu for recu in envoi.get("fichier", []) if isinstance(recu, FichierRecu) and recu.nom]
    tailles = [len(recu.octets) for recu in recus]
    motif = motif_du_lot(tailles, depot, formats) or await prendre(request, sum(tailles))
    if not motif:
        with TemporaryDirectory(prefix="depot-") as dossier:
            sur_disque = [await asyncio.to_thread(_poser, Path(dossier), rang, r) for rang, r in enumerate(recus)]
            recu = await recevoir(
                examinateur(request), reglages(request).donnees, sur_disque, formats, taille_max=depot.taille_max
            )
        motif = recu if isinstance(recu, str) else await _deposer(request, piece_id, recu)
    if motif:
        return await page(request, piece.candidature_id, refus={piece.code: motif}, ligne=piece.code, statut=422)
    return vers_la_ligne(piece)


async def prendre(request: AnyRequest, octets: int) -> str:
    """Sur ce que ce candidat peut envoyer aujourd'hui ; la phrase du refus, ou rien."""
    pris = await database(request).ecrire(
        prendre_sur_le_quota, qui(request).compte_id, octets, maintenant=instant(request)
    )
    return "" if pris else QUOTA_ATTEINT


async def _deposer(request: AnyRequest, piece_id: str, fichier: Fichier) -> str:
    """Vide quand la ligne est écrite ; sinon les octets rangés s'en vont avec la phrase."""
    pose = False
    try:
        pose = await database(request).ecrire(
            deposer, qui(request).compte_id, piece_id, fichier, maintenant=instant(request)
        )
    finally:
        if not pose:
            await asyncio.to_thread(oter, reglages(request).donnees, fichier.cle)
    return "" if pose else PLUS_MODIFIABLE


def _poser(dossier: Path, rang: int, recu: FichierRecu) -> Recu:
    chemin = dossier / str(rang)
    chemin.write_bytes(recu.octets)
    return Recu(recu.nom, chemin, len(recu.octets))
