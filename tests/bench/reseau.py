"""Ce que le réseau d'un vieux téléphone doit porter : octets et requêtes, puis l'attente, à 250 kbit/s et 300 ms.

Le poids se prend à pleine vitesse, par le chemin de tests/e2e/test_budgets.py, en HTTP/1.1 et en-têtes compris. La
lenteur est celle que Chromium ajoute à chaque requête ; ouvrir la connexion, TLS compris, coûterait en plus trois
allers-retours, une fois.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Error, Page, expect

from tests.bench.tableau import Ligne, Releve
from tests.bench.terrain import Terrain
from tests.e2e.conftest import ouvrir_un_appareil, un_chromium
from tests.e2e.pages.visite import Visite
from tests.e2e.pesee import Pesee, Reponse
from tests.e2e.serveur import Serveur
from tests.e2e.test_budgets import s_inscrire
from tests.instance import HorlogeDEssai, batir_le_modele, copier_le_modele

TOURS = 5
PATIENCE = 60_000
"""millisecondes : la machine peut être aussi lente que le réseau"""
LENT = {"offline": False, "latency": 300, "downloadThroughput": 250_000 / 8, "uploadThroughput": 250_000 / 8}
COMMENT = {True: "avec JavaScript", False: "sans JavaScript"}
BORNES = {True: (45, 60), False: (25, 40)}
PEINTURE, PREMIERE = "première peinture de l’accueil, 250 kbit/s et 300 ms", "poids d’une première visite"
SECONDE = "réponses d’une seconde visite"


@dataclass
class Attente:
    """Le temps où au moins une réponse se fait attendre."""

    page: Page
    echanges: list[tuple[float, float]] = field(default_factory=list)
    """secondes, à l'horloge de Chromium"""

    def __post_init__(self) -> None:
        self._partis: dict[str, float] = {}
        self._reseau = self.page.context.new_cdp_session(self.page)
        self._reseau.on("Network.requestWillBeSent", self._part)
        self._reseau.on("Network.loadingFinished", self._revient)
        self._reseau.on("Network.loadingFailed", self._revient)
        self._reseau.send("Network.enable")

    def ralentir(self) -> None:
        self._reseau.send("Network.emulateNetworkConditions", LENT)

    @property
    def secondes(self) -> float:
        return duree_couverte(self.echanges)

    def _part(self, evenement: dict[str, Any]) -> None:
        """Une redirection garde son identifiant : elle prolonge l'échange."""
        self._partis.setdefault(evenement["requestId"], evenement["timestamp"])

    def _revient(self, evenement: dict[str, Any]) -> None:
        if (parti := self._partis.pop(evenement["requestId"], None)) is not None:
            self.echanges.append((parti, evenement["timestamp"]))


def duree_couverte(echanges: Sequence[tuple[float, float]]) -> float:
    """Deux échanges qui se chevauchent ne font attendre qu'une fois."""
    total, jusqu_a = 0.0, float("-inf")
    for debut, fin in sorted(echanges):
        total += max(0.0, fin - max(debut, jusqu_a))
        jusqu_a = max(jusqu_a, fin)
    return total


def mesurer(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    poids = [f"poids d’une inscription, {comment}" for comment in COMMENT.values()]
    with ExitStack() as pile:
        try:
            chromium = pile.enter_context(un_chromium())
        except Error:
            for quoi in (PEINTURE, PREMIERE, SECONDE, *poids):
                releve.omettre(quoi, "ni Chromium de la machine, ni celui de Playwright : « make navigateur »")
            return
        expect.set_options(timeout=PATIENCE)
        modele = batir_le_modele(dossier / "modele-du-reseau")
        _mesurer_les_visites(chromium, modele, releve, dossier)
        for (js, comment), quoi in zip(COMMENT.items(), poids, strict=True):
            with _chez_soi(chromium, modele, dossier / f"poids-{js}", js=js) as visite:
                pesee = Pesee(visite.page)
                s_inscrire(visite, pesee)
            releve.noter(Ligne(quoi, _ko(pesee.reponses), "ko", *BORNES[js], "au plus", decompose(pesee.reponses)))
            print(pesee.tableau(f"Une inscription, {comment}, en octets") + "\n")  # noqa: T201 — où est le poids
            with _chez_soi(chromium, modele, dossier / f"attente-{js}", js=js) as visite:
                attente = Attente(visite.page)
                attente.ralentir()
                lente = Pesee(visite.page)
                s_inscrire(visite, lente)
            mesure = f"{attente.secondes:.1f} s à attendre le réseau, {len(lente.reponses)} réponses"
            releve.dire(f"une inscription à 250 kbit/s et 300 ms, {comment}", mesure)


def _mesurer_les_visites(chromium: Browser, modele: Path, releve: Releve, dossier: Path) -> None:
    peintures: list[float] = []
    with Serveur(copier_le_modele(modele, dossier / "visites"), HorlogeDEssai()) as serveur:
        for _ in range(TOURS):
            with ouvrir_un_appareil(chromium, serveur, js=True) as visite:
                Attente(visite.page).ralentir()
                visite.aller("/")
                peintures.append(_premiere_peinture(visite.page))
        with ouvrir_un_appareil(chromium, serveur, js=True) as visite:
            premiere = _peser(visite.page)
            seconde = _peser(visite.page.context.new_page())
    detail = f"de {min(peintures):.2f} à {max(peintures):.2f} s"
    releve.noter(Ligne(PEINTURE, median(peintures), "s", 1, 1.5, "au plus", detail))
    releve.noter(Ligne(PREMIERE, _ko(premiere), "ko", 19, 22, "au plus", decompose(premiere)))
    quoi = ", ".join(reponse.quoi for reponse in seconde)
    releve.noter(Ligne(SECONDE, len(seconde), "", 1, 1, "au plus", f"{quoi} : {decompose(seconde)}"))


@contextmanager
def _chez_soi(chromium: Browser, modele: Path, donnees: Path, *, js: bool) -> Iterator[Visite]:
    """Un portail où personne n'a encore de compte à ce nom, et un navigateur neuf."""
    with (
        Serveur(copier_le_modele(modele, donnees), HorlogeDEssai()) as serveur,
        ouvrir_un_appareil(chromium, serveur, js=js) as visite,
    ):
        visite.page.set_default_timeout(PATIENCE)
        yield visite


def _peser(page: Page) -> list[Reponse]:
    pesee = Pesee(page)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    return pesee.reponses


def _premiere_peinture(page: Page) -> float:
    """Secondes depuis le départ de la navigation."""
    limite = time.monotonic() + PATIENCE / 1000
    while True:
        peinte = page.evaluate("() => performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)")
        if peinte:
            return float(peinte[0]) / 1000
        assert time.monotonic() < limite, "rien ne se peint"
        page.wait_for_timeout(20)


def decompose(reponses: Sequence[Reponse]) -> str:
    corps, entetes = (_ko(reponses, mesure) for mesure in ("corps", "entetes"))
    http2 = _ko(reponses, "en_http2")
    nombre = f"{len(reponses)} réponse{'s' if len(reponses) > 1 else ''}"
    return f"{nombre}, corps {corps:.1f} + en-têtes {entetes:.1f} ko ({http2:.1f} ko en HTTP/2)"


def _ko(reponses: Sequence[Reponse], mesure: str = "en_http1") -> float:
    return sum(getattr(reponse, mesure) for reponse in reponses) / 1000
