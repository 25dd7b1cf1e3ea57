"""Une publication : ses erreurs, ses aperçus, son lancement, sa progression."""

import asyncio
from dataclasses import replace
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, agent, cle, database, instant, reglages
from app.documents.contenu import contenu_de
from app.documents.rendu import octets_de
from app.documents.scelles import ouvertes
from app.gestion.controle.trace import Portee, consulter
from app.gestion.page import montrer
from app.gestion.publications.actions import arreter, lancer, oublier
from app.gestion.publications.compte_rendu import ouvrir_le_compte_rendu
from app.gestion.publications.essais_http import ACCUEIL, csv_a_enregistrer, editeur
from app.gestion.publications.execution import Editions
from app.gestion.publications.genres import slug_de
from app.gestion.publications.queries import Apercu, PublicationLue, apercu_de, publication_de
from app.gestion.publications.tableau import annote
from app.web.erreurs import Introuvable
from app.web.pages import rediriger

MONTREES = 200
"""Erreurs, avis et manquants à l'écran ; le fichier annoté les dit tous."""
APERCUS = 5
AVIS = {
    "deja": "Rien n’a changé : cette publication n’était plus dans l’état que montrait la page.",
}


@get(ACCUEIL + "/{publication_id:str}")
async def publication(request: AnyRequest, publication_id: FromPath[str]) -> Response[Any]:
    lue = await publication_ou_404(request, publication_id)
    rendu = await asyncio.to_thread(ouvrir_le_compte_rendu, cle(request), lue.contenu)
    contexte = {
        "publication": lue,
        "slug": slug_de(lue.type),
        "erreurs": rendu.erreurs[:MONTREES],
        "nombre_erreurs": len(rendu.erreurs),
        "avis_de_l_essai": rendu.avis[:MONTREES],
        "nombre_avis": len(rendu.avis),
        "manquants": rendu.manquants[:MONTREES],
        "nombre_manquants": len(rendu.manquants),
        "apercus": range(1, min(APERCUS, lue.avancement.total) + 1) if lue.est_prete else (),
        "avis": AVIS.get(request.query_params.get("avis", ""), ""),
    }
    return montrer(request, "gestion/publications/publication.html", contexte, bloc="avancement")


@get(ACCUEIL + "/{publication_id:str}/erreurs.csv")
async def fichier_annote(request: AnyRequest, publication_id: FromPath[str]) -> Response[bytes]:
    lue = await publication_ou_404(request, publication_id)
    rendu = await asyncio.to_thread(ouvrir_le_compte_rendu, cle(request), lue.contenu)
    if not rendu.texte:
        raise Introuvable
    octets = await asyncio.to_thread(annote, rendu.texte, rendu.erreurs)
    return csv_a_enregistrer(octets, f"erreurs-{slug_de(lue.type)}.csv")


@get(ACCUEIL + "/{publication_id:str}/apercus/{rang:int}")
async def apercu(request: AnyRequest, publication_id: FromPath[str], rang: FromPath[int]) -> Response[Any]:
    """La page web du document ; le PDF est à côté."""
    lue, montre = await _apercu(request, publication_id, rang)
    contexte = {
        "publication": lue,
        "apercu": montre,
        "document": montre.document,
        "fiche": montre.document.fiche,
        **contenu_de(montre.document),
    }
    return montrer(request, "gestion/publications/apercu.html", contexte)


@get(ACCUEIL + "/{publication_id:str}/apercus/{rang:int}/pdf")
async def apercu_pdf(request: AnyRequest, publication_id: FromPath[str], rang: FromPath[int]) -> Response[bytes]:
    _, montre = await _apercu(request, publication_id, rang)
    octets = await asyncio.to_thread(octets_de, montre.document, reglages(request))
    return Response(
        octets,
        media_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="apercu.pdf"', "Cache-Control": "no-store"},
    )


@post(ACCUEIL + "/{publication_id:str}/lancement", status_code=200)
async def lancement(request: AnyRequest, publication_id: FromPath[str]) -> Response[Any]:
    lue = await publication_ou_404(request, publication_id)
    lancee = await database(request).ecrire(lancer, lue.id, editeur(request), maintenant=instant(request))
    cast(Editions, request.app.state.editions).reveiller()
    return rediriger(f"{ACCUEIL}/{lue.id}{'' if lancee else '?avis=deja'}")


@post(ACCUEIL + "/{publication_id:str}/arret", status_code=200)
async def arret(request: AnyRequest, publication_id: FromPath[str]) -> Response[Any]:
    lue = await publication_ou_404(request, publication_id)
    arretee = await database(request).ecrire(arreter, lue.id, editeur(request), maintenant=instant(request))
    return rediriger(f"{ACCUEIL}/{lue.id}{'' if arretee else '?avis=deja'}")


@post(ACCUEIL + "/{publication_id:str}/oubli", status_code=200)
async def oubli(request: AnyRequest, publication_id: FromPath[str]) -> Response[Any]:
    lue = await publication_ou_404(request, publication_id)
    oubliee = await database(request).ecrire(oublier, lue.id, editeur(request), maintenant=instant(request))
    return rediriger(ACCUEIL if oubliee else f"{ACCUEIL}/{lue.id}?avis=deja")


async def publication_ou_404(request: AnyRequest, publication_id: str) -> PublicationLue:
    lue = await database(request).lire(publication_de, publication_id, editeur(request))
    if lue is None:
        raise Introuvable
    return lue


async def _apercu(request: AnyRequest, publication_id: str, rang: int) -> tuple[PublicationLue, Apercu]:
    """Montrer le document d'un candidat, c'est lire son dossier : il le saura."""
    lue, maintenant = await publication_ou_404(request, publication_id), instant(request)
    montre = None
    if 1 <= rang <= lue.avancement.total:
        montre = await database(request).lire(apercu_de, publication_id, rang, editeur(request), maintenant=maintenant)
    if montre is None:
        raise Introuvable
    qui = agent(request)
    await database(request).ecrire(
        consulter,
        montre.document.candidature_id,
        Portee(qui.compte_id, qui.academies),
        par=f"{qui.role.libelle}, académie de {lue.periode.academie.nom}",
        quoi=f"aperçu : {lue.libelle}"[:40],
        maintenant=maintenant,
    )
    document = replace(montre.document, donnees=ouvertes(cle(request), montre.document.donnees))
    return lue, replace(montre, document=document)
