"""Le registre : une ligne par acte, et une chaîne qui dénonce ce qu'on y touche."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from app import tables
from app.infra.database import Base, Database, moteur_synchrone
from app.infra.registre import LigneRegistre, consigner, premiere_rupture
from tests.bases import adresse

MIDI = datetime(2026, 11, 10, 11, 0, tzinfo=UTC)
assert tables


@pytest.fixture
async def base(tmp_path: Path):
    url = adresse(tmp_path / "registre.sqlite3")
    moteur = moteur_synchrone(url)
    Base.metadata.create_all(moteur)
    moteur.dispose()
    database = Database(url)
    yield database
    await database.fermer()


async def ecrire_trois_lignes(base: Database) -> None:
    for nature in ("ecarter", "retablir", "prolonger"):
        await base.ecrire(
            consigner,
            acteur="regine",
            nature=nature,
            objet="candidature",
            objet_id="abc",
            academie="16",
            detail="é",
            maintenant=MIDI,
        )


async def test_les_lignes_se_suivent_et_la_chaine_se_tient(base: Database):
    await ecrire_trois_lignes(base)
    lues = await base.lire(lambda db: [(ligne.id, ligne.nature) for ligne in db.query(LigneRegistre)])
    assert lues == [(1, "ecarter"), (2, "retablir"), (3, "prolonger")]
    assert await base.lire(premiere_rupture) is None


@pytest.mark.parametrize(
    ("geste", "rompue"),
    [
        (update(LigneRegistre).where(LigneRegistre.id == 2).values(acteur="basile"), 2),
        (update(LigneRegistre).where(LigneRegistre.id == 1).values(detail=""), 1),
        (update(LigneRegistre).where(LigneRegistre.id == 3).values(academie_code="24"), 3),
        (delete(LigneRegistre).where(LigneRegistre.id == 2), 2),
        (delete(LigneRegistre).where(LigneRegistre.id == 1), 1),
    ],
)
async def test_une_ligne_touchee_ou_otee_se_voit(base: Database, geste, rompue: int):
    await ecrire_trois_lignes(base)
    await base.ecrire(lambda db: db.execute(geste.execution_options(synchronize_session=False)) and None)
    assert await base.lire(premiere_rupture) == rompue


async def test_un_acte_defait_n_en_laisse_aucune(base: Database):
    def acte(db) -> None:
        consigner(db, acteur="regine", nature="ecarter", objet="candidature", objet_id="a", detail="", maintenant=MIDI)
        raise LookupError

    with pytest.raises(LookupError):
        await base.ecrire(acte)
    await ecrire_trois_lignes(base)
    assert await base.lire(premiere_rupture) is None
