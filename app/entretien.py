"""Ce qui s'efface tout seul : comptes jamais activés, sessions finies, formulaires scellés, tentatives oubliées."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.comptes.activation import purger_comptes_non_actives
from app.comptes.reprise import purger_formulaires
from app.comptes.sessions import purger_sessions
from app.comptes.tentatives import purger_tentatives
from app.infra.database import Database, Indisponible

journal = logging.getLogger(__name__)


def purger(db: Session, maintenant: datetime) -> int:
    """Rend le nombre de comptes jamais activés qui ont été effacés, leurs données avec eux (48 heures)."""
    purger_sessions(db, maintenant)
    purger_formulaires(db, maintenant)
    purger_tentatives(db, maintenant)
    return purger_comptes_non_actives(db, maintenant)


async def entretenir(database: Database, *, horloge: Callable[[], datetime], repos: timedelta) -> None:
    """Tourne jusqu'à annulation. Une base indisponible attend le passage suivant."""
    while True:
        try:
            effaces = await database.ecrire(purger, horloge())
        except Indisponible:
            journal.warning("cleaning postponed: the database is unavailable")
        else:
            if effaces:
                journal.info("%s never-activated accounts erased", effaces)
        await asyncio.sleep(repos.total_seconds())
