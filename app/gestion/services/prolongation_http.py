"""Prolonger un service avec un avis public, ou le fermer tout de suite après avoir lu ce que cela fait."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, database, instant
from app.gestion.moments import instant_lu, valeurs_du_moment
from app.gestion.page import montrer
from app.gestion.services.actes import Depasse, fermer, modifier
from app.gestion.services.formulaire import (
    DEPOT_FERME,
    FERME,
    avis_public,
)
from app.gestion.services.lecture import Service
from app.gestion.services.reglage import Reglage, reglage_de
from app.gestion.services.services_http import DEPASSE, LISTE, auteur, contexte_du_service, locales, service_ou_404
from app.web.forms import Formulaire
from app.web.gabarits import instant_paris
from app.web.pages import rediriger


@get(f"{LISTE}/{{periode_id:str}}/prolongation")
async def preparer_la_prolongation(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    return _page(request, service, _formulaire(reglage_de(service.fiche)))


@post(f"{LISTE}/{{periode_id:str}}/prolongation", status_code=200)
async def prolonger(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    recu, connu, maintenant = recu_en_listes(await request.form()), reglage_de(service.fiche), instant(request)
    formulaire = _formulaire(None, recu)
    prolonge = _lu(formulaire, connu, maintenant)
    if prolonge is None:
        return _page(request, service, formulaire, statut=422)
    try:
        await database(request).ecrire(
            modifier,
            periode_id,
            prolonge,
            auteur(request),
            attendu=premier(recu, "attendu"),
            nature="prolonger_un_service",
            maintenant=maintenant,
        )
    except Depasse:
        return _page(request, service, formulaire, refus=DEPASSE, statut=422)
    return rediriger(f"{LISTE}/{periode_id}?avis=prolonge")


@get(f"{LISTE}/{{periode_id:str}}/fermeture")
async def confirmer_la_fermeture(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    service = await service_ou_404(request, periode_id)
    contexte = contexte_du_service(service) | {"est_ouvert": service.fiche.est_ouverte(instant(request))}
    return montrer(request, "gestion/services/fermeture.html", contexte)


@post(f"{LISTE}/{{periode_id:str}}/fermeture", status_code=200)
async def fermer_le_service(request: AnyRequest, periode_id: FromPath[str]) -> Response[Any]:
    """Fermer deux fois ne change rien : la première heure reste."""
    await service_ou_404(request, periode_id)
    await database(request).ecrire(fermer, periode_id, auteur(request), maintenant=instant(request))
    return rediriger(f"{LISTE}/{periode_id}?avis=ferme")


def _lu(formulaire: Formulaire, connu: Reglage, maintenant: datetime) -> Reglage | None:
    ferme, depot = instant_lu(formulaire, FERME), instant_lu(formulaire, DEPOT_FERME)
    if ferme is not None and ferme <= max(connu.ferme_le, maintenant):
        apres = max(connu.ferme_le, maintenant)
        formulaire.ajouter_erreur("ferme_jour", f"Choisissez une clôture après le {instant_paris(apres)}")
    if depot is not None and depot <= connu.depot_ouvre_le:
        formulaire.ajouter_erreur(
            "depot_ferme_jour", f"Placez la fin du dépôt après son début, le {instant_paris(connu.depot_ouvre_le)}"
        )
    elif depot is not None and ferme is not None and depot < ferme:
        formulaire.ajouter_erreur(
            "depot_ferme_jour", "Placez la fin du dépôt après la clôture : le dernier inscrit doit pouvoir déposer"
        )
    if ferme is None or depot is None or not formulaire.valide():
        return None
    return replace(connu, ferme_le=ferme, depot_ferme_le=depot, avis_public=formulaire.valeurs["avis_public"] or "")


def _formulaire(connu: Reglage | None, recu: dict[str, list[Any]] | None = None) -> Formulaire:
    champs = (
        replace(FERME, titre="Nouvelle clôture").champs()
        | DEPOT_FERME.champs()
        | {"avis_public": avis_public(requis=True)}
    )
    valeurs: dict[str, object] = {}
    if connu:
        valeurs = valeurs_du_moment(DEPOT_FERME, connu.depot_ferme_le)
        valeurs["ferme_heure"] = valeurs_du_moment(FERME, connu.ferme_le)["ferme_heure"]
        valeurs["avis_public"] = connu.avis_public or None
    return Formulaire(champs, recu, valeurs)


def _page(
    request: AnyRequest, service: Service, formulaire: Formulaire, *, refus: str = "", statut: int = 200
) -> Response[Any]:
    connu = reglage_de(service.fiche)
    contexte = contexte_du_service(service) | {
        "formulaire": formulaire,
        "attendu": connu.marque,
        "locales": locales(service.fiche.academie, connu),
        "refus": refus,
    }
    return montrer(request, "gestion/services/prolongation.html", contexte, statut=statut)
