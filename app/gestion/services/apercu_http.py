"""L'adresse porte la date : elle se partage entre agents, et se relit."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.page import montrer
from app.gestion.portee import academies_de
from app.gestion.services.apercu import portail_a
from app.infra.clock import HeureImpossible, en_paris, instant_de_paris
from app.web.forms import DateFR, Formulaire, HeureFR

APERCU = "/gestion/apercu"
CHAMPS = ("jour", "heure")


@get(APERCU)
async def voir_a_une_autre_date(request: AnyRequest) -> Response[Any]:
    formulaire, demande = _lu(request)
    quand = _quand(formulaire) if demande else None
    lus = {nom: request.query_params.get(nom, "") for nom in CHAMPS}
    export = f"{APERCU}/export?{urlencode(lus)}"
    contexte: dict[str, object] = {"formulaire": formulaire, "quand": quand, "export": export}
    if quand is not None:
        contexte |= await database(request).lire(portail_a, academies_de(agent(request)), quand)
    return montrer(request, "gestion/services/apercu.html", contexte, statut=422 if demande and quand is None else 200)


def date_demandee(request: AnyRequest) -> datetime | None:
    """Celle de l'adresse, maintenant si elle n'en dit pas ; nulle si elle ne se lit pas."""
    formulaire, demande = _lu(request)
    return _quand(formulaire) if demande else instant(request)


def _lu(request: AnyRequest) -> tuple[Formulaire, bool]:
    """Le formulaire, et si l'adresse demande une date."""
    lus = {nom: [request.query_params.get(nom, "")] for nom in CHAMPS}
    demande = any(valeur for (valeur,) in lus.values())
    return _formulaire(lus if demande else None, instant(request)), demande


def _quand(formulaire: Formulaire) -> datetime | None:
    if not formulaire.valide():
        return None
    try:
        return instant_de_paris(formulaire["jour"].data, formulaire["heure"].data)
    except HeureImpossible as refus:
        formulaire.ajouter_erreur("heure", f"Changez l’heure : {refus}")
        return None


def _formulaire(recu: dict[str, list[str]] | None, maintenant: datetime) -> Formulaire:
    champs = {
        "jour": DateFR("Jour", sujet="le jour", requis=True, exemple="30/11/2026"),
        "heure": HeureFR("Heure de Paris", sujet="l’heure", requis=True),
    }
    local = en_paris(maintenant)
    return Formulaire(champs, recu, {"jour": local.date(), "heure": local.time().replace(second=0, microsecond=0)})
