"""Les PDF préparés par le service, quand plus aucun document ni aucune publication ne les nomme."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.donnees import FichierLibre, lues
from app.documents.models import Document, TypeDocument
from app.documents.rendu import DOSSIER
from app.gestion.publications.models import LignePublication, Publication
from app.infra.database import Database

GRACE = timedelta(hours=1)
"""un fichier plus jeune attend peut-être encore que sa publication s'écrive"""


async def ramasser_les_libres(database: Database, donnees: Path, maintenant: datetime) -> int:
    ages = await asyncio.to_thread(_ages, donnees / DOSSIER, maintenant)
    inutiles = set(ages) - await database.lire(_nommes) if ages else set()
    for nom in inutiles:
        ages[nom].unlink(missing_ok=True)
    return len(inutiles)


def _nommes(db: Session) -> set[str]:
    publies = select(Document.donnees).where(Document.type == TypeDocument.LIBRE, Document.donnees.is_not(None))
    prepares = (
        select(LignePublication.donnees)
        .join(Publication, Publication.id == LignePublication.publication_id)
        .where(Publication.type == TypeDocument.LIBRE, LignePublication.donnees.is_not(None))
    )
    return {lues(donnees, FichierLibre).cle for requete in (publies, prepares) for donnees in db.scalars(requete)}


def _ages(dossier: Path, maintenant: datetime) -> dict[str, Path]:
    limite = (maintenant - GRACE).timestamp()
    if not dossier.exists():
        return {}
    return {fichier.name: fichier for fichier in dossier.iterdir() if fichier.stat().st_mtime < limite}
