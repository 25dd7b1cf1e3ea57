"""La base est-elle déjà au schéma du code ? Se demande à chaque démarrage, sans charger Alembic (10 Mo)."""

import re
from pathlib import Path

from sqlalchemy import column, select, table
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.infra.database import moteur_synchrone

REVISIONS = Path(__file__).resolve().parents[2] / "db" / "migrations" / "versions"
_CHAMP = re.compile(r"^(revision|down_revision)\s*=\s*['\"]?(\w+)", re.MULTILINE)


def est_a_jour(url: str, revisions: Path = REVISIONS) -> bool:
    """Faux aussi pour une base neuve."""
    moteur = moteur_synchrone(url)
    try:
        with moteur.connect() as connexion:
            presentes: set[str] = set(
                connexion.scalars(select(column("version_num")).select_from(table("alembic_version")))
            )
    except (OperationalError, ProgrammingError):  # la table manque : l'un chez SQLite, l'autre chez PostgreSQL
        return False
    finally:
        moteur.dispose()
    return presentes == _dernieres(revisions)


def _dernieres(revisions: Path) -> set[str]:
    """Celles qu'aucune autre ne suit."""
    lues = [dict(_CHAMP.findall(fichier.read_text(encoding="utf-8"))) for fichier in revisions.glob("*.py")]
    return {lue["revision"] for lue in lues} - {lue["down_revision"] for lue in lues}
