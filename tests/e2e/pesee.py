"""Ce qu'une visite fait passer sur le réseau, vu par Chromium : les octets reçus, en-têtes compris, et les requêtes.

Deux comptes. « HTTP/1.1 » : `encodedDataLength`, ce que Chromium a vraiment reçu du serveur d’essai. « HTTP/2 » :
les mêmes corps compressés, et les en-têtes comme les compresse le serveur TLS qui est devant le portail (RFC 7541 : une
ligne déjà envoyée ne coûte plus qu'un octet). Ce que le navigateur avait déjà (cache) ne compte pas ; ce qu'il envoie
non plus.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

TRAMES = 18
"""HEADERS et DATA : neuf octets chacune (RFC 9113)."""


@dataclass
class Reponse:
    etape: str
    quoi: str
    """méthode et chemin, l'identifiant de la candidature remplacé"""
    entetes: int
    """en HTTP/1.1"""
    entetes_compresses: int
    """en HTTP/2"""
    corps: int = 0

    @property
    def en_http1(self) -> int:
        return self.entetes + self.corps

    @property
    def en_http2(self) -> int:
        return self.entetes_compresses + self.corps


class Pesee:
    """Les réponses venues du réseau, dans l'ordre. `etape` : ce que la personne est en train de faire."""

    def __init__(self, page: Page) -> None:
        self.reponses: list[Reponse] = []
        self.etape = ""
        self._demandees: dict[str, str] = {}
        self._commencees: dict[str, Reponse] = {}
        self._dits: set[tuple[str, str]] = set()
        self._reseau = page.context.new_cdp_session(page)
        self._reseau.on("Network.requestWillBeSent", self._demande)
        self._reseau.on("Network.responseReceived", self._commence)
        self._reseau.on("Network.loadingFinished", self._finit)
        self._reseau.send("Network.enable")

    def de(self, *etapes: str) -> list[Reponse]:
        return [reponse for reponse in self.reponses if reponse.etape in etapes]

    def tableau(self, titre: str) -> str:
        """Une ligne par étape, puis le total."""
        lignes = [
            f"\n{titre}",
            f"{'étape':<30}{'requêtes':>9}{'corps':>8}{'en-têtes':>10}{'HTTP/2':>8}{'HTTP/1.1':>10}",
        ]
        for etape in dict.fromkeys(reponse.etape for reponse in self.reponses):
            lignes.append(_ligne(etape, self.de(etape)))
        return "\n".join([*lignes, _ligne("en tout", self.reponses)])

    def _demande(self, evenement: dict[str, Any]) -> None:
        cle = evenement["requestId"]
        if redirection := evenement.get("redirectResponse"):
            self.reponses.append(self._reponse(cle, redirection))
        chemin = re.sub(r"/candidatures/[^/]+", "/candidatures/…", urlsplit(evenement["request"]["url"]).path)
        self._demandees[cle] = f"{evenement['request']['method']} {chemin}"

    def _commence(self, evenement: dict[str, Any]) -> None:
        reponse = evenement["response"]
        if not reponse.get("fromDiskCache") and not reponse.get("fromPrefetchCache"):
            self._commencees[evenement["requestId"]] = self._reponse(evenement["requestId"], reponse)

    def _finit(self, evenement: dict[str, Any]) -> None:
        reponse = self._commencees.pop(evenement["requestId"], None)
        if reponse and (recus := int(evenement["encodedDataLength"])):
            reponse.corps = recus - reponse.entetes
            self.reponses.append(reponse)

    def _reponse(self, cle: str, recue: dict[str, Any]) -> Reponse:
        entetes = int(recue["encodedDataLength"])
        return Reponse(self.etape, self._demandees[cle], entetes, self._compresser(recue["headers"]))

    def _compresser(self, entetes: dict[str, str]) -> int:
        """Sans le codage de Huffman, qui ôterait encore un cinquième aux lignes nouvelles."""
        octets = TRAMES
        noms = {nom for nom, _ in self._dits}
        for nom, valeur in ((nom.lower(), valeur) for nom, valeur in entetes.items()):
            if (nom, valeur) in self._dits:
                octets += 1
            else:
                octets += 2 + len(valeur) + (0 if nom in noms else len(nom) + 1)
                self._dits.add((nom, valeur))
        return octets


def _ligne(nom: str, reponses: list[Reponse]) -> str:
    mesures = ("corps", "entetes", "en_http2", "en_http1")
    corps, entetes, h2, h1 = (sum(getattr(r, mesure) for r in reponses) for mesure in mesures)
    return f"{nom:<30}{len(reponses):>9}{corps:>8}{entetes:>10}{h2:>8}{h1:>10}"
