"""Ce que tous les tests partagent : compter par genre ce qui a tourné."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.infra.clock import jour_de_paris, maintenant
from tests import bases, postgresql
from tests.fautes import PROPRIETE, Faute, Relever, table
from tests.instance import HorlogeDEssai, batir_le_modele

GENRES = {
    "regles": "règles",
    "avec_js": "navigateur, avec JavaScript",
    "sans_js": "navigateur, sans JavaScript",
    "e2e": "navigateur",
    "unit": "unitaires et HTTP",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="les bases des tests sont sur un PostgreSQL d'essai")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("postgresql"):
        for item in items:
            if (marque := item.get_closest_marker("sqlite")) is not None:
                item.add_marker(pytest.mark.skip(reason=f"ne vaut que pour SQLite : {marque.args[0]}"))


@pytest.fixture(scope="session", autouse=True)
def _serveur_des_bases(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.getoption("postgresql"):
        yield
        return
    with bases.sur_postgresql():
        yield


@pytest.fixture(scope="session")
def serveur_postgresql() -> Iterator[str]:
    """Pour les essais qui veulent PostgreSQL même quand les autres sont sur SQLite."""
    if bases.Bases.serveur:
        yield bases.Bases.serveur
        return
    with postgresql.serveur() as adresse:
        yield adresse


@pytest.fixture
def base_postgresql(serveur_postgresql: str) -> Iterator[str]:
    """L'adresse d'une base neuve et vide."""
    postgresql.executer(serveur_postgresql, "CREATE DATABASE essai_a_part TEMPLATE template0")
    yield make_url(serveur_postgresql).set(database="essai_a_part").render_as_string(hide_password=False)
    postgresql.executer(serveur_postgresql, "DROP DATABASE essai_a_part WITH (FORCE)")


@pytest.fixture(autouse=True)
def _bases_de_l_essai(request: pytest.FixtureRequest) -> Iterator[None]:
    """Une base PostgreSQL ne part pas avec son dossier : elle est jetée après l'essai qui l'a créée."""
    dossier = request.getfixturevalue("tmp_path") if request.config.getoption("postgresql") else None
    yield
    if dossier is not None:
        bases.jeter(dossier)


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
