"""Ce que le navigateur a vu et qui ne devait pas arriver : erreur de console, violation de la CSP, requête ailleurs."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

ORDINAIRES = re.compile(r"the server responded with a status of (422|404)")
"""Un 422 est notre réponse à une saisie fausse ; Chromium l'écrit pourtant en erreur."""


class Surveillance:
    def __init__(self, contexte: BrowserContext) -> None:
        self.fautes: list[str] = []
        self._toleres: list[re.Pattern[str]] = [ORDINAIRES]
        contexte.on("console", self._console)
        contexte.on("weberror", lambda panne: self._noter(f"erreur JavaScript : {panne.error}"))
        contexte.on("request", self._requete)

    def tolerer(self, motif: str) -> None:
        """Ce que ce test provoque exprès (réseau coupé, service en panne)."""
        self._toleres.append(re.compile(motif))

    def verifier(self) -> None:
        fautes = [f for f in self.fautes if not any(t.search(f) for t in self._toleres)]
        assert not fautes, "\n".join(fautes)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._noter(f"console ({message.type}) : {message.text}")

    def _requete(self, requete: Request) -> None:
        adresse = urlsplit(requete.url)
        if adresse.scheme in ("http", "https", "ws", "wss") and adresse.hostname != "127.0.0.1":
            self._noter(f"requête hors du portail : {requete.url}")

    def _noter(self, faute: str) -> None:
        self.fautes.append(faute)
