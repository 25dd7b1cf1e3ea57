"""Les révisions livrées mènent une base neuve exactement au schéma que le code déclare."""

from pathlib import Path

from app.infra.database import url_sqlite
from app.infra.migrations import ecarts, migrer


def test_le_schema_migre_est_celui_du_code(tmp_path: Path):
    url = url_sqlite(tmp_path / "neuve.sqlite3")
    migrer(url)
    assert ecarts(url) == []
