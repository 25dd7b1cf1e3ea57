"""Le suivi des inscriptions, division par division."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.comptes.portail import AnyRequest
from app.etablissements.page import le_mien, montrer


@get("/etablissement/{uai:str}")
async def suivre(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    return montrer(request, "etablissement/suivi.html", await le_mien(request, uai))
