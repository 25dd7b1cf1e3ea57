from pathlib import Path

import app.tables  # noqa: F401 — remplit Base.metadata
from app.infra.database import url_sqlite
from app.infra.migrations import ecarts, migrer
from app.infra.schema import est_a_jour


def test_le_schema_migre_est_celui_du_code(tmp_path: Path):
    url = url_sqlite(tmp_path / "base.sqlite3")
    migrer(url)
    assert ecarts(url) == []


def test_une_base_neuve_n_est_pas_a_jour_une_base_migree_l_est(tmp_path: Path):
    url = url_sqlite(tmp_path / "base.sqlite3")
    assert not est_a_jour(url)
    migrer(url)
    assert est_a_jour(url)


def test_une_revision_de_plus_dans_le_code_se_voit(tmp_path: Path):
    url = url_sqlite(tmp_path / "base.sqlite3")
    migrer(url)
    revisions = tmp_path / "versions"
    revisions.mkdir()
    (revisions / "0001.py").write_text("revision = 'aaaa'\ndown_revision = None\n")
    (revisions / "0002.py").write_text("revision = 'bbbb'\ndown_revision = 'aaaa'\n")
    assert not est_a_jour(url, revisions)
