"""La liste des candidatures : filtrer, chercher, passer de page en page."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from sqlalchemy.orm import Session

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.candidatures.criteres import (
    A_CONFIRMER,
    LISTE,
    LONGUEUR,
    TOUTES,
    Criteres,
    Genre,
    comprendre,
    criteres,
)
from app.gestion.candidatures.libelles import Libelles, libelles
from app.gestion.candidatures.lignes import LigneCandidature, lignes
from app.gestion.candidatures.memoire import garder, relire
from app.gestion.candidatures.portee import Service, services_a_portee
from app.gestion.candidatures.recherche import combien, compte_au_plus, ids_de_la_page
from app.gestion.page import montrer
from app.regles.vocabulaire import EtatCandidature
from app.web.champs import nettoyer
from app.web.pages import rediriger

FILTRES = ("session", "academie", "etat", "specialite", "etablissement", "dispense")


@dataclass(frozen=True, slots=True)
class Page:
    lignes: tuple[LigneCandidature, ...]
    avant: str
    apres: str
    nombre: int
    borne: int
    """`nombre` ne la dépasse que d'un : il y en a davantage"""

    @property
    def annonce(self) -> str:
        if self.nombre > self.borne:
            return f"Plus de {self.borne:,} candidatures".replace(",", "\N{NO-BREAK SPACE}")
        return f"{self.nombre or 'Aucune'} candidature{'s' if self.nombre > 1 else ''}"


@get(LISTE)
async def liste(request: AnyRequest) -> Response[Any]:
    lus = request.query_params
    services, mots, demande, est_oubliee = await demande_de(request)
    page = await database(request).lire(_page, demande, apres=lus.get("apres", ""), avant=lus.get("avant", ""))
    garde = {"recherche": lus.get("recherche", "")} if demande.cherche else {}
    contexte = {
        "page": page,
        "libelles": mots,
        "sessions": dict.fromkeys((service.session_id, service.session) for service in services),
        "academies": dict.fromkeys((service.academie_code, service.academie) for service in services),
        "etats": tuple(EtatCandidature),
        "demande": demande,
        "toutes": TOUTES,
        "a_confirmer": A_CONFIRMER,
        "illisible": demande.cherche is not None and demande.cherche.genre is Genre.ILLISIBLE,
        "est_oubliee": est_oubliee,
        "est_filtree": bool(demande.cherche) or any(demande.filtres[nom] for nom in FILTRES[1:]),
        "debut": demande.adresse(**garde),
        "export": demande.adresse(f"{LISTE}/export", **garde),
        "precedentes": demande.adresse(**garde, avant=page.avant) if page.avant else "",
        "suivantes": demande.adresse(**garde, apres=page.apres) if page.apres else "",
    }
    return montrer(request, "gestion/candidatures.html", contexte)


@post(LISTE, status_code=200)
async def chercher(request: AnyRequest) -> Response[Any]:
    """Les filtres vont dans l'adresse ; le nom, le numéro ou l'adresse mail sont gardés ici, et n'y vont pas."""
    recu = recu_en_listes(await request.form())
    filtres = {nom: premier(recu, nom) for nom in FILTRES}
    texte = (nettoyer(premier(recu, "q")) or "")[:LONGUEUR]
    if texte:
        filtres["recherche"] = await database(request).ecrire(
            garder, agent(request).compte_id, texte, maintenant=instant(request)
        )
    return rediriger(Criteres((), filtres=filtres).adresse())


async def demande_de(request: AnyRequest) -> tuple[tuple[Service, ...], Libelles, Criteres, bool]:
    """Ce que dit l'adresse, borné à la portée de l'agent ; et si la recherche qu'elle nomme n'est plus gardée."""
    qui, lus = agent(request), request.query_params
    services = await database(request).lire(services_a_portee, qui.academies)
    mots = await libelles(request, qui.academies)
    recherche_id, texte = lus.get("recherche", ""), None
    if recherche_id:
        texte = await database(request).lire(relire, qui.compte_id, recherche_id, maintenant=instant(request))
    demande = criteres(
        lus,
        services,
        comprendre(texte) if texte else None,
        specialites=mots.specialites,
        etablissements=mots.etablissements,
    )
    return services, mots, demande, bool(recherche_id and texte is None)


def _page(db: Session, demande: Criteres, *, apres: str, avant: str) -> Page:
    ids, retour, suite = ids_de_la_page(db, demande, apres=apres, avant=avant)
    nombre = combien(db, demande) if retour or suite else len(ids)
    return Page(lignes(db, ids), retour, suite, nombre, compte_au_plus(demande))
