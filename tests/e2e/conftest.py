"""Le portail servi pour de vrai, et Chromium avec puis sans JavaScript."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.e2e.surveillance import Surveillance
from tests.instance import HorlogeDEssai, copier_le_modele

CHROMIUM = [
    Path("/usr/bin", nom) for nom in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
]
"""Du plus léger au plus lourd : le premier ne sait que naviguer sans écran, pour un tiers de processeur en moins."""
DELAI = 10_000
TELEPHONE = {"width": 360, "height": 740}

expect.set_options(timeout=DELAI)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Fermé à la sortie du paquet : sa boucle empêcherait celle des tests asynchrones."""
    with un_chromium() as navigateur:
        yield navigateur


@contextmanager
def un_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(
            executable_path=next((chemin for chemin in CHROMIUM if chemin.exists()), None),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield navigateur
        navigateur.close()


@pytest.fixture(
    params=[
        pytest.param(True, id="avec-js", marks=pytest.mark.avec_js),
        pytest.param(False, id="sans-js", marks=pytest.mark.sans_js),
    ]
)
def js(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def serveur(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Serveur]:
    with Serveur(copier_le_modele(modele, tmp_path / "donnees"), horloge) as serveur:
        yield serveur
        assert not serveur.pannes, "\n".join(serveur.pannes)


Ouvrir = Callable[..., Visite]


@contextmanager
def ouvrir_un_appareil(chromium: Browser, serveur: Serveur, *, js: bool, **options: Any) -> Iterator[Visite]:
    """Un navigateur neuf ; ce qu'il a vu d'anormal fait échouer le test."""
    reglages = {"viewport": TELEPHONE, "locale": "fr-FR", "timezone_id": "Europe/Paris"} | options
    contexte = chromium.new_context(base_url=serveur.adresse, java_script_enabled=js, **reglages)
    contexte.set_default_timeout(DELAI)
    surveillance = Surveillance(contexte)
    try:
        yield Visite(contexte.new_page(), serveur, surveillance, js=js)
    finally:
        contexte.close()
    surveillance.verifier()


@pytest.fixture
def ouvrir(chromium: Browser, serveur: Serveur) -> Iterator[Ouvrir]:
    """Un appareil de plus : `ouvrir(js=True)`."""
    with ExitStack() as pile:
        yield lambda **options: pile.enter_context(ouvrir_un_appareil(chromium, serveur, **options))


@pytest.fixture
def visite(ouvrir: Ouvrir, js: bool) -> Visite:
    """Une personne devant son appareil, une fois avec JavaScript, une fois sans."""
    return ouvrir(js=js)
