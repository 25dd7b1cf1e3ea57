"""Le journal technique : une ligne JSON par requête et par panne, sans donnée personnelle ni secret.

La route déclarée (`/candidatures/{id}`) et jamais l'adresse : les identifiants y sont, et une recherche y
porterait un nom. Une panne donne le type et l'endroit, jamais le message de l'exception, qui cite souvent
la valeur fautive.
"""

import json
import logging
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.web.mesures import Mesures

ACCES = logging.getLogger("cyclades.acces")
PANNES = logging.getLogger("cyclades.pannes")


class FormatJson(logging.Formatter):
    """Les champs de `extra={"champs": {…}}`, après l'instant, le niveau et le message."""

    def format(self, record: logging.LogRecord) -> str:
        ligne: dict[str, Any] = {
            "instant": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "journal": record.name,
            "message": record.getMessage(),
        }
        ligne |= getattr(record, "champs", {})
        if record.exc_info and record.exc_info[1] is not None:
            ligne["panne"] = resume_panne(record.exc_info[1])
        return json.dumps(ligne, ensure_ascii=False, default=str)


def configurer(niveau: int = logging.INFO) -> None:
    """Tout part sur la sortie d'erreur, où l'hébergeur le recueille."""
    sortie = logging.StreamHandler()
    sortie.setFormatter(FormatJson())
    logging.basicConfig(level=niveau, handlers=[sortie], force=True)
    logging.getLogger("uvicorn.access").disabled = True  # il écrirait les adresses entières


class Journal:
    """Couche ASGI : mesure et note chaque réponse."""

    def __init__(self, app: ASGIApp, mesures: Mesures) -> None:
        self._app = app
        self._mesures = mesures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        debut = time.perf_counter()
        statut = 0

        async def noter(message: Message) -> None:
            nonlocal statut
            if message["type"] == "http.response.start":
                statut = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noter)
        finally:
            secondes = time.perf_counter() - debut
            self._mesures.compter(statut, secondes)
            champs = {
                "methode": scope["method"],
                "route": scope.get("path_template") or "(inconnue)",
                "statut": statut,
                "ms": round(secondes * 1000, 1),
            }
            if repere := scope.get("state", {}).get("repere"):
                champs["repere"] = repere
            ACCES.info("requête", extra={"champs": champs})


def noter_panne(erreur: BaseException, *, repere: str, methode: str, route: str) -> None:
    PANNES.error(
        "panne",
        exc_info=(type(erreur), erreur, erreur.__traceback__),
        extra={"champs": {"repere": repere, "methode": methode, "route": route}},
    )


def resume_panne(erreur: BaseException) -> list[str]:
    """Types et endroits, de la cause première à l'effet ; aucun message, aucune valeur."""
    etapes: list[str] = []
    chaine: list[BaseException] = []
    courante: BaseException | None = erreur
    while courante is not None and courante not in chaine:
        chaine.append(courante)
        courante = courante.__cause__ or (None if courante.__suppress_context__ else courante.__context__)
    for maillon in reversed(chaine):
        etapes.append(type(maillon).__qualname__)
        cadres = traceback.extract_tb(maillon.__traceback__)[-12:]
        etapes += [f"  {cadre.filename}:{cadre.lineno} {cadre.name}" for cadre in cadres]
    return etapes
