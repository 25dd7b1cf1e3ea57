"""Écrire une note sur un dossier, retirer la sienne."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.dossier_http import adresse, formulaire_de_note, le_dossier, page
from app.gestion.candidatures.notes import ecrire_une_note, retirer_une_note
from app.web.erreurs import Introuvable
from app.web.pages import rediriger


@post(LISTE + "/{candidature_id:str}/notes", status_code=200)
async def noter_le_dossier(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    formulaire = formulaire_de_note(recu_en_listes(await request.form()))
    if not formulaire.valide():
        return await page(request, lu.id, {"note": formulaire}, statut=422)
    await database(request).ecrire(
        ecrire_une_note,
        lu.id,
        formulaire.valeurs["texte"],
        academies=agent(request).academies,
        agent_id=agent(request).compte_id,
        maintenant=instant(request),
    )
    return rediriger(f"{adresse(lu.id)}#notes")


@post(LISTE + "/{candidature_id:str}/notes/{note_id:str}/retrait", status_code=200)
async def retirer_la_note(request: AnyRequest, candidature_id: FromPath[str], note_id: FromPath[str]) -> Response[Any]:
    retiree = await database(request).ecrire(
        retirer_une_note,
        candidature_id,
        note_id,
        academies=agent(request).academies,
        agent_id=agent(request).compte_id,
        maintenant=instant(request),
    )
    if not retiree:
        raise Introuvable
    return rediriger(f"{adresse(candidature_id)}#notes")
