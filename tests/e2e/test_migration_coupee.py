"""Une mise à jour tuée au milieu, ou à court de disque : l'ancienne base entière, ou la nouvelle."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from app.infra.migrations import RACINE
from app.infra.schema import est_a_jour
from app.settings import Reglages
from tests.e2e.courant import Disque, compiler
from tests.fautes import Relever
from tests.instance import lignes

pytestmark = pytest.mark.faute
MIGRER = """
import sys
from app.infra.migrations import migrer
from app.settings import Reglages
from pathlib import Path
migrer(Reglages(donnees=Path(sys.argv[1])).adresse_base)
"""
ANCETRE = 4
"""révisions sautées d'un coup"""


@pytest.fixture
def ancienne(tmp_path: Path) -> Disque:
    """Une base d'il y a quatre révisions, avec un compte."""
    donnees = tmp_path / "donnees"
    donnees.mkdir(mode=0o700)
    url = Reglages(donnees=donnees).adresse_base
    config = Config(toml_file=RACINE / "pyproject.toml")
    config.attributes["url"] = url
    revisions = [r.revision for r in ScriptDirectory.from_config(config).walk_revisions()]
    command.upgrade(config, revisions[ANCETRE])
    moteur = create_engine(url)
    with moteur.begin() as base:
        base.execute(
            text(
                "insert into compte (id, identifiant, courriel, mot_de_passe, mot_de_passe_provisoire, role, cree_le)"
                " values ('dack', 'd@exemple.fr', 'd@exemple.fr', 'x', 0, 'candidat', '2026-11-10 13:02:00')"
            )
        )
    moteur.dispose()
    disque = Disque(donnees, tmp_path / "confirme", compiler(tmp_path))
    disque.repartir()
    return disque


def migrer(disque: Disque) -> int:
    faite = subprocess.run(
        [sys.executable, "-c", MIGRER, str(disque.donnees)],
        cwd=RACINE,
        env=os.environ | dict(disque.environnement),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return faite.returncode


def verifier(donnees: Path) -> None:
    assert lignes(donnees, "pragma integrity_check") == [{"integrity_check": "ok"}]
    assert lignes(donnees, "select id from compte") == [{"id": "dack"}]


def test_tuee_ou_a_court_de_disque_elle_laisse_une_base_entiere(ancienne: Disque, relever: Relever):
    url = Reglages(donnees=ancienne.donnees).adresse_base
    avant = lignes(ancienne.donnees, "select version_num from alembic_version")
    ancienne.ordonner("plein")
    assert migrer(ancienne) != 0
    ancienne.reparer()
    ancienne.rallumer()
    assert lignes(ancienne.donnees, "select version_num from alembic_version") == avant
    verifier(ancienne.donnees)
    tuees = 0
    for appel in (1, 2, 4, 8, 16, 32, 64, 128):
        ancienne.ordonner("mort", appel)
        tuees += migrer(ancienne) != 0
        ancienne.reparer()
        ancienne.rallumer()
        verifier(ancienne.donnees)
        if est_a_jour(url):
            break
        assert lignes(ancienne.donnees, "select version_num from alembic_version") == avant, "ni tout ni rien"
    assert tuees >= 3, "elle n’a presque jamais été tuée : ce test n’a rien éprouvé"
    assert migrer(ancienne) == 0
    assert est_a_jour(url)
    verifier(ancienne.donnees)
    relever("migration tuée, et à court de disque", lancers=tuees + 1, acquittes=1)
