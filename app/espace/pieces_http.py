"""« Mes justificatifs » : déposer, supprimer, relire un fichier, valider son envoi (guide, chapitre 12)."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.documents.contenu import envois
from app.espace.lecture import lire_carte, qui
from app.pieces.depot import Envoi, Fichier, annuler_l_envoi, deposer, retirer, valider_l_envoi
from app.pieces.formats import DEBUT, FORMATS, accept, format_de_l_extension, formats_de, mime, phrase_depot, trop_lourd
from app.pieces.rangement import Examine, chemin, examen, oter, ranger
from app.pieces.suivi import PieceVue, piece_vue, pieces_vues
from app.regles.referentiel import RegleDepot
from app.regles.vocabulaire import EtatExamen, FormatFichier
from app.web.erreurs import Introuvable
from app.web.fichiers import MO, FichierRecu, avec_fichiers
from app.web.pages import rediriger, render

CORPS_MAX = 15 * MO
"""Au-dessus de la limite annoncée : un fichier un peu lourd reçoit une phrase, pas un refus muet."""
PLUS_MODIFIABLE = "Cette pièce n’est plus modifiable, ou porte déjà un fichier : rien n’a été changé."
REFUS_ENVOI = {
    Envoi.MANQUE: "Il manque encore une pièce obligatoire : ajoutez-la, puis validez de nouveau.",
    Envoi.RIEN: "Aucun fichier n’attend d’être validé.",
}


@get("/candidatures/{candidature_id:str}/pieces")
async def mes_justificatifs(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Ce qui est demandé aujourd'hui, et non ce qu'un brouillon demanderait."""
    return await _page(request, candidature_id)


@post("/pieces/{piece_id:str}/depot", status_code=200, request_max_body_size=CORPS_MAX)
async def ajouter(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    piece = await _la_piece(request, piece_id)
    carte = await lire_carte(request, piece.candidature_id)
    depot, formats = carte.reglement.depot, formats_de(carte.reglement, piece.code)
    envoi = await avec_fichiers(await request.form(), taille_max=depot.taille_max)
    recus = [recu for recu in envoi.get("fichier", []) if isinstance(recu, FichierRecu) and recu.nom]
    if motif := _motif(recus, depot, formats):
        return await _page(request, piece.candidature_id, {piece.code: motif}, statut=422)
    (recu,) = recus
    examinateur = cast("Examine | None", request.app.state.get("examinateur"))
    juge = await examen(examinateur, recu.nom, recu.octets, _format(recu), formats)
    if juge.etat is EtatExamen.REFUSE:
        return await _page(request, piece.candidature_id, {piece.code: juge.motif}, statut=422)
    donnees, pose = reglages(request).donnees, False
    range_ = await asyncio.to_thread(ranger, donnees, juge.octets, juge.format)
    fichier = Fichier(
        recu.nom, juge.format, range_.octets, range_.empreinte, range_.cle, pages=juge.pages, examen=juge.etat
    )
    try:
        pose = await database(request).ecrire(
            deposer, qui(request).compte_id, piece_id, fichier, maintenant=instant(request)
        )
    finally:
        if not pose:
            await asyncio.to_thread(oter, donnees, range_.cle)
    if not pose:
        return await _page(request, piece.candidature_id, {piece.code: PLUS_MODIFIABLE}, statut=422)
    return rediriger(f"/candidatures/{piece.candidature_id}/pieces#{piece.code}")


@get("/pieces/{piece_id:str}/retrait")
async def confirmer_le_retrait(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    piece = await _la_piece(request, piece_id)
    if not piece.peut_supprimer:
        return rediriger(f"/candidatures/{piece.candidature_id}/pieces")
    return render(
        request,
        "espace/piece_retrait.html",
        {"carte": await lire_carte(request, piece.candidature_id), "piece": piece},
    )


@post("/pieces/{piece_id:str}/retrait", status_code=200)
async def supprimer(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Le fichier que la page de confirmation nommait, pas celui qui l'aurait remplacé."""
    piece = await _la_piece(request, piece_id)
    vu = str((await request.form()).get("fichier", ""))
    cle = await database(request).ecrire(retirer, qui(request).compte_id, piece_id, vu, maintenant=instant(request))
    if cle is None:
        return await _page(request, piece.candidature_id, {piece.code: PLUS_MODIFIABLE}, statut=422)
    await asyncio.to_thread(oter, reglages(request).donnees, cle)
    return rediriger(f"/candidatures/{piece.candidature_id}/pieces#{piece.code}")


@get("/pieces/{piece_id:str}/fichier")
async def relire(request: AnyRequest, piece_id: FromPath[str]) -> Response[Any]:
    """Toujours une pièce jointe, en bac à sable : rien de ce qui a été déposé ne s'exécute ici."""
    piece = await _la_piece(request, piece_id)
    if piece.fichier is None:
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
    if issue in REFUS_ENVOI:
        return await _page(request, candidature_id, {"": REFUS_ENVOI[issue]}, statut=422)
    return rediriger(f"/candidatures/{candidature_id}/pieces")


@post("/candidatures/{candidature_id:str}/pieces/envoi-annule", status_code=200)
async def annuler(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    await lire_carte(request, candidature_id)
    faite = await database(request).ecrire(
        annuler_l_envoi, qui(request).compte_id, candidature_id, maintenant=instant(request)
    )
    if not faite:
        refus = "Le service des examens a déjà ouvert vos pièces, ou le dépôt est fermé : l’envoi ne s’annule plus."
        return await _page(request, candidature_id, {"": refus}, statut=422)
    return rediriger(f"/candidatures/{candidature_id}/pieces")


async def _la_piece(request: AnyRequest, piece_id: str) -> PieceVue:
    piece = await database(request).lire(piece_vue, qui(request).compte_id, piece_id, maintenant=instant(request))
    if piece is None:
        raise Introuvable
    return piece


async def _page(
    request: AnyRequest, candidature_id: str, refus: Mapping[str, str] | None = None, *, statut: int = 200
) -> Response[Any]:
    carte = await lire_carte(request, candidature_id)
    maintenant = instant(request)
    vues = await database(request).lire(pieces_vues, qui(request).compte_id, candidature_id, maintenant=maintenant)
    depot = carte.reglement.depot
    formats = {code: formats_de(carte.reglement, code) for code in vues}
    fiches = [suivie.piece for suivie in carte.suivi.pieces]
    contexte = {
        "carte": carte,
        "envois": tuple(envois(fiches, carte.periode.depot_ouvre_le, carte.periode.depot_ferme_le)),
        "vues": vues,
        "anciennes": [vue for vue in vues.values() if not vue.est_demandee and vue.fichier],
        "limites": {code: phrase_depot(depot, siens) for code, siens in formats.items()},
        "accepts": {code: accept(siens) for code, siens in formats.items()},
        "a_valider": any(vue.peut_supprimer for vue in vues.values()),
        "annulable": any(
            v.validee_le and not v.ouverte_le and not v.statut.libelle and v.est_demandee for v in vues.values()
        ),
        "refus": refus or {},
    }
    return render(request, "espace/justificatifs.html", contexte, statut=statut)


def _motif(recus: Sequence[FichierRecu], depot: RegleDepot, formats: Sequence[FormatFichier]) -> str:
    """La phrase à montrer ; vide quand ce fichier peut être gardé."""
    if not recus or not recus[0].octets:
        return "Choisissez un fichier, puis « Ajouter »."
    if len(recus) > 1:
        return "Choisissez un seul fichier."
    if len(recus[0].octets) > depot.taille_max:
        return trop_lourd(depot, formats)
    if _format(recus[0]) not in formats:
        return f"Ce fichier n’est pas dans un format accepté : {phrase_depot(depot, formats)}."
    return ""


def _format(recu: FichierRecu) -> str:
    """Vide si l'extension et les premiers octets ne s'accordent pas."""
    code = format_de_l_extension(recu.nom.rpartition(".")[2].lower())
    return code.value if code and FORMATS[code].commence(recu.octets[:DEBUT]) else ""
