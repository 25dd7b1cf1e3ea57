"""« Mes inscriptions » : une carte par candidature en cours, et la suppression d'un brouillon."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.actions import CandidatureAbsente, supprimer_brouillon
from app.comptes.effacement import demander_le_compactage
from app.comptes.portail import AnyRequest, database, instant, reglages
from app.espace.lecture import lire_carte, lire_cartes, qui
from app.referentiel.queries import messages_des_academies
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render


@get("/inscriptions")
async def mes_inscriptions(request: AnyRequest) -> Response[Any]:
    cartes = await lire_cartes(request)
    academies = {carte.periode.academie.code for carte in cartes}
    lus = await database(request).lire(messages_des_academies, instant(request), academies) if academies else ()
    return render(request, "espace/inscriptions.html", {"cartes": cartes, "messages": lus})


@get("/candidatures/{candidature_id:str}/suppression")
async def confirmer_la_suppression(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    carte = await lire_carte(request, candidature_id)
    if not carte.est_supprimable:
        raise Introuvable
    return render(request, "espace/suppression.html", {"carte": carte})


@post("/candidatures/{candidature_id:str}/suppression", status_code=200)
async def supprimer(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    try:
        await database(request).ecrire(supprimer_brouillon, qui(request).compte_id, candidature_id)
    except CandidatureAbsente:
        raise Introuvable from None
    await asyncio.to_thread(demander_le_compactage, reglages(request).donnees)
    return rediriger("/inscriptions")
