"""Le dépôt par morceaux, que demande static/js/depot.js : commencer ou reprendre, allonger, finir, abandonner.

Tant que l'envoi dure, la réponse est {"envoi", "recu"} : où en est le portail, donc où reprendre. Sinon c'est la ligne
de la pièce, déposée ou avec son refus : les mêmes pages, les mêmes phrases que le formulaire.
"""

import asyncio
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Response, post
from litestar.exceptions import ClientException, InternalServerException
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.espace.depot_http import PLUS_MODIFIABLE
from app.espace.justificatifs import la_piece, page, vers_la_ligne
from app.espace.lecture import lire_carte, qui
from app.infra.database import Indisponible
from app.pieces.depot import Fichier
from app.pieces.envois import (
    QUOTA_ATTEINT,
    Annonce,
    EnvoiVu,
    abandonner_l_envoi,
    commencer_un_envoi,
    deposer_l_envoi,
    envoi_de,
)
from app.pieces.examen.noms import nom_propre
from app.pieces.examen.reconnaissance import VIDE
from app.pieces.formats import PHOTOS_MAX, formats_de
from app.pieces.formulaire import ecrire_le_depot
from app.pieces.morceaux import (
    ADLER32,
    SHA256,
    allonger,
    empreinte_de,
    est_conforme,
    lire_les_morceaux,
    oublier_les_morceaux,
    recus,
)
from app.pieces.portail import examinateur
from app.pieces.reception import PHOTOS_ABIMEES, Recu, deballer_les_photos, motif_du_lot, recevoir
from app.pieces.suivi import PieceVue
from app.web.erreurs import Introuvable

HEXA = re.compile(rf"[0-9a-f]{{{ADLER32}}}|[0-9a-f]{{{SHA256}}}")


@post("/pieces/{piece_id:str}/envois", status_code=200)
async def commencer(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    piece = await la_piece(request, piece_id)
    annonce = _annonce(dict(await request.form()))
    carte = await lire_carte(request, piece.candidature_id)
    formats = formats_de(carte.reglement, piece.code)
    if not annonce.octets:
        return await _refuser(request, piece, VIDE)
    if motif := motif_du_lot(_tailles(annonce), carte.reglement.depot, formats):
        return await _refuser(request, piece, motif)
    envoi = await database(request).ecrire(
        commencer_un_envoi, qui(request).compte_id, piece_id, annonce, maintenant=instant(request)
    )
    if envoi is None:
        return await _refuser(request, piece, QUOTA_ATTEINT if piece.peut_ajouter else PLUS_MODIFIABLE)
    return vers_la_ligne(piece) if envoi.est_fini else await _ou_en_est(request, envoi)


@post("/envois/{envoi_id:str}/morceaux", status_code=200)
async def recevoir_un_morceau(request: AnyRequest, envoi_id: FromPath[str]) -> Response[Any]:
    """Un morceau qui ne vient pas à la suite, ou abîmé en route, n'est pas gardé : la réponse dit d'où repartir."""
    envoi = await _l_envoi(request, envoi_id)
    debut, empreinte = _entier(request.headers.get("x-debut")), request.headers.get("x-empreinte", "")
    try:
        morceau = await request.body()
    except InternalServerException as rompu:  # le client est parti au milieu de son morceau
        raise ClientException("client disconnected") from rompu
    if not envoi.est_fini and morceau and HEXA.fullmatch(empreinte) and est_conforme(morceau, empreinte):
        try:
            await asyncio.to_thread(
                allonger, reglages(request).donnees, envoi_id, debut=debut, morceau=morceau, total=envoi.octets
            )
        except OSError as plein:
            raise Indisponible("the chunk could not be stored") from plein
    return await _ou_en_est(request, envoi)


@post("/envois/{envoi_id:str}/fin", status_code=200)
async def finir(request: AnyRequest, envoi_id: FromPath[str]) -> Response[Any]:
    envoi = await _l_envoi(request, envoi_id)
    piece = await la_piece(request, envoi.piece_id)
    if envoi.est_fini:
        return vers_la_ligne(piece)
    donnees = reglages(request).donnees
    octets = await asyncio.to_thread(lire_les_morceaux, donnees, envoi_id)
    if len(octets) < envoi.octets:
        return await _ou_en_est(request, await _l_envoi(request, envoi_id))
    if empreinte_de(octets, len(envoi.empreinte)) != envoi.empreinte:
        await asyncio.to_thread(oublier_les_morceaux, donnees, envoi_id)
        return await _ou_en_est(request, envoi)
    motif = await _deposer(request, envoi, piece, octets)
    if not motif or (await _l_envoi(request, envoi_id)).est_fini:  # une autre fin du même envoi a pu gagner
        await asyncio.to_thread(oublier_les_morceaux, donnees, envoi_id)
        return vers_la_ligne(piece)
    await _abandonner(request, envoi_id)
    return await _refuser(request, piece, motif)


@post("/envois/{envoi_id:str}/abandon", status_code=200)
async def abandonner(request: AnyRequest, envoi_id: FromPath[str]) -> Response[Any]:
    envoi = await _l_envoi(request, envoi_id)
    await _abandonner(request, envoi_id)
    return vers_la_ligne(await la_piece(request, envoi.piece_id))


async def _deposer(request: AnyRequest, envoi: EnvoiVu, piece: PieceVue, octets: bytes) -> str:
    """Vide quand la ligne est écrite ; sinon la phrase du refus. L'examen a sa copie : une autre fin peut gagner."""
    carte, donnees = await lire_carte(request, piece.candidature_id), reglages(request).donnees
    depot, formats = carte.reglement.depot, formats_de(carte.reglement, piece.code)
    with TemporaryDirectory(prefix="depot-") as dossier:
        entier = Path(dossier) / "entier"
        await asyncio.to_thread(entier.write_bytes, octets)
        lot = [Recu(envoi.nom, entier, envoi.octets)]
        if envoi.photos > 1:
            lot = await asyncio.to_thread(deballer_les_photos, entier, Path(dossier), envoi.nom, envoi.photos)
        if not lot:
            return PHOTOS_ABIMEES
        fichier = await recevoir(examinateur(request), donnees, lot, formats, taille_max=depot.taille_max)
    if not isinstance(fichier, Fichier):
        return fichier
    pose = await ecrire_le_depot(
        database(request),
        donnees,
        fichier,
        deposer_l_envoi,
        qui(request).compte_id,
        envoi.id,
        fichier,
        maintenant=instant(request),
    )
    return "" if pose else PLUS_MODIFIABLE


async def _abandonner(request: AnyRequest, envoi_id: str) -> None:
    if await database(request).ecrire(abandonner_l_envoi, qui(request).compte_id, envoi_id):
        await asyncio.to_thread(oublier_les_morceaux, reglages(request).donnees, envoi_id)


async def _l_envoi(request: AnyRequest, envoi_id: str) -> EnvoiVu:
    envoi = await database(request).lire(envoi_de, qui(request).compte_id, envoi_id)
    if envoi is None:
        raise Introuvable
    return envoi


async def _ou_en_est(request: AnyRequest, envoi: EnvoiVu) -> Response[Any]:
    deja = await asyncio.to_thread(recus, reglages(request).donnees, envoi.id)
    corps = {"envoi": envoi.id, "recu": envoi.octets if envoi.est_fini else deja}
    return Response(corps, headers={"Cache-Control": "no-store"}, media_type="application/json")


async def _refuser(request: AnyRequest, piece: PieceVue, motif: str) -> Response[Any]:
    return await page(request, piece.candidature_id, refus={piece.code: motif}, ligne=piece.code, statut=422)


def _annonce(champs: dict[str, Any]) -> Annonce:
    """Ce que notre script n'aurait pas dit n'est pas une faute de saisie : 400."""
    nom, empreinte = champs.get("nom"), champs.get("empreinte")
    octets, photos = _entier(champs.get("octets")), _entier(champs.get("photos"))
    if not isinstance(nom, str) or not isinstance(empreinte, str) or not HEXA.fullmatch(empreinte):
        raise ClientException("not an announcement")
    if photos < 1 or octets < 0:
        raise ClientException("not an announcement")
    return Annonce(nom_propre(nom), octets, empreinte, photos)


def _tailles(annonce: Annonce) -> list[int]:
    """Comme si chaque photo pesait sa part ; une annonce démesurée se juge sur son total."""
    return [annonce.octets, *[0] * min(annonce.photos - 1, PHOTOS_MAX)]


def _entier(texte: Any) -> int:
    est_entier = isinstance(texte, str) and texte.isascii() and texte.isdecimal() and len(texte) <= 9
    return int(texte) if est_entier else -1
