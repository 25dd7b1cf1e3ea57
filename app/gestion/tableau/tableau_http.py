"""Le tableau de bord : une session, une ou plusieurs académies, les chiffres du dernier relevé."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import Response, get, post
from sqlalchemy.orm import Session

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.candidatures.criteres import A_CONFIRMER, Criteres, criteres
from app.gestion.candidatures.libelles import libelles
from app.gestion.candidatures.portee import Service, services_a_portee
from app.gestion.page import montrer
from app.gestion.tableau.chiffres import AGES, Chiffres, Part, additionner
from app.gestion.tableau.releve import jours_du_service, relever, releves
from app.gestion.tableau.trace import Histogramme, histogramme
from app.infra.clock import jour_de_paris
from app.regles.calendrier import Periode, jours_avant_fermeture
from app.web.pages import rediriger

TABLEAU = "/gestion/tableau"
MONTREES = 12
"""spécialités et établissements montrés d'abord ; les autres sont derrière « Toutes »"""


@dataclass(frozen=True, slots=True)
class LigneDePart:
    code: str
    libelle: str
    part: Part


@dataclass(frozen=True, slots=True)
class Tableau:
    services: tuple[Service, ...]
    """tous ceux de l'agent : ce qu'il peut choisir"""
    choix: Criteres
    chiffres: Chiffres | None
    histogramme: Histogramme | None
    specialites: tuple[LigneDePart, ...]
    etablissements: tuple[LigneDePart, ...]
    ages: tuple[tuple[str, int], ...]


@get(TABLEAU)
async def tableau(request: AnyRequest) -> Response[Any]:
    vu, aujourd_hui = await lu(request), instant(request)
    contexte = {
        "choix": vu.choix,
        "sessions": dict.fromkeys((service.session_id, service.session) for service in vu.services),
        "academies": dict.fromkeys((service.academie_code, service.academie) for service in vu.services),
        "chiffres": vu.chiffres,
        "histogramme": vu.histogramme,
        "du_jour": vu.chiffres.jours.get(jour_de_paris(aujourd_hui).isoformat(), 0) if vu.chiffres else 0,
        "cloture": _cloture(vu.choix.services, aujourd_hui),
        "specialites": vu.specialites,
        "etablissements": vu.etablissements,
        "montrees": MONTREES,
        "tout": request.query_params.get("tout") == "1",
        "ages": vu.ages,
        "a_confirmer": A_CONFIRMER,
    }
    return montrer(request, "gestion/tableau.html", contexte)


async def lu(request: AnyRequest) -> Tableau:
    """Le tableau que demande l'adresse, borné à la portée de l'agent."""
    qui, lus = agent(request), request.query_params
    services = await database(request).lire(services_a_portee, qui.academies)
    mots = await libelles(request, qui.academies)
    choix = _choix(lus.get("session", ""), lus.get("academie", ""), services)
    chiffres, avant = await database(request).lire(_lire, choix, _d_avant(services, choix))
    return Tableau(
        services=services,
        choix=choix,
        chiffres=chiffres,
        histogramme=histogramme(_jours(choix.services), chiffres.jours, avant) if chiffres else None,
        specialites=_parts(chiffres.specialites if chiffres else {}, mots.specialites, "Pas encore choisie"),
        etablissements=_parts(chiffres.etablissements if chiffres else {}, mots.etablissements, "Pas encore dit"),
        ages=tuple(zip(_AGES, chiffres.ages, strict=True)) if chiffres else (),
    )


@post(TABLEAU, status_code=200)
async def recompter(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    services = await database(request).lire(services_a_portee, agent(request).academies)
    choix = _choix(premier(recu, "session"), premier(recu, "academie"), services)
    await relever(database(request), choix.periodes, instant(request))
    return rediriger(choix.adresse(TABLEAU))


_AGES = ("Aujourd’hui", "1 jour", *(f"{jours} jours" for jours in range(2, AGES - 1)), f"{AGES - 1} jours et plus")


def _choix(session: str, academie: str, services: tuple[Service, ...]) -> Criteres:
    """Une session à la fois : des chiffres de deux sessions ne s'additionnent pas."""
    connues = {service.session_id for service in services}
    lus = {"session": session if session in connues else "", "academie": academie}
    return criteres(lus, services, None, specialites=(), etablissements=())


def _lire(db: Session, choix: Criteres, avant: tuple[Service, ...]) -> tuple[Chiffres | None, tuple[int, ...]]:
    anciens = additionner(releves(db, [service.periode_id for service in avant]))
    comptes = anciens.jours if anciens else {}
    premiers = tuple(comptes.get(jour.isoformat(), 0) for jour in _jours(avant)) if comptes else ()
    return additionner(releves(db, choix.periodes)), premiers


def _d_avant(services: tuple[Service, ...], choix: Criteres) -> tuple[Service, ...]:
    """Les mêmes académies, à la session qui précède dans l'ordre de la liste."""
    sessions = list(dict.fromkeys(service.session_id for service in services))
    rang = sessions.index(choix.filtres["session"]) + 1 if choix.filtres["session"] in sessions else len(sessions)
    if rang >= len(sessions):
        return ()
    academies = {service.academie_code for service in choix.services}
    return tuple(s for s in services if s.session_id == sessions[rang] and s.academie_code in academies)


def _jours(services: tuple[Service, ...]) -> tuple[date, ...]:
    if not services:
        return ()
    return tuple(jours_du_service(min(s.ouvre_le for s in services), max(s.ferme_le for s in services)))


def _cloture(services: tuple[Service, ...], maintenant: datetime) -> str:
    """La prochaine : ce que les brouillons ont encore devant eux."""
    prochaine = min((s for s in services if s.ferme_le > maintenant), key=lambda s: s.ferme_le, default=None)
    if prochaine is None:
        return "inscriptions fermées"
    jours = jours_avant_fermeture(Periode(prochaine.ouvre_le, prochaine.ferme_le), maintenant)
    return "fermeture aujourd’hui" if jours <= 0 else f"fermeture dans {jours} jour{'s' if jours > 1 else ''}"


def _parts(parts: Mapping[str, Part], noms: Mapping[str, str], sans_code: str) -> tuple[LigneDePart, ...]:
    """Les plus nombreuses d'abord."""
    lignes = [LigneDePart(code, noms.get(code, code) or sans_code, part) for code, part in parts.items()]
    return tuple(sorted(lignes, key=lambda une: (-une.part.inscrits, -une.part.brouillons, une.libelle)))
