"""`cyclades registre verifier` : ce qu'on lit, et le code de sortie."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import cli, tables
from app.infra.database import Database, moteur_synchrone
from app.infra.migrations import migrer
from app.infra.registre import LigneRegistre, consigner, verifier_la_chaine
from tests.bases import adresse_de, declarer

MIDI = datetime(2026, 11, 10, 11, 0, tzinfo=UTC)
assert tables


@pytest.fixture
def donnees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    declarer(monkeypatch, tmp_path)
    migrer(adresse_de(tmp_path))
    return tmp_path


def agir(donnees: Path, *gestes) -> None:
    moteur = moteur_synchrone(adresse_de(donnees))
    with Session(moteur) as db, db.begin():
        for geste in gestes:
            geste(db)
    moteur.dispose()


def ecrire(db: Session, nombre: int = 3, detail: str = "") -> None:
    for rang in range(nombre):
        consigner(
            db,
            acteur="regine",
            nature="ecarter",
            objet="candidature",
            objet_id=str(rang),
            detail=detail,
            maintenant=MIDI,
        )


def test_une_chaine_intacte(donnees: Path, capsys: pytest.CaptureFixture[str]):
    agir(donnees, ecrire)
    assert cli.main(["registre", "verifier"]) == 0
    assert "La chaîne du journal se tient : 3 lignes." in capsys.readouterr().out


def test_un_journal_vide(donnees: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["registre", "verifier"]) == 0
    assert "vide" in capsys.readouterr().out


def test_une_rupture_se_dit_et_le_code_de_sortie_aussi(donnees: Path, capsys: pytest.CaptureFixture[str]):
    agir(donnees, ecrire, lambda db: db.execute(delete(LigneRegistre).where(LigneRegistre.id == 2)))
    assert cli.main(["registre", "verifier"]) == 1
    assert "rompue à la ligne 2" in capsys.readouterr().out
    assert cli.main(["registre", "verifier", "--json"]) == 1
    lu = json.loads(capsys.readouterr().out)
    assert (lu["rupture"], lu["lignes"]) == (2, 1)


def test_la_fin_coupee_change_la_derniere_empreinte(donnees: Path, capsys: pytest.CaptureFixture[str]):
    agir(donnees, ecrire)
    cli.main(["registre", "verifier", "--json"])
    avant = json.loads(capsys.readouterr().out)
    agir(donnees, lambda db: db.execute(delete(LigneRegistre).where(LigneRegistre.id == 3)))
    assert cli.main(["registre", "verifier", "--json"]) == 0
    apres = json.loads(capsys.readouterr().out)
    assert (avant["lignes"], apres["lignes"]) == (3, 2)
    assert avant["derniere"] != apres["derniere"]


@pytest.mark.parametrize("detail", ["", 'é " \\ \n \t \x1f', "→ 😀", "\u2028"])
def test_l_empreinte_est_celle_du_tableau_json(donnees: Path, detail: str):
    agir(donnees, lambda db: ecrire(db, 1, detail))
    moteur = moteur_synchrone(adresse_de(donnees))
    with Session(moteur) as db:
        ligne = db.get_one(LigneRegistre, 1)
        champs = ["0" * 64, 1, "2026-11-10T11:00:00+00:00", "regine", "ecarter", "candidature", "0", "", detail]
        assert ligne.empreinte == sha256(json.dumps(champs, ensure_ascii=False).encode()).hexdigest()
        assert verifier_la_chaine(db).rupture is None
    moteur.dispose()


def test_un_instant_d_un_autre_fuseau_se_scelle_comme_il_se_relit(donnees: Path):
    ailleurs = MIDI.astimezone(timezone(timedelta(hours=4)))
    agir(
        donnees,
        lambda db: consigner(db, acteur="a", nature="n", objet="o", objet_id="i", maintenant=ailleurs),
    )
    assert cli.main(["registre", "verifier"]) == 0


def test_une_rupture_apres_le_premier_lot(donnees: Path):
    agir(donnees, lambda db: ecrire(db, 9))
    rompue = 7
    agir(donnees, lambda db: db.execute(update(LigneRegistre).where(LigneRegistre.id == rompue).values(detail="x")))

    async def lire() -> int | None:
        database = Database(adresse_de(donnees))
        try:
            return (await database.lire(verifier_la_chaine, taille=3)).rupture
        finally:
            await database.fermer()

    assert asyncio.run(lire()) == rompue
