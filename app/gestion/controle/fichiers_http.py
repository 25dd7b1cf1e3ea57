"""Les fichiers des candidats, vus par un agent : une image redessinée, ou une pièce jointe en bac à sable.

Le fichier reçu ne s'ouvre jamais dans une page du portail.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, cast
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
from app.pieces.depot import Fichier
from app.pieces.formats import DEBUT, FORMATS, format_de_l_extension, formats_de, mime, phrase_depot, trop_lourd
from app.pieces.rangement import Examine, chemin, examen, oter, ranger
from app.regles.vocabulaire import EtatExamen, FormatFichier
from app.web.erreurs import Introuvable
from app.web.fichiers import MO, FichierRecu, avec_fichiers
from app.web.pages import rediriger

CORPS_MAX = 15 * MO
SOUS_PLI = "Cette pièce se garde sous pli au service : aucun document médical ne passe par le portail."
BAC_A_SABLE = {"Content-Security-Policy": "default-src 'none'; sandbox"}


class Apercu(Protocol):
    async def apercu(self, chemin: Path, format_: str, page: int, *, sortie: Path) -> bool: ...


@get("/gestion/pieces/{piece_id:str}/apercu/{numero:int}")
async def apercu(request: AnyRequest, piece_id: FromPath[str], numero: FromPath[int]) -> Response[bytes]:
    dossier, piece = await la_piece(request, piece_id)
    dessinateur = cast("Apercu | None", request.app.state.get("examinateur"))
    if piece.fichier is None or dessinateur is None:
        raise Introuvable
    with TemporaryDirectory(prefix="apercu-") as abri:
        sortie = Path(abri) / "page"
        source = chemin(reglages(request).donnees, piece.fichier.cle)
        if not await dessinateur.apercu(source, piece.fichier.format, numero, sortie=sortie):
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
    formats = formats_de(reglement, piece.code)
    envoi = await avec_fichiers(await request.form(), taille_max=reglement.depot.taille_max)
    recus = [recu for recu in envoi.get("fichier", []) if isinstance(recu, FichierRecu) and recu.nom and recu.octets]
    motif = "Choisissez un seul fichier, puis « Ajouter »." if len(recus) != 1 else ""
    if not motif and len(recus[0].octets) > reglement.depot.taille_max:
        motif = trop_lourd(reglement.depot, formats)
    elif not motif and not _format(recus[0], formats):
        motif = f"Ce fichier n’est pas dans un format accepté : {phrase_depot(reglement.depot, formats)}."
    if not motif:
        motif = await _garder(request, dossier.id, piece_id, recus[0], formats)
    if motif:
        return await page(request, dossier.id, piece_id, refus_depot=motif, statut=422)
    return rediriger(adresse(dossier.id, piece_id))


async def _garder(
    request: AnyRequest, candidature_id: str, piece_id: str, recu: FichierRecu, formats: Sequence[FormatFichier]
) -> str:
    """La phrase d'un refus ; vide quand le fichier est gardé. Les octets d'abord, la ligne ensuite."""
    examinateur = cast("Examine | None", request.app.state.get("examinateur"))
    juge = await examen(examinateur, recu.nom, recu.octets, _format(recu, formats), formats)
    if juge.etat is EtatExamen.REFUSE:
        return juge.motif
    donnees, pose = reglages(request).donnees, False
    range_ = await asyncio.to_thread(ranger, donnees, juge.octets, juge.format)
    fichier = Fichier(recu.nom, juge.format, range_.octets, range_.empreinte, range_.cle, juge.pages, juge.etat)
    qui, maintenant = portee(request), instant(request)
    try:
        pose = await database(request).ecrire(
            deposer_a_sa_place, candidature_id, piece_id, fichier, qui, maintenant=maintenant
        )
    finally:
        if not pose:
            await asyncio.to_thread(oter, donnees, range_.cle)
    return "" if pose else DEPASSE


async def _octets(request: AnyRequest, fichier: FichierAControler) -> bytes:
    try:
        return await asyncio.to_thread(chemin(reglages(request).donnees, fichier.cle).read_bytes)
    except FileNotFoundError:  # retiré entre la lecture de la ligne et celle du fichier
        raise Introuvable from None


def _format(recu: FichierRecu, formats: Sequence[FormatFichier]) -> str:
    """Vide si l'extension et les premiers octets ne s'accordent pas, ou si la pièce ne l'accepte pas."""
    code = format_de_l_extension(recu.nom.rpartition(".")[2].lower())
    accepte = code in formats and code is not None and FORMATS[code].commence(recu.octets[:DEBUT])
    return code.value if code and accepte else ""
