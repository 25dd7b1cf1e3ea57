"""Les demandes de correction : la liste, la demande devant sa preuve, et la réponse."""

import asyncio
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.models import EtatDemande
from app.comptes.naissance import Listes, listes_de_naissance
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.preuves import lire_preuve
from app.gestion.choix_academie import choix_academie
from app.gestion.corrections.actes import DejaDecidee, Qui, accepter, refuser
from app.gestion.corrections.courrier import ACCEPTEE, correction_faite, correction_refusee
from app.gestion.corrections.formulaires import (
    changement,
    choix_du_lieu,
    empreinte_de,
    formulaire_d_acceptation,
    formulaire_de_refus,
)
from app.gestion.corrections.identite_http import DEPASSE, apercu, reglements_de
from app.gestion.corrections.lecture import (
    DemandeAJuger,
    combien_attendent,
    demande_a_juger,
    demandes_en_attente,
    noter_la_lecture,
)
from app.gestion.corrections.nouvelle_version import ReferentielManquant
from app.gestion.page import montrer
from app.infra.clock import jour_de_paris
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger

LISTE = "/gestion/corrections"
BAC_A_SABLE = {"Content-Security-Policy": "default-src 'none'; sandbox"}
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
AVIS = {
    "acceptee": "La correction est faite : les documents en cours sont refaits, et un mail part au candidat.",
    "refusee": "La demande est refusée, et un mail part au candidat.",
}
IDENTIQUE = "C’est déjà ce qui est écrit : corrigez-le selon la preuve, ou refusez la demande"
RELIRE = ("actualiser", "rechercher")
"""Les boutons du lieu de naissance : la page se relit, rien ne se décide."""


@get(LISTE)
async def en_attente(request: AnyRequest) -> Response[Any]:
    choix, lus = await choix_academie(request), request.query_params
    lignes, suite = await database(request).lire(demandes_en_attente, choix.academies, apres=lus.get("apres", ""))
    nombre, plus_ancienne = await database(request).lire(combien_attendent, choix.academies)
    contexte = {
        "lignes": lignes,
        "nombre": nombre,
        "plus_ancienne": plus_ancienne,
        "choix": choix,
        "debut": choix.adresse(LISTE),
        "export": choix.adresse(f"{LISTE}/export"),
        "page_apres": choix.adresse(LISTE, apres=suite) if suite else "",
        "est_au_debut": "apres" not in lus,
        "avis": AVIS.get(lus.get("avis", ""), ""),
    }
    return montrer(request, "gestion/corrections.html", contexte)


@get("/gestion/corrections/{demande_id:str}")
async def montrer_la_demande(request: AnyRequest, demande_id: FromPath[str]) -> Response[Any]:
    demande = await _demande(request, demande_id)
    await _noter(request, demande, "demande de correction")
    return await _page(request, demande)


@get("/gestion/corrections/{demande_id:str}/preuve")
async def telecharger_la_preuve(request: AnyRequest, demande_id: FromPath[str]) -> Response[bytes]:
    """Toujours une pièce jointe : ce que le candidat envoie ne s'ouvre jamais dans une page d'ici."""
    demande = await _demande(request, demande_id)
    octets = await asyncio.to_thread(
        lire_preuve, reglages(request).donnees, demande.personne.compte_id, demande.preuve_fichier
    )
    if octets is None:
        raise Introuvable
    await _noter(request, demande, "preuve de correction")
    entetes = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(demande.preuve_nom, safe='')}",
        "Cache-Control": "no-store",
    }
    genre = TYPES.get(demande.preuve_fichier.rpartition(".")[2], "application/octet-stream")
    return Response(octets, media_type=genre, headers=entetes | BAC_A_SABLE)


@post("/gestion/corrections/{demande_id:str}/acceptation", status_code=200)
async def accepter_la_demande(request: AnyRequest, demande_id: FromPath[str]) -> Response[Any]:
    demande, recu = await _demande(request, demande_id), recu_en_listes(await request.form())
    if demande.etat is EtatDemande.ACCEPTEE:  # le même envoi, deux fois
        return rediriger(f"{LISTE}/{demande.id}")
    actuel = demande.personne.etat_civil
    listes, formulaire = await _acceptation(request, demande, recu)
    if premier(recu, "intention") in RELIRE:
        return await _page(request, demande, acceptation=(listes, formulaire), statut=422)
    if not formulaire.valide():
        return await _page(request, demande, acceptation=(listes, formulaire), statut=422)
    change = changement(formulaire, listes, actuel)
    if not change:
        formulaire.ajouter_erreur(next(iter(formulaire._fields)), IDENTIQUE)
        return await _page(request, demande, acceptation=(listes, formulaire), statut=422)
    if premier(recu, "lu") != empreinte_de(actuel):
        return await _page(request, demande, refus=DEPASSE, statut=422)
    apres = await apercu(request, demande.personne, change)
    try:
        await database(request).ecrire(
            accepter,
            demande_id,
            changement=change,
            lu=actuel,
            reglements=await reglements_de(request, demande.personne),
            lettre=correction_faite(
                gabarits(request), reglages(request).url_publique, demande.personne, apres, sujet=ACCEPTEE
            ),
            qui=_qui(request),
            maintenant=instant(request),
        )
    except (DejaDecidee, ReferentielManquant):
        demande = await _demande(request, demande_id)
        if demande.etat is EtatDemande.ACCEPTEE:
            return rediriger(f"{LISTE}/{demande.id}")
        return await _page(request, demande, refus=DEPASSE, statut=422)
    return rediriger(f"{LISTE}?avis=acceptee")


@post("/gestion/corrections/{demande_id:str}/refus", status_code=200)
async def refuser_la_demande(request: AnyRequest, demande_id: FromPath[str]) -> Response[Any]:
    demande = await _demande(request, demande_id)
    formulaire = formulaire_de_refus(recu_en_listes(await request.form()))
    if not formulaire.valide():
        return await _page(request, demande, refus_formulaire=formulaire, statut=422)
    reponse = formulaire.valeurs["reponse"]
    if demande.etat is EtatDemande.REFUSEE and demande.reponse == reponse:  # le même envoi, deux fois
        return rediriger(f"{LISTE}/{demande.id}")
    try:
        await database(request).ecrire(
            refuser,
            demande_id,
            reponse=reponse,
            lettre=correction_refusee(gabarits(request), reglages(request).url_publique, demande.champ, reponse),
            qui=_qui(request),
            maintenant=instant(request),
        )
    except DejaDecidee:
        return await _page(
            request, await _demande(request, demande_id), refus_formulaire=formulaire, refus=DEPASSE, statut=422
        )
    return rediriger(f"{LISTE}?avis=refusee")


async def _demande(request: AnyRequest, demande_id: str) -> DemandeAJuger:
    demande = await database(request).lire(demande_a_juger, demande_id, agent(request).academies)
    if demande is None:
        raise Introuvable
    return demande


async def _noter(request: AnyRequest, demande: DemandeAJuger, quoi: str) -> None:
    qui = agent(request)
    await database(request).ecrire(
        noter_la_lecture,
        demande.personne,
        agent_id=qui.compte_id,
        fonction=qui.role.libelle,
        quoi=quoi,
        maintenant=instant(request),
    )


async def _acceptation(
    request: AnyRequest, demande: DemandeAJuger, recu: dict[str, list[Any]] | None
) -> tuple[Listes, Formulaire]:
    actuel = demande.personne.etat_civil
    listes = await database(request).lire(listes_de_naissance, **choix_du_lieu(recu, actuel))
    jour = jour_de_paris(instant(request))
    return listes, formulaire_d_acceptation(demande.champ, demande.souhaitee, actuel, listes, recu, jour=jour)


async def _page(
    request: AnyRequest,
    demande: DemandeAJuger,
    *,
    acceptation: tuple[Listes, Formulaire] | None = None,
    refus_formulaire: Formulaire | None = None,
    refus: str = "",
    statut: int = 200,
) -> Response[Any]:
    listes, formulaire = acceptation or await _acceptation(request, demande, None)
    contexte = {
        "demande": demande,
        "listes": listes,
        "formulaire": formulaire,
        "refus_formulaire": refus_formulaire or formulaire_de_refus(),
        "lu": empreinte_de(demande.personne.etat_civil),
        "refus": refus,
    }
    return montrer(request, "gestion/correction.html", contexte, statut=statut)


def _qui(request: AnyRequest) -> Qui:
    return Qui(agent(request).compte_id, agent(request).academies)
