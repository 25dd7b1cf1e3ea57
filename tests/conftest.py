"""Ce que tous les tests partagent : compter par genre ce qui a tourné."""

from collections import Counter
from pathlib import Path

import pytest

from tests.instance import HorlogeDEssai, batir_le_modele

GENRES = {
    "regles": "règles",
    "avec_js": "navigateur, avec JavaScript",
    "sans_js": "navigateur, sans JavaScript",
    "e2e": "navigateur",
    "unit": "unitaires et HTTP",
}


@pytest.fixture(scope="session")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dossier de données prêt à copier : référentiel, services et comptes chargés une seule fois par processus."""
    return batir_le_modele(tmp_path_factory.mktemp("modele") / "donnees")


@pytest.fixture
def horloge() -> HorlogeDEssai:
    return HorlogeDEssai()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    comptes = Counter(_genre(rapport) for rapport in terminalreporter.stats.get("passed", []) if rapport.when == "call")
    if comptes:
        terminalreporter.write_sep("-", "tests réussis par genre")
        for genre in GENRES.values():
            terminalreporter.write_line(f"{comptes[genre]:6}  {genre}")


def _genre(rapport: pytest.TestReport) -> str:
    for marque in ("regles", "avec_js", "sans_js"):
        if marque in rapport.keywords:
            return GENRES[marque]
    return GENRES["e2e" if rapport.nodeid.startswith("tests/e2e") else "unit"]
