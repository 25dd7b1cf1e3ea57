"""« Mes activités » : Mon inscription, Mes documents, Les formulaires, Mes justificatifs (guide, chapitre 9)."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.comptes.portail import AnyRequest
from app.espace.lecture import lire_carte
from app.web.pages import render


@get("/candidatures/{candidature_id:str}")
async def mes_activites(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    return render(request, "espace/activites.html", {"carte": await lire_carte(request, candidature_id)})


@get("/candidatures/{candidature_id:str}/formulaires")
async def les_formulaires(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """« Actuellement, cette section n'est pas utilisée dans le cadre des examens » (guide, chapitre 11)."""
    return render(request, "espace/formulaires.html", {"carte": await lire_carte(request, candidature_id)})
