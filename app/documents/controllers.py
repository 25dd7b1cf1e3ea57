"""« Mes documents », le PDF et sa page web ; et la vérification, ouverte à tous."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

from litestar import Response, Router, get
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath

from app.comptes.guards import reserve
from app.comptes.portail import AnyRequest, cle, database, instant, reglages, visiteur
from app.documents.actions import marquer_lu
from app.documents.codes import en_groupes
from app.documents.contenu import contenu_de
from app.documents.queries import DocumentLu, EtatVerification, document_de, documents_de, verification
from app.documents.rendu import adresse_verification, nom_fichier, octets_de
from app.documents.scelles import ouvertes
from app.infra.database import Database, Indisponible
from app.web.erreurs import Introuvable
from app.web.pages import render

journal = logging.getLogger(__name__)
VERDICTS = {
    EtatVerification.VALIDE: (
        "Document valable",
        "Il a été publié par ce portail et il est à jour. Comparez les initiales, la version et la date.",
    ),
    EtatVerification.REMPLACE: (
        "Document remplacé par la version {version}",
        "Il a été publié par ce portail, mais une version plus récente le remplace : demandez-la au candidat.",
    ),
    EtatVerification.DESINSCRIT: (
        "Candidat désinscrit",
        "Ce document a été publié par ce portail, mais le candidat s’est désinscrit depuis.",
    ),
    EtatVerification.ECARTE: (
        "Candidature écartée",
        "Ce document a été publié par ce portail, mais le service des examens a écarté la candidature depuis.",
    ),
    None: (
        "Code inconnu",
        "Aucun document de ce portail ne porte ce code. Relisez-le : 12 lettres et chiffres, sans I, L, O ni U.",
    ),
}


@get("/candidatures/{candidature_id:str}/documents")
async def liste(request: AnyRequest, candidature_id: FromPath[str]) -> Response[str]:
    publies = await database(request).lire(documents_de, _compte_id(request), candidature_id)
    if publies is None:
        raise Introuvable
    return render(request, "documents/liste.html", {"publies": publies})


@get("/documents/{document_id:str}")
async def telecharger(request: AnyRequest, document_id: FromPath[str]) -> Response[bytes]:
    """S'ouvre dans le navigateur ; avec `?enregistrer`, s'enregistre."""
    document = await _sien(request, document_id)
    octets = await asyncio.to_thread(octets_de, document, reglages(request))
    disposition = "attachment" if "enregistrer" in request.query_params else "inline"
    return Response(
        octets,
        media_type="application/pdf",
        headers={"Content-Disposition": f'{disposition}; filename="{nom_fichier(document)}"'},
        background=_marque_de_lecture(request, document),
    )


@get("/documents/{document_id:str}/page")
async def jumeau(request: AnyRequest, document_id: FromPath[str]) -> Response[str]:
    """Le même document pour un lecteur d'écran ou un petit téléphone : le PDF n'a pas de structure."""
    document = await _sien(request, document_id)
    page = render(
        request,
        f"documents/{document.type.value}.html",
        {
            "document": document,
            "fiche": document.fiche,
            "code": en_groupes(document.code),
            "adresse_verification": adresse_verification(document.code, reglages(request).url_publique),
            **contenu_de(document),
        },
    )
    page.background = _marque_de_lecture(request, document)
    return page


@get("/verifier", opt={"public": True})
async def verifier(request: AnyRequest) -> Response[str]:
    saisie = request.query_params.get("code", "").strip()
    return await _resultat(request, saisie) if saisie else render(request, "documents/verifier.html", {"saisie": ""})


@get("/verifier/{code:str}", opt={"public": True})
async def verifier_code(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    return await _resultat(request, code)


async def _resultat(request: AnyRequest, saisie: str) -> Response[str]:
    """Sans compter les essais, car une page vue n'écrit rien : à mille codes par seconde, il faudrait des années
    pour tomber sur l'un de dix millions de documents."""
    trouvee = await database(request).lire(verification, saisie)
    verdict, explication = VERDICTS[trouvee.etat if trouvee else None]
    return render(
        request,
        "documents/verification.html",
        {
            "verification": trouvee,
            "titre": "Vérifier un document",
            "verdict": verdict.format(version=f"{trouvee.numero_courant:02}" if trouvee else ""),
            "explication": explication,
            "est_valable": trouvee is not None and trouvee.etat is EtatVerification.VALIDE,
            "code": en_groupes(trouvee.code) if trouvee else "",
            "saisie": saisie,
        },
    )


def _marque_de_lecture(request: AnyRequest, document: DocumentLu) -> BackgroundTask | None:
    """S'écrit une fois la réponse partie : une base qui refuse d'écrire laisse lire."""
    if document.lu_le is not None:
        return None
    return BackgroundTask(_marquer, database(request), _compte_id(request), document.id, instant(request))


async def _marquer(db: Database, compte_id: str, document_id: str, maintenant: datetime) -> None:
    try:
        await db.ecrire(marquer_lu, compte_id, document_id, maintenant)
    except Indisponible:
        journal.warning("read mark not kept: the database is unavailable")


async def _sien(request: AnyRequest, document_id: str) -> DocumentLu:
    document = await database(request).lire(document_de, _compte_id(request), document_id)
    if document is None:
        raise Introuvable
    return replace(document, donnees=ouvertes(cle(request), document.donnees))


def _compte_id(request: AnyRequest) -> str:
    qui = visiteur(request)
    if qui is None:
        raise Introuvable
    return qui.compte_id


router = Router("", route_handlers=[reserve(liste, telecharger, jumeau), verifier, verifier_code])
