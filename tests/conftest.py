"""Ce que tous les tests partagent : compter par genre ce qui a tourné."""

from collections import Counter
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

from app.infra.clock import jour_de_paris, maintenant
from tests.fautes import PROPRIETE, Faute, Relever, table
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


@pytest.fixture
def relever(record_property: Callable[[str, object], None]) -> Relever:
    """Ce test est une faute : ce qu'il relève s'imprime dans la table de `make fautes`."""

    def noter(nom: str, *, lancers: int, acquittes: int, perdus: int = 0, a_demi: int = 0) -> None:
        record_property(PROPRIETE, list(astuple(Faute(nom, lancers, acquittes, perdus, a_demi))))

    return noter


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    fautes = [
        Faute(*valeur)
        for genre in ("passed", "failed")
        for rapport in terminalreporter.stats.get(genre, [])
        if rapport.when == "call"
        for nom, valeur in rapport.user_properties
        if nom == PROPRIETE
    ]
    if fautes:
        terminalreporter.write_sep("-", "relevé des fautes")
        for ligne in table(fautes, jour=f"{jour_de_paris(maintenant()):%d/%m/%Y}"):
            terminalreporter.write_line(ligne)
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
