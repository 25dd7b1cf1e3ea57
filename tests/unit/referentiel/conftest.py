"""Le vrai dossier de référence, chargé une fois ; chaque test qui écrit en reçoit une copie."""

import gzip
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from app.infra.database import Base, Database, moteur_synchrone
from app.referentiel.chargement import Instantane, charger, lire_dossier
from tests.bases import adresse, copier

REEL = Path(__file__).parents[3] / "db" / "referentiel"
MAINTENANT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def instantane() -> Instantane:
    return lire_dossier(REEL)


@pytest.fixture(scope="session")
def fichier_charge(instantane: Instantane, tmp_path_factory: pytest.TempPathFactory) -> Path:
    fichier = tmp_path_factory.mktemp("referentiel") / "charge.db"
    moteur = moteur_synchrone(adresse(fichier))
    Base.metadata.create_all(moteur)
    with Session(moteur) as db, db.begin():
        charger(db, instantane, MAINTENANT)
    moteur.dispose()
    return fichier


@pytest.fixture
def db(fichier_charge: Path, tmp_path: Path) -> Iterator[Session]:
    """Le référentiel réel, à soi."""
    copie = tmp_path / "base.db"
    copier(fichier_charge, copie)
    moteur = create_engine(adresse(copie))
    if moteur.dialect.name == "sqlite":
        event.listen(moteur, "connect", lambda connexion, _: connexion.execute("PRAGMA foreign_keys=ON"))
    with Session(moteur) as session:
        yield session
    moteur.dispose()


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[Database]:
    """Une base neuve, avec ses tables."""
    url = adresse(tmp_path / "base.db")
    moteur = moteur_synchrone(url)
    Base.metadata.create_all(moteur)
    moteur.dispose()
    ouverte = Database(url)
    yield ouverte
    await ouverte.fermer()


@pytest.fixture(scope="session")
def petit_modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le dossier réel, moins les communes qu'aucun test ne nomme : il se relit en un dixième de seconde."""
    dossier = tmp_path_factory.mktemp("petit") / "referentiel"
    shutil.copytree(REEL, dossier)
    archive = dossier / "communes.csv.gz"
    lignes = gzip.decompress(archive.read_bytes()).decode().splitlines(keepends=True)
    gardees = [ligne for ligne in lignes[1:] if ligne.split(";")[2] in ("14", "69", "75")]
    archive.write_bytes(gzip.compress("".join([lignes[0], *gardees]).encode(), mtime=0))
    return dossier


@pytest.fixture
def dossier(petit_modele: Path, tmp_path: Path) -> Path:
    copie = tmp_path / "referentiel"
    shutil.copytree(petit_modele, copie)
    return copie
