"""« Mes justificatifs » : voir, supprimer, relire un fichier, valider son envoi (guide, chapitre 12)."""

import asyncio
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.espace.depot_http import PLUS_MODIFIABLE
from app.espace.justificatifs import la_piece, page, vers_la_ligne
from app.espace.lecture import lire_carte, qui
from app.pieces.depot import Envoi, annuler_l_envoi, retirer, valider_l_envoi
from app.pieces.formats import mime
from app.pieces.rangement import chemin, oter
from app.pieces.suivi import pieces_vues
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render

REFUS_ENVOI = {
    Envoi.MANQUE: "Il manque encore une pièce obligatoire : ajoutez-la, puis validez de nouveau.",
    Envoi.RIEN: "Aucun fichier n’attend d’être validé.",
}


@get("/candidatures/{candidature_id:str}/pieces")
async def mes_justificatifs(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Ce qui est demandé aujourd'hui, et non ce qu'un brouillon demanderait."""
    return await page(request, candidature_id, ligne=request.query_params.get("piece", ""))


@get("/pieces/{piece_id:str}/retrait")
async def confirmer_le_retrait(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    piece = await la_piece(request, piece_id)
    if not piece.peut_supprimer:
        return vers_la_ligne(piece)
    contexte = {"carte": await lire_carte(request, piece.candidature_id), "piece": piece, "avec_htmx": True}
    return render(request, "espace/piece_retrait.html", contexte, bloc="confirmation")


@post("/pieces/{piece_id:str}/retrait", status_code=200)
async def supprimer(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Le fichier que la page de confirmation nommait, pas celui qui l'aurait remplacé."""
    piece = await la_piece(request, piece_id)
    vu = str((await request.form()).get("fichier", ""))
    cle = await database(request).ecrire(retirer, qui(request).compte_id, piece_id, vu, maintenant=instant(request))
    if cle is None and piece.fichier is None:  # le second d'un double clic
        return vers_la_ligne(piece)
    if cle is None:
        refus = {piece.code: PLUS_MODIFIABLE}
        return await page(request, piece.candidature_id, refus=refus, ligne=piece.code, statut=422)
    await asyncio.to_thread(oter, reglages(request).donnees, cle)
    return vers_la_ligne(piece)


@get("/pieces/{piece_id:str}/fichier")
async def relire(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Toujours une pièce jointe, en bac à sable : rien de ce qui a été déposé ne s'exécute ici."""
    piece = await la_piece(request, piece_id)
    if piece.fichier is None or not piece.fichier.est_lisible:
        raise Introuvable
    try:
        octets = await asyncio.to_thread(chemin(reglages(request).donnees, piece.fichier.cle).read_bytes)
    except FileNotFoundError:  # supprimé entre la lecture de la ligne et celle du fichier
        raise Introuvable from None
    entetes = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(piece.fichier.nom, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(octets, media_type=mime(piece.fichier.format), headers=entetes)


@post("/candidatures/{candidature_id:str}/pieces/envoi", status_code=200)
async def j_ai_fourni(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    await lire_carte(request, candidature_id)
    issue = await database(request).ecrire(
        valider_l_envoi, qui(request).compte_id, candidature_id, maintenant=instant(request)
    )
    if issue in REFUS_ENVOI and not (issue is Envoi.RIEN and await _sont_envoyees(request, candidature_id)):
        return await page(request, candidature_id, refus={"": REFUS_ENVOI[issue]}, statut=422)
    return rediriger(f"/candidatures/{candidature_id}/pieces")


@post("/candidatures/{candidature_id:str}/pieces/envoi-annule", status_code=200)
async def annuler(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    await lire_carte(request, candidature_id)
    faite = await database(request).ecrire(
        annuler_l_envoi, qui(request).compte_id, candidature_id, maintenant=instant(request)
    )
    if not faite and await _sont_envoyees(request, candidature_id):
        refus = "Le service des examens a déjà ouvert vos pièces, ou le dépôt est fermé : l’envoi ne s’annule plus."
        return await page(request, candidature_id, refus={"": refus}, statut=422)
    return rediriger(f"/candidatures/{candidature_id}/pieces")


async def _sont_envoyees(request: AnyRequest, candidature_id: str) -> bool:
    """Pour reconnaître le second envoi d'un double clic : le premier a déjà tout fait."""
    vues = await database(request).lire(
        pieces_vues, qui(request).compte_id, candidature_id, maintenant=instant(request)
    )
    return any(vue.est_demandee and vue.validee_le for vue in vues.values())
