"""Ce qui s'efface tout seul : comptes jamais activés, sessions finies, formulaires scellés, tentatives oubliées."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app.comptes.purge import purger
from app.infra.database import Database, Indisponible

journal = logging.getLogger(__name__)


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
