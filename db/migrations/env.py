"""Ce que lance Alembic : une seule transaction, verrou pris d'emblée, pour toutes les révisions qui manquent."""

import os
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

import app.tables  # noqa: F401 — remplit Base.metadata
from app.infra.database import (
    Base,
    Instant,
    conditions_postgresql,
    exiger_une_base_fidele,
    moteur_synchrone,
    verifier_cles_etrangeres,
)


def rendre(genre: str, objet: Any, contexte: AutogenContext) -> str | bool:
    """Une révision ne dépend pas des codes du jour : une énumération y est un texte."""
    if genre == "type" and isinstance(objet, Instant):
        contexte.imports.add("from app.infra.database import Instant")
        return "Instant()"
    if genre == "type" and isinstance(objet, Enum):
        return f"sa.String(length={objet.length})"
    return False


def lancer() -> None:
    url = context.config.attributes.get("url") or os.environ.get("CYCLADES_BASE")
    if not url:
        raise SystemExit("CYCLADES_BASE: sqlite:////chemin/de/la/base.sqlite3")
    conditions_postgresql()
    moteur = moteur_synchrone(url)
    try:
        with moteur.begin() as connexion:
            exiger_une_base_fidele(connexion)
            context.configure(
                connection=connexion,
                target_metadata=Base.metadata,
                render_as_batch=True,
                render_item=rendre,
                compare_type=True,
            )
            context.run_migrations()
            verifier_cles_etrangeres(connexion)
    finally:
        moteur.dispose()


lancer()
