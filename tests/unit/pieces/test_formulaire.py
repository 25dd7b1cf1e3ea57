"""Les octets d'un dépôt et leur ligne : ce que l'acte ne prend pas s'en va, ce qu'il a pu prendre reste."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.infra.database import Database, Indisponible
from app.pieces.depot import Fichier, deposer
from app.pieces.formulaire import ecrire_le_depot
from app.pieces.models import FichierDepose
from app.pieces.rangement import chemin, ranger
from app.regles.vocabulaire import FormatFichier
from tests.bases import adresse
from tests.unit.documents.decor import MAINTENANT
from tests.unit.pieces.conftest import FICHIER


@pytest.fixture
async def base(moteur: Engine, tmp_path: Path) -> AsyncIterator[Database]:
    base = Database(adresse(tmp_path / "portail.sqlite3"))
    yield base
    await base.fermer()


@pytest.fixture
def range_(tmp_path: Path) -> Fichier:
    return replace(FICHIER, cle=ranger(tmp_path, b"%PDF-1.7", FormatFichier.PDF).cle)


async def test_ce_que_l_acte_ne_prend_pas_s_en_va(base: Database, ids: dict[str, str], range_: Fichier, tmp_path: Path):
    options: dict[str, Any] = {"maintenant": MAINTENANT}
    assert not await ecrire_le_depot(base, tmp_path, range_, deposer, "charlie", ids["NATIDE01"], range_, **options)
    assert not chemin(tmp_path, range_.cle).exists()


async def test_une_base_indisponible_ne_laisse_pas_d_octets(base: Database, range_: Fichier, tmp_path: Path):
    def tomber(db: Session) -> bool:
        raise Indisponible

    with pytest.raises(Indisponible):
        await ecrire_le_depot(base, tmp_path, range_, tomber)
    assert not chemin(tmp_path, range_.cle).exists()


async def test_une_requete_abandonnee_ne_laisse_jamais_une_ligne_sans_fichier(
    base: Database, ids: dict[str, str], range_: Fichier, tmp_path: Path
):
    """Le serveur s'arrête, ou le client part, pendant que l'acte s'écrit : la ligne peut exister."""
    commence, suite = threading.Event(), threading.Event()

    def lentement(db: Session) -> bool:
        commence.set()
        suite.wait(10)
        return deposer(db, "dack", ids["NATIDE01"], range_, maintenant=MAINTENANT)

    tache = asyncio.create_task(ecrire_le_depot(base, tmp_path, range_, lentement))
    await asyncio.to_thread(commence.wait, 10)
    tache.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tache
    suite.set()
    assert await base.ecrire(lambda db: True), "l’acte abandonné est passé avant celui-ci"
    fichiers = await base.lire(lambda db: [f.cle for f in db.scalars(select(FichierDepose))])
    assert fichiers == [range_.cle]
    assert chemin(tmp_path, range_.cle).exists()
