"""« Agents » : inviter, réinviter, changer les droits, désactiver. Seul l'administrateur y entre."""

from collections.abc import Awaitable
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes import courriels
from app.comptes.agents import DELAI_INVITATION, NouvelAgent, Refus
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.agents.actes import (
    changer_les_droits,
    desactiver_un_agent,
    inviter_un_agent,
    reactiver_un_agent,
    reinviter,
)
from app.gestion.agents.formulaire import droits_lus, formulaire_d_invitation, formulaire_des_droits
from app.gestion.agents.lecture import FicheAgent, l_agent, tous_les_agents
from app.gestion.page import montrer
from app.infra.identifiants import empreinte, jeton
from app.referentiel.queries import academies
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger

LISTE = "/gestion/agents"
AVIS = {
    "invite": "L’invitation est partie. Elle vaut sept jours.",
    "reinvite": "Un nouveau lien est parti. Ses sessions sont fermées ; l’ancien lien ne sert plus.",
    "droits": "Ses droits sont changés, un mail l’en avertit. Ses sessions sont fermées.",
    "desactive": "Ce compte est désactivé : ses sessions sont fermées, ses liens ne servent plus.",
    "reactive": "Ce compte est rouvert par une nouvelle invitation, qui vaut sept jours.",
}


@get(LISTE)
async def liste(request: AnyRequest) -> Response[Any]:
    contexte = {"agents": await database(request).lire(tous_les_agents), "moi": agent(request).compte_id}
    return montrer(request, "gestion/agents/liste.html", contexte)


@get(f"{LISTE}/nouveau")
async def preparer_l_invitation(request: AnyRequest) -> Response[Any]:
    return _page_d_invitation(request, formulaire_d_invitation(await database(request).lire(academies)))


@post(f"{LISTE}/nouveau", status_code=200)
async def inviter(request: AnyRequest) -> Response[Any]:
    formulaire = formulaire_d_invitation(await database(request).lire(academies), recu_en_listes(await request.form()))
    droits = droits_lus(formulaire)
    if droits is None:
        return _page_d_invitation(request, formulaire, statut=422)
    dits = formulaire.valeurs
    nouveau = NouvelAgent(dits["courriel"], dits["nom"], dits["prenoms"], *droits)
    lien, message = _lien(request)
    try:
        compte_id = await database(request).ecrire(
            inviter_un_agent,
            nouveau,
            jeton=lien,
            message=message,
            par=agent(request).compte_id,
            maintenant=instant(request),
        )
    except Refus as refus:
        formulaire.ajouter_erreur("courriel", str(refus).removesuffix("."))
        return _page_d_invitation(request, formulaire, statut=422)
    return rediriger(f"{LISTE}/{compte_id}?avis=invite")


@get(f"{LISTE}/{{agent_id:str}}")
async def montrer_l_agent(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, agent_id)
    formulaire = formulaire_des_droits(
        await database(request).lire(academies), role=fiche.role, siennes=fiche.academies
    )
    return _page(request, fiche, formulaire, avis=AVIS.get(request.query_params.get("avis", ""), ""))


@post(f"{LISTE}/{{agent_id:str}}/droits", status_code=200)
async def changer(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, agent_id)
    formulaire = formulaire_des_droits(await database(request).lire(academies), recu_en_listes(await request.form()))
    droits = droits_lus(formulaire)
    if droits is None:
        return _page(request, fiche, formulaire, statut=422)
    avis = courriels.droits_changes(gabarits(request), reglages(request).url_publique, droits[0].libelle)
    acte = database(request).ecrire(
        changer_les_droits, agent_id, *droits, avis=avis, par=agent(request).compte_id, maintenant=instant(request)
    )
    return await _repondre(request, fiche, acte, "droits")


@post(f"{LISTE}/{{agent_id:str}}/invitation", status_code=200)
async def reinviter_l_agent(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, agent_id)
    lien, message = _lien(request)
    acte = database(request).ecrire(
        reinviter, agent_id, jeton=lien, message=message, par=agent(request).compte_id, maintenant=instant(request)
    )
    return await _repondre(request, fiche, acte, "reinvite")


@get(f"{LISTE}/{{agent_id:str}}/desactivation")
async def confirmer_la_desactivation(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, agent_id)
    contexte = {"fiche": fiche, "est_moi": fiche.compte_id == agent(request).compte_id}
    return montrer(request, "gestion/agents/desactivation.html", contexte)


@post(f"{LISTE}/{{agent_id:str}}/desactivation", status_code=200)
async def desactiver(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, agent_id)
    acte = database(request).ecrire(
        desactiver_un_agent, agent_id, par=agent(request).compte_id, maintenant=instant(request)
    )
    return await _repondre(request, fiche, acte, "desactive")


@post(f"{LISTE}/{{agent_id:str}}/reactivation", status_code=200)
async def reactiver(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, agent_id)
    lien, message = _lien(request)
    acte = database(request).ecrire(
        reactiver_un_agent,
        agent_id,
        jeton=lien,
        message=message,
        par=agent(request).compte_id,
        maintenant=instant(request),
    )
    return await _repondre(request, fiche, acte, "reactive")


async def _repondre(request: AnyRequest, fiche: FicheAgent, acte: Awaitable[bool], avis: str) -> Response[Any]:
    try:
        fait = await acte
    except Refus as refus:
        formulaire = formulaire_des_droits(
            await database(request).lire(academies), role=fiche.role, siennes=fiche.academies
        )
        return _page(request, fiche, formulaire, refus=str(refus), statut=422)
    return rediriger(f"{LISTE}/{fiche.compte_id}{f'?avis={avis}' if fait else ''}")


async def _fiche(request: AnyRequest, agent_id: str) -> FicheAgent:
    fiche = await database(request).lire(l_agent, agent_id)
    if fiche is None:
        raise Introuvable
    return fiche


def _lien(request: AnyRequest) -> tuple[str, Message]:
    """L'empreinte à garder, et le mail qui porte seul le secret."""
    secret = jeton()
    lien = f"{reglages(request).url_publique}/gestion/invitation/{secret}"
    message = courriels.invitation(gabarits(request), lien, expire_le=instant(request) + DELAI_INVITATION)
    return empreinte(secret), message


def _page(
    request: AnyRequest,
    fiche: FicheAgent,
    formulaire: Formulaire,
    *,
    avis: str = "",
    refus: str = "",
    statut: int = 200,
) -> Response[Any]:
    contexte = {
        "fiche": fiche,
        "formulaire": formulaire,
        "est_moi": fiche.compte_id == agent(request).compte_id,
        "avis": avis,
        "refus": refus,
    }
    return montrer(request, "gestion/agents/agent.html", contexte, statut=statut)


def _page_d_invitation(request: AnyRequest, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    return montrer(request, "gestion/agents/invitation.html", {"formulaire": formulaire}, statut=statut)
