"""Le schéma suit le code : `migrer` avant la boucle, et de quoi prouver qu'il ne reste aucun écart."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from app.infra.database import Base, conditions_postgresql, moteur_synchrone, url_sqlite

RACINE = Path(__file__).resolve().parents[2]


def migrer(url: str, *, config: Config | None = None) -> None:
    """Jusqu'à la dernière révision, tout ou rien : tuée ou à court de disque, la base reste comme avant."""
    command.upgrade(_config(url, config), "head")


def ecarts(url: str) -> list[Any]:
    """Ce que le code déclare et que la base n'a pas, ou l'inverse ; vide quand tout est migré.

    Ne voit que les tables déjà importées : importer `app.tables` d'abord.
    """
    conditions_postgresql()
    moteur = moteur_synchrone(url)
    try:
        with moteur.connect() as connexion:
            contexte = MigrationContext.configure(connexion, opts={"compare_type": True})
            return list(compare_metadata(contexte, Base.metadata))
    finally:
        moteur.dispose()


def nouvelle_revision(titre: str, dossier: Path, *, config: Config | None = None) -> None:
    """Écrit la révision qui manque, contre une base neuve de `dossier` menée à la dernière."""
    url = url_sqlite(dossier / "revision.sqlite3")
    migrer(url, config=config)
    command.revision(_config(url, config), titre, autogenerate=True)


def _config(url: str, config: Config | None) -> Config:
    config = config or Config(toml_file=RACINE / "pyproject.toml")
    config.attributes["url"] = url
    return config
