"""« Supprimer mon compte » (guide, chapitre 5) : tant qu'aucune candidature n'existe, et alors rien ne reste."""

import asyncio
import logging
from enum import StrEnum
from typing import Any

from litestar import Response, Router, get, post
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.gel import a_une_candidature, gel
from app.comptes.choix_mot_de_passe import ACTUEL, champ_mot_de_passe_actuel
from app.comptes.effacement import demander_le_compactage, effacer_compte, effacer_les_traces
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.guards import reserve
from app.comptes.models import Compte
from app.comptes.patience import Patience
from app.comptes.portail import APPAREIL, REPRISE, AnyRequest, database, moi, reglages, retirer, retirer_session
from app.comptes.verification import MAUVAIS, mot_de_passe_verifie
from app.durees import rotation_dite
from app.infra.database import Indisponible
from app.web.forms import Formulaire
from app.web.pages import rediriger, render

BALAYAGES = 5
journal = logging.getLogger(__name__)


class Suppression(StrEnum):
    FAITE = "faite"
    MOT_DE_PASSE_CHANGE = "mot_de_passe_change"
    CANDIDATURE = "candidature"


@get("/compte/suppression")
async def demander(request: AnyRequest) -> Response[Any]:
    return await _page(request, _formulaire(None))


@post("/compte/suppression", status_code=200)
async def supprimer(request: AnyRequest) -> Response[Any]:
    formulaire = _formulaire(recu_en_listes(await request.form()))
    if not formulaire.valide():
        return await _page(request, formulaire, statut=422)
    verifiee = await mot_de_passe_verifie(request, formulaire)
    if isinstance(verifiee, Patience):
        return await _page(request, formulaire, statut=429, attendre=verifiee)
    if verifiee is None:
        return await _page(request, formulaire, statut=422)
    issue = await database(request).ecrire(_supprimer, moi(request).compte_id, verifiee=verifiee)
    if issue is not Suppression.FAITE:
        if issue is Suppression.MOT_DE_PASSE_CHANGE:
            formulaire.ajouter_erreur(ACTUEL, MAUVAIS)
        return await _page(request, formulaire, statut=422)
    await _balayer(request)
    reponse = rediriger("/compte/supprime")
    retirer_session(request, reponse)
    for nom in (APPAREIL, REPRISE):
        retirer(request, reponse, nom)
    return reponse


@get("/compte/supprime")
async def supprime(request: AnyRequest) -> Response[Any]:
    return render(request, "espace/compte_supprime.html")


def _supprimer(db: Session, compte_id: str, *, verifiee: str) -> Suppression:
    """Une candidature a pu naître ailleurs pendant que la page était ouverte : tout se juge dans l'acte."""
    if db.scalar(select(Compte.mot_de_passe).where(Compte.id == compte_id)) != verifiee:
        return Suppression.MOT_DE_PASSE_CHANGE
    if a_une_candidature(db, compte_id):
        return Suppression.CANDIDATURE
    effacer_compte(db, compte_id)
    return Suppression.FAITE


async def _balayer(request: AnyRequest) -> None:
    """Le compte n'existe déjà plus : ce qui ne peut pas se balayer maintenant le sera à l'entretien suivant."""
    try:
        demander_le_compactage(reglages(request).donnees)
        for _ in range(BALAYAGES):
            if await effacer_les_traces(database(request), reglages(request).donnees):
                return
            await asyncio.sleep(0.1)
    except (Indisponible, OSError) as panne:
        journal.warning("traces left for the next maintenance: %s", type(panne).__name__)


async def _page(
    request: AnyRequest, formulaire: Formulaire, *, statut: int = 200, attendre: Patience | None = None
) -> Response[str]:
    contexte = {
        "gel": await database(request).lire(gel, moi(request).compte_id),
        "formulaire": formulaire,
        "patience": attendre,
        "sauvegardes": rotation_dite(reglages(request).rotation),
    }
    entetes = attendre.entetes if attendre else None
    return render(request, "espace/compte_suppression.html", contexte, statut=statut, entetes=entetes)


def _formulaire(recu: dict[str, list[Any]] | None) -> Formulaire:
    return Formulaire({ACTUEL: champ_mot_de_passe_actuel()}, recu)


router = Router("", route_handlers=[supprime, reserve(demander, supprimer)])
