"""Les dossiers incomplets, et leur relance : un par un depuis le dossier, ou en nombre depuis la liste."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.gestion.choix_academie import choix_academie
from app.gestion.controle.controle_http import adresse, le_dossier, portee
from app.gestion.controle.relance_en_nombre import Avancement, demander_la_relance, derniere_relance
from app.gestion.controle.relances import (
    PAR_PAGE,
    a_relancer,
    combien_d_incomplets,
    composer,
    debut_du_jour,
    incomplets,
    relancer,
)
from app.gestion.page import montrer
from app.web.pages import rediriger

LISTE = "/gestion/relances"


@get(LISTE)
async def dossiers_incomplets(request: AnyRequest) -> Response[Any]:
    lus, choix = request.query_params, await choix_academie(request)
    lignes, suite = await database(request).lire(
        incomplets, choix.academies, apres=lus.get("apres", ""), maintenant=instant(request)
    )
    en_nombre = await database(request).lire(derniere_relance, agent(request).compte_id)
    contexte = {
        "lignes": lignes,
        "combien": await database(request).lire(combien_d_incomplets, choix.academies),
        "choix": choix,
        "debut": choix.adresse(LISTE),
        "export": choix.adresse(f"{LISTE}/export"),
        "en_nombre": en_nombre if en_nombre and est_d_aujourd_hui(en_nombre, instant(request)) else None,
        "deja_en_cours": lus.get("avis") == "en_cours",
        "page_apres": choix.adresse(LISTE, apres=suite) if suite else "",
        "est_au_debut": not lus.get("apres"),
        "faites": _nombre(lus.get("faites")),
        "passees": _nombre(lus.get("passees")),
        "rien_de_coche": lus.get("avis") == "rien",
    }
    return montrer(request, "gestion/relances.html", contexte)


@post(LISTE, status_code=200)
async def relancer_en_nombre(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    ids = [valeur for valeur in recu.get("dossier", []) if isinstance(valeur, str)][:PAR_PAGE]
    choix = await choix_academie(request, premier(recu, "academie"))
    if not ids:
        return rediriger(choix.adresse(LISTE, avis="rien"))
    faites = await _relancer(request, ids)
    return rediriger(choix.adresse(LISTE, faites=faites, passees=len(set(ids)) - faites))


@post(f"{LISTE}/toutes", status_code=200)
async def relancer_tous(request: AnyRequest) -> Response[Any]:
    """Ceux de la liste montrée, par lots, après la réponse : la page dit où cela en est."""
    choix = await choix_academie(request, premier(recu_en_listes(await request.form()), "academie"))
    lancee = await database(request).ecrire(
        demander_la_relance, replace(portee(request), academies=choix.academies), maintenant=instant(request)
    )
    return rediriger(choix.adresse(LISTE) if lancee else choix.adresse(LISTE, avis="en_cours"))


@post("/gestion/candidatures/{candidature_id:str}/relance", status_code=200)
async def relancer_un_candidat(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    dossier = await le_dossier(request, candidature_id)
    faite = await _relancer(request, [dossier.id])
    return rediriger(f"{adresse(dossier.id)}?avis={'relance' if faite else 'deja'}")


async def _relancer(request: AnyRequest, ids: Sequence[str]) -> int:
    qui, maintenant = portee(request), instant(request)
    dus = await database(request).lire(a_relancer, ids, qui.academies, maintenant=maintenant)
    lettres = [(r, composer(gabarits(request), reglages(request).url_publique, r, maintenant)) for r in dus]
    return await database(request).ecrire(relancer, lettres, qui, maintenant=maintenant)


def est_d_aujourd_hui(en_nombre: Avancement, maintenant: datetime) -> bool:
    return en_nombre.terminee_le is None or en_nombre.demandee_le >= debut_du_jour(maintenant)


def _nombre(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isascii() and texte.isdecimal() and len(texte) < 4 else None
