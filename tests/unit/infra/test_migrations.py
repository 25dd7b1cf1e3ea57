"""`migrer` sur un dossier de révisions jouet : les vraies révisions ne se jouent pas ici."""

import shutil
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import inspect, text

from app.infra.database import moteur_synchrone, url_sqlite
from app.infra.migrations import RACINE, ecarts, migrer, nouvelle_revision

EN_TETE = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = {revision!r}, {apres!r}
branch_labels = depends_on = None


def upgrade() -> None:
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """La vraie configuration et le vrai env.py, sans aucune révision."""
    dossier = tmp_path / "projet"
    migrations = dossier / "db" / "migrations"
    (migrations / "versions").mkdir(parents=True)
    for nom in ("env.py", "script.py.mako"):
        shutil.copy(RACINE / "db" / "migrations" / nom, migrations)
    shutil.copy(RACINE / "pyproject.toml", dossier)
    return Config(toml_file=dossier / "pyproject.toml")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return url_sqlite(tmp_path / "base.sqlite3")


def revision(config: Config, nom: str, apres: str | None, *lignes: str) -> None:
    versions = Path(config.toml_file_name or "").parent / "db" / "migrations" / "versions"
    corps = "".join(f"    {ligne}\n" for ligne in lignes)
    (versions / f"{nom}.py").write_text(EN_TETE.format(revision=nom, apres=apres) + corps, "utf-8")


def tables(url: str) -> set[str]:
    moteur = moteur_synchrone(url)
    noms = set(inspect(moteur).get_table_names())
    moteur.dispose()
    return noms


def compter(url: str, requete: str) -> int:
    moteur = moteur_synchrone(url)
    with moteur.connect() as connexion:
        nombre = connexion.execute(text(requete)).scalar()
    moteur.dispose()
    return int(nombre or 0)


def test_la_revision_engendree_met_la_base_exactement_au_schema_du_code(config: Config, url: str, tmp_path: Path):
    nouvelle_revision("Crée les tables", tmp_path, config=config)
    assert ecarts(url) != [], "une base neuve n'a rien : l'écart se voit"
    migrer(url, config=config)
    assert "courriel" in tables(url)
    assert ecarts(url) == []


def test_une_revision_engendree_ne_depend_pas_des_codes_du_jour(config: Config, tmp_path: Path):
    nouvelle_revision("Crée les tables", tmp_path, config=config)
    (fichier,) = (tmp_path / "projet" / "db" / "migrations" / "versions").glob("*.py")
    ecrit = fichier.read_text("utf-8")
    assert "sa.Column('cree_le', Instant(), nullable=False)" in ecrit
    assert "from app.infra.database import Instant" in ecrit
    assert "sa.Enum(" not in ecrit


def test_une_colonne_oubliee_par_les_migrations_se_voit(config: Config, url: str, tmp_path: Path):
    nouvelle_revision("Crée les tables", tmp_path, config=config)
    migrer(url, config=config)
    moteur = moteur_synchrone(url)
    with moteur.begin() as connexion:
        connexion.execute(text("ALTER TABLE courriel DROP COLUMN html"))
    moteur.dispose()
    ((genre, _schema, table, colonne),) = ecarts(url)
    assert (genre, table, colonne.name) == ("add_column", "courriel", "html")


def test_migrer_deux_fois_ne_change_rien(config: Config, url: str):
    revision(config, "un", None, "op.create_table('t', sa.Column('id', sa.Integer))")
    migrer(url, config=config)
    migrer(url, config=config)
    assert tables(url) == {"t", "alembic_version"}


def test_une_migration_qui_echoue_laisse_la_base_comme_avant(config: Config, url: str):
    revision(config, "un", None, "op.create_table('t', sa.Column('id', sa.Integer))")
    migrer(url, config=config)
    revision(config, "deux", "un", "op.create_table('u', sa.Column('id', sa.Integer))", "op.drop_table('t')")
    revision(config, "trois", "deux", "raise RuntimeError('coupure')")
    with pytest.raises(RuntimeError, match="coupure"):
        migrer(url, config=config)
    assert tables(url) == {"t", "alembic_version"}


def test_refaire_une_table_ne_perd_pas_les_lignes_qui_la_citent(config: Config, url: str):
    revision(
        config,
        "un",
        None,
        "op.create_table('mere', sa.Column('id', sa.Integer, primary_key=True), sa.Column('nom', sa.String))",
        "op.create_table('fille', sa.Column('mere_id', sa.Integer, sa.ForeignKey('mere.id', ondelete='CASCADE')))",
        "op.execute('INSERT INTO mere (id) VALUES (1)')",
        "op.execute('INSERT INTO fille VALUES (1)')",
    )
    revision(
        config,
        "deux",
        "un",
        "with op.batch_alter_table('mere') as lot:",
        "    lot.alter_column('nom', type_=sa.Integer)",
    )
    migrer(url, config=config)
    assert compter(url, "SELECT count(*) FROM fille") == 1


def test_une_migration_qui_laisse_un_orphelin_est_refusee(config: Config, url: str):
    revision(
        config,
        "un",
        None,
        "op.create_table('mere', sa.Column('id', sa.Integer, primary_key=True))",
        "op.create_table('fille', sa.Column('mere_id', sa.Integer, sa.ForeignKey('mere.id')))",
        "op.execute('INSERT INTO fille VALUES (7)')",
    )
    with pytest.raises(RuntimeError, match="orphan rows in fille"):
        migrer(url, config=config)
    assert tables(url) == set()


def test_alembic_en_ligne_de_commande_demande_quelle_base(config: Config, monkeypatch: pytest.MonkeyPatch):
    from alembic import command

    monkeypatch.delenv("CYCLADES_BASE", raising=False)
    with pytest.raises(SystemExit, match="CYCLADES_BASE"):
        command.upgrade(config, "head")
