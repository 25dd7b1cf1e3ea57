"""La tâche de fond des gros imports : un lot par acte, jusqu'au bout, même après un redémarrage."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.import_scolaire.models import EN_TRAVAIL, ImportEleves
from app.infra.database import Database
from app.infra.fond import TacheDeFond

REPOS = 20.0  # secondes entre deux regards, quand personne ne réveille
journal = logging.getLogger(__name__)


class Importateur(TacheDeFond):
    panne = "imports postponed"

    def __init__(self, database: Database, *, horloge: Callable[[], datetime]) -> None:
        super().__init__(REPOS)
        self._database, self._horloge = database, horloge

    async def avancer(self) -> None:
        """Tout ce qui attend ; rien d'autre jusqu'au prochain réveil. Un import qui bute ne retient pas les autres."""
        for import_id in await self._database.lire(_en_travail):
            await self._mener(import_id)

    async def _mener(self, import_id: str) -> None:
        try:
            while await avancer(self._database, import_id, self._horloge()):
                await asyncio.sleep(0)  # les autres écritures passent entre deux lots
        except Exception as panne:  # base occupée ou pleine, ligne que rien ne sait appliquer
            journal.error("import %s postponed: %s", import_id, type(panne).__name__)


async def avancer(database: Database, import_id: str, maintenant: datetime) -> bool:
    """Un lot de plus. Faux quand l'import est fait, ou défait."""
    return await database.ecrire(_un_lot, import_id, maintenant=maintenant)


def _un_lot(db: Session, import_id: str, *, maintenant: datetime) -> bool:
    from app.import_scolaire.annulation import defaire_un_lot  # quand il y a un import : un mégaoctet
    from app.import_scolaire.application import appliquer_un_lot

    return appliquer_un_lot(db, import_id, maintenant=maintenant) or defaire_un_lot(
        db, import_id, maintenant=maintenant
    )


def _en_travail(db: Session) -> list[str]:
    return list(
        db.scalars(select(ImportEleves.id).where(ImportEleves.etat.in_(EN_TRAVAIL)).order_by(ImportEleves.confirme_le))
    )
