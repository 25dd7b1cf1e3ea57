"""Les révisions livrées mènent une base neuve exactement au schéma que le code déclare."""

from pathlib import Path

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import CreateIndex

import app.tables  # noqa: F401 — remplit Base.metadata
from app.infra.database import Base, conditions_postgresql, url_sqlite
from app.infra.migrations import ecarts, migrer


def test_le_schema_migre_est_celui_du_code(tmp_path: Path):
    url = url_sqlite(tmp_path / "neuve.sqlite3")
    migrer(url)
    assert ecarts(url) == []


def test_une_unicite_sous_condition_la_garde_sur_postgresql():
    postgresql = create_mock_engine("postgresql://", lambda *_: None).dialect
    conditions_postgresql()
    [actif] = [i for i in Base.metadata.tables["compte"].indexes if i.name == "uq_compte_identifiant_actif"]
    ecrit = str(CreateIndex(actif).compile(dialect=postgresql))
    assert ecrit.endswith("(identifiant) WHERE active_le IS NOT NULL")
