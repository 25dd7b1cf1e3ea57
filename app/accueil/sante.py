"""Pour la supervision et les robots : le portail répond-il, et la base avec lui ?"""

import asyncio
import logging
import tomllib
from pathlib import Path

from litestar import HttpMethod, MediaType, Response, get, route
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, database

ATTENTE = 5  # secondes : une supervision qui n'a pas de réponse conclut mieux qu'une qui attend
RACINE = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))["project"]["version"]

# Les pages publiques se trouvent par un moteur de recherche ; les autres n'ont rien à y montrer.
ROBOTS = """User-agent: *
Disallow: /candidatures/
Disallow: /compte
Disallow: /connexion
Disallow: /documents/
Disallow: /inscriptions
Disallow: /verifier
"""

journal = logging.getLogger(__name__)


@route("/sante", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt={"public": True})
async def sante(request: AnyRequest) -> Response[dict[str, str]]:
    try:
        async with asyncio.timeout(ATTENTE):
            await database(request).lire(_repond)
    except Exception as panne:  # quelle que soit la panne, c'est la réponse que la supervision attend
        journal.error("health check: %s", type(panne).__name__)
        return Response({"statut": "indisponible", "version": VERSION}, status_code=503)
    return Response({"statut": "ok", "version": VERSION})


@get("/robots.txt", media_type=MediaType.TEXT, opt={"public": True}, cache_control=None)
async def robots() -> str:
    return ROBOTS


def _repond(db: Session) -> None:
    db.execute(select(1))
