"""Les fichiers des candidats, vus par un agent : une image redessinée, ou une pièce jointe en bac à sable.

Le fichier reçu ne s'ouvre jamais dans une page du portail.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.gestion.controle.actes import deposer_a_sa_place
from app.gestion.controle.controle_http import (
    DEPASSE,
    adresse,
    est_medicale,
    la_piece,
    noter_la_lecture,
    page,
    portee,
    reglement_de,
)
from app.gestion.controle.dossier import FichierAControler
from app.pieces.depot import Fichier, porte_deja
from app.pieces.formats import formats_de, mime
from app.pieces.formulaire import CORPS_MAX, ecrire_le_depot, lot_choisi, recevoir_le_lot
from app.pieces.portail import examinateur
from app.pieces.rangement import chemin
from app.pieces.reception import motif_du_lot
from app.web.erreurs import Introuvable
from app.web.pages import rediriger

SOUS_PLI = "Cette pièce se garde sous pli au service : aucun document médical ne passe par le portail."
BAC_A_SABLE = {"Content-Security-Policy": "default-src 'none'; sandbox"}


@get("/gestion/pieces/{piece_id:str}/apercu/{numero:int}")
async def apercu(request: AnyRequest, piece_id: FromPath[str], numero: FromPath[int]) -> Response[bytes]:
    dossier, piece = await la_piece(request, piece_id)
    if piece.fichier is None:
        raise Introuvable
    with TemporaryDirectory(prefix="apercu-") as abri:
        sortie = Path(abri) / "page"
        source = chemin(reglages(request).donnees, piece.fichier.cle)
        if not await examinateur(request).apercu(source, piece.fichier.format, numero, sortie=sortie):
            raise Introuvable
        octets = await asyncio.to_thread(sortie.read_bytes)
    await noter_la_lecture(request, dossier, f"fichier {piece.code}", piece_id=piece.id)
    return Response(octets, media_type="image/jpeg", headers=BAC_A_SABLE)


@get("/gestion/pieces/{piece_id:str}/fichier")
async def telecharger(request: AnyRequest, piece_id: FromPath[str]) -> Response[bytes]:
    dossier, piece = await la_piece(request, piece_id)
    if piece.fichier is None:
        raise Introuvable
    octets = await _octets(request, piece.fichier)
    await noter_la_lecture(request, dossier, f"fichier {piece.code}", piece_id=piece.id)
    entetes = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(piece.fichier.nom, safe='')}"}
    return Response(octets, media_type=mime(piece.fichier.format), headers=entetes | BAC_A_SABLE)


@post("/gestion/pieces/{piece_id:str}/depot", status_code=200, request_max_body_size=CORPS_MAX)
async def deposer(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Un document remis au guichet ou par courrier, numérisé par l'agent : le candidat voit qui l'a ajouté."""
    dossier, piece = await la_piece(request, piece_id)
    reglement = await reglement_de(request, dossier)
    if est_medicale(reglement, piece.code):
        return await page(request, dossier.id, piece_id, refus=SOUS_PLI, statut=422)
    depot, formats = reglement.depot, formats_de(reglement, piece.code)
    lot = await lot_choisi(request, depot)
    motif = motif_du_lot([len(recu.octets) for recu in lot], depot, formats)
    if not motif:
        recu = await recevoir_le_lot(request, lot, depot, formats)
        motif = recu if isinstance(recu, str) else await _deposer(request, dossier.id, piece_id, recu)
    if motif:
        return await page(request, dossier.id, piece_id, refus_depot=motif, statut=422)
    return rediriger(adresse(dossier.id, piece_id))


@get("/gestion/pieces/{piece_id:str}/depot")
async def revenir(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Après une page d'erreur, ou un retour en arrière : cette adresse mène à la pièce."""
    dossier, _ = await la_piece(request, piece_id)
    return rediriger(adresse(dossier.id, piece_id))


async def _deposer(request: AnyRequest, candidature_id: str, piece_id: str, fichier: Fichier) -> str:
    """Vide quand la ligne est écrite, celle-ci ou la même juste avant."""
    pose = await ecrire_le_depot(
        database(request),
        reglages(request).donnees,
        fichier,
        deposer_a_sa_place,
        candidature_id,
        piece_id,
        fichier,
        portee(request),
        maintenant=instant(request),
    )
    if pose or await database(request).lire(porte_deja, piece_id, fichier.empreinte):
        return ""
    return DEPASSE


async def _octets(request: AnyRequest, fichier: FichierAControler) -> bytes:
    try:
        return await asyncio.to_thread(chemin(reglages(request).donnees, fichier.cle).read_bytes)
    except FileNotFoundError:  # retiré entre la lecture de la ligne et celle du fichier
        raise Introuvable from None
