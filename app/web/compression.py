"""Compresse les pages, en brotli ou en gzip : le réseau d'un vieux téléphone coûte plus que le processeur.

Celle de Litestar ignore « gzip;q=0 », recompresse ce qui l'est déjà et enlève l'en-tête Vary qu'on a posé
quand la réponse est courte ; celle-ci ne touche qu'un texte complet, non compressé, d'une taille qui en vaut la peine.
"""

import gzip

import brotli
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from app.web.entetes import accepte

MINIMUM = 600
NIVEAU, FENETRE = 9, 16
"""brotli : un douzième de moins que gzip, au même temps ; le niveau 11 en ôte autant encore, pour dix fois le temps"""
TEXTES = ("text/", "application/json", "image/svg+xml")


class Compression:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        codage = _codage(scope) if scope["type"] == ScopeType.HTTP else ""
        if not codage:
            await self._app(scope, receive, send)
            return
        debut: HTTPResponseStartEvent | None = None

        async def compresser(message: Message) -> None:
            nonlocal debut
            if message["type"] == "http.response.start":
                debut = message
                return
            if message["type"] == "http.response.body" and debut is not None:
                if not message.get("more_body", False) and _compressible(debut, message["body"]):
                    entetes = MutableScopeHeaders.from_message(debut)
                    message["body"] = _compresser(message["body"], codage)
                    entetes["Content-Encoding"] = codage
                    entetes["Content-Length"] = str(len(message["body"]))
                    if entetes.get("cache-control") != "no-store":  # ce que nul cache ne garde n'a pas de variantes
                        entetes.extend_header_value("Vary", "Accept-Encoding")
                await send(debut)
                debut = None
            await send(message)

        await self._app(scope, receive, compresser)


def _codage(scope: Scope) -> str:
    accepte_ = Headers.from_scope(scope).get("accept-encoding", "")
    return next((codage for codage in ("br", "gzip") if accepte(accepte_, codage)), "")


def _compresser(corps: bytes, codage: str) -> bytes:
    if codage == "gzip":
        return gzip.compress(corps, 6, mtime=0)
    return bytes(brotli.compress(corps, mode=brotli.MODE_TEXT, quality=NIVEAU, lgwin=FENETRE))


def _compressible(debut: HTTPResponseStartEvent, corps: bytes) -> bool:
    entetes = MutableScopeHeaders.from_message(debut)
    return (
        len(corps) >= MINIMUM
        and "content-encoding" not in entetes
        and entetes.get("content-type", "").startswith(TEXTES)
    )
