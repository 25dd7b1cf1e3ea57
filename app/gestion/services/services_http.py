"""Les services d'inscription : leur liste, leur page, leur ouverture et leur réglage."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.models import RoleCompte
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.page import REGLENT, montrer
from app.gestion.portee import academies_de
from app.gestion.services.actes import Auteur, Depasse, modifier, ouvrir
from app.gestion.services.effets import effets
from app.gestion.services.formulaire import MOMENTS, formulaire_du_service, reglage_lu
from app.gestion.services.lecture import (
    Service,
    a_ouvrir,
    dernier_service,
    le_service,
    non_organisees,
    services_de_la_session,
)
from app.gestion.services.reglage import Reglage, reglage_de
from app.referentiel.fiches import FicheAcademie, FicheSession
from app.referentiel.horaires import horaire, nom_academie, nom_session
from app.referentiel.queries import periodes, session_examen
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger

LISTE = "/gestion/services"
AVIS = {
    "ouvert": "Le service est créé.",
    "modifie": "Les changements sont enregistrés.",
    "prolonge": "La clôture est repoussée, et l’avis public est affiché.",
    "ferme": "Le service est fermé.",
    "specialites": "Les spécialités sont enregistrées.",
}
DEPASSE = (
    "Rien n’a été enregistré : un autre agent a changé ce service depuis que vous l’avez lu. "
    "Comparez avec ses réglages d’aujourd’hui, ci-dessous, puis enregistrez de nouveau."
)


@dataclass(frozen=True, slots=True)
class Paire:
    """Ce qu'on ouvre : une session, une académie qui n'y a pas encore de service."""

    session: FicheSession
    academie: FicheAcademie


@get(LISTE)
async def liste(request: AnyRequest) -> Response[Any]:
    lus = request.query_params
    lue = await database(request).lire(
        services_de_la_session,
        academies_de(agent(request)),
        lus.get("session", ""),
        maintenant=instant(request),
    )
    contexte = {
        "lue": lue,
        "nom_session": nom_session,
        "nom_academie": nom_academie,
        "regle": agent(request).role in REGLENT,
        "administre": agent(request).role is RoleCompte.ADMINISTRATEUR,
        "avis": "La session est créée : ouvrez-y des services." if lus.get("avis") == "session" else "",
    }
    return montrer(request, "gestion/services/liste.html", contexte)


@get(f"{LISTE}/{{periode_id:str}}")
async def montrer_le_service(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    fermees = await database(request).lire(non_organisees, [periode_id])
    contexte = contexte_du_service(service) | {
        "non_organisees": fermees.get(periode_id, 0),
        "depot": (
            horaire(service.fiche.depot_ouvre_le, service.fiche.academie),
            horaire(service.fiche.depot_ferme_le, service.fiche.academie),
        ),
        "regle": agent(request).role in REGLENT,
        "est_ouvert": service.fiche.est_ouverte(instant(request)),
        "avis": AVIS.get(request.query_params.get("avis", ""), ""),
    }
    return montrer(request, "gestion/services/service.html", contexte)


@get(f"{LISTE}/nouveau")
async def preparer_l_ouverture(request: AnyRequest) -> Response[Any]:
    paire = await _paire(request, dict(request.query_params))
    if paire is None:
        return rediriger(LISTE)
    dernier = await database(request).lire(dernier_service, paire.academie.code)
    connu = reglage_de(dernier) if dernier else None
    formulaire = formulaire_du_service(connu)
    if connu:
        _oublier_les_dates(formulaire)
    return _page_d_ouverture(request, paire, formulaire)


@post(f"{LISTE}/nouveau", status_code=200)
async def ouvrir_un_service(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    paire = await _paire(request, {nom: premier(recu, nom) for nom in ("session", "academie")})
    if paire is None:
        return rediriger(LISTE)
    formulaire = formulaire_du_service(None, recu)
    reglage = reglage_lu(formulaire)
    if reglage is None:
        return _page_d_ouverture(request, paire, formulaire, statut=422)
    ouvert = await database(request).ecrire(
        ouvrir, paire.session.id, paire.academie.code, reglage, auteur(request), maintenant=instant(request)
    )
    return rediriger(f"{LISTE}/{ouvert}?avis=ouvert" if ouvert else LISTE)


@get(f"{LISTE}/{{periode_id:str}}/modification")
async def preparer_la_modification(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    connu = reglage_de(service.fiche)
    return _page_de_modification(request, service, formulaire_du_service(connu))


@post(f"{LISTE}/{{periode_id:str}}/modification", status_code=200)
async def modifier_le_service(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    recu = recu_en_listes(await request.form())
    formulaire = formulaire_du_service(None, recu)
    reglage = reglage_lu(formulaire)
    if reglage is None:
        return _page_de_modification(request, service, formulaire, statut=422)
    a_confirmer = effets(reglage_de(service.fiche), reglage, service.effectifs, instant(request))
    if a_confirmer and premier(recu, "confirme") != reglage.marque:
        return _page_de_modification(request, service, formulaire, a_confirmer=a_confirmer, pour=reglage, statut=422)
    try:
        await database(request).ecrire(
            modifier,
            periode_id,
            reglage,
            auteur(request),
            attendu=premier(recu, "attendu"),
            maintenant=instant(request),
        )
    except Depasse:
        return _page_de_modification(request, service, formulaire, refus=DEPASSE, statut=422)
    return rediriger(f"{LISTE}/{periode_id}?avis=modifie")


async def service_ou_404(request: AnyRequest, periode_id: str) -> Service:
    service = await database(request).lire(
        le_service, periode_id, academies_de(agent(request)), maintenant=instant(request)
    )
    if service is None:
        raise Introuvable
    return service


def auteur(request: AnyRequest) -> Auteur:
    qui = agent(request)
    return Auteur(qui.compte_id, academies_de(qui))


def contexte_du_service(service: Service) -> dict[str, object]:
    return {
        "service": service,
        "fiche": service.fiche,
        "titre_service": f"{service.vue.nom}, {nom_session(service.fiche.session)}",
        "adresse": f"{LISTE}/{service.fiche.id}",
        "liste": f"{LISTE}?{urlencode({'session': service.fiche.session.id})}",
    }


def _page_de_modification(
    request: AnyRequest,
    service: Service,
    formulaire: Formulaire,
    *,
    a_confirmer: tuple[str, ...] = (),
    pour: Reglage | None = None,
    refus: str = "",
    statut: int = 200,
) -> Response[Any]:
    contexte = contexte_du_service(service) | {
        "formulaire": formulaire,
        "attendu": reglage_de(service.fiche).marque,
        "a_confirmer": a_confirmer,
        "confirme": pour.marque if pour else "",
        "locales": locales(service.fiche.academie, pour or reglage_de(service.fiche)),
        "refus": refus,
    }
    return montrer(request, "gestion/services/modification.html", contexte, statut=statut)


def _page_d_ouverture(request: AnyRequest, paire: Paire, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    contexte = {
        "formulaire": formulaire,
        "paire": paire,
        "titre_service": f"{nom_academie(paire.academie)}, {nom_session(paire.session)}",
        "liste": f"{LISTE}?{urlencode({'session': paire.session.id})}",
    }
    return montrer(request, "gestion/services/ouverture.html", contexte, statut=statut)


def locales(academie: FicheAcademie, reglage: Reglage) -> list[tuple[str, str, str]]:
    """(moment, heure de Paris, heure du lieu) quand l'académie ne vit pas à l'heure de Paris ; vide sinon."""
    dits = [(moment.titre, horaire(_le(reglage, moment.nom), academie)) for moment in MOMENTS]
    return [(titre, dit.paris, dit.local) for titre, dit in dits if dit.local]


def _le(reglage: Reglage, nom: str) -> datetime:
    valeur: datetime = getattr(reglage, f"{nom}_le")
    return valeur


async def _paire(request: AnyRequest, dits: dict[str, str]) -> Paire | None:
    academies = academies_de(agent(request))
    session = await database(request).lire(session_examen, dits.get("session", ""))
    if session is None:
        return None
    prises = {p.academie.code for p in await database(request).lire(periodes, session_id=session.id)}
    libres = await database(request).lire(a_ouvrir, academies, sauf=prises)
    academie = next((a for a in libres if a.code == dits.get("academie")), None)
    return Paire(session, academie) if academie else None


def _oublier_les_dates(formulaire: Formulaire) -> None:
    """On reprend le contact et le régime de la dernière fois, jamais ses dates ni son avis."""
    for moment in MOMENTS:
        formulaire[f"{moment.nom}_jour"].data = None
    formulaire["avis_public"].data = None
