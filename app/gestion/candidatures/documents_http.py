"""Un document du candidat, tel qu'il le lit. L'ouvrir ici ne le marque pas lu par lui."""

import asyncio

from litestar import Response, get
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, database, reglages
from app.documents.queries import document_de
from app.documents.rendu import nom_fichier, octets_de
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.dossier import RESERVES
from app.gestion.candidatures.dossier_http import le_dossier, noter
from app.web.erreurs import Introuvable


@get(LISTE + "/{candidature_id:str}/documents/{document_id:str}")
async def ouvrir_un_document(
    request: AnyRequest, candidature_id: FromPath[str], document_id: FromPath[str]
) -> Response[bytes]:
    lu = await le_dossier(request, candidature_id)
    document = await database(request).lire(document_de, lu.compte_id, document_id)
    if document is None or document.candidature_id != lu.id or document.type in RESERVES:
        raise Introuvable
    await noter(request, lu, "documents")
    octets = await asyncio.to_thread(octets_de, document, reglages(request))
    return Response(
        octets,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{nom_fichier(document)}"',
            "Cache-Control": "no-store",
        },
    )
