"""Une coupure entre les octets et la ligne qui les nomme laisse un fichier que personne ne demandera plus."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.pieces import morceaux, rangement
from app.pieces.envois import envois_connus
from app.pieces.models import FichierDepose

GRACE = timedelta(hours=1)
"""un fichier plus jeune attend peut-être encore que sa ligne s'écrive"""
PAQUET = 500


async def ramasser_les_orphelins(database: Database, donnees: Path, maintenant: datetime) -> int:
    """Ce qui n'a pas de ligne, ou dont la ligne est retirée sans qu'un contrôle la garde. Rend combien."""
    ramasses = 0
    for dossier, vivants in ((rangement.DOSSIER, nommes), (morceaux.DOSSIER, envois_connus)):
        ages = await asyncio.to_thread(_ages, donnees / dossier, maintenant)
        noms = list(ages)
        for debut in range(0, len(noms), PAQUET):
            lot = noms[debut : debut + PAQUET]
            for nom in set(lot) - await database.lire(vivants, lot):
                ages[nom].unlink(missing_ok=True)
                ramasses += 1
    return ramasses


def nommes(db: Session, cles: list[str]) -> set[str]:
    requete = select(FichierDepose.cle).where(
        FichierDepose.cle.in_(cles), or_(FichierDepose.retire_le.is_(None), FichierDepose.est_garde)
    )
    return set(db.scalars(requete))


def _ages(dossier: Path, maintenant: datetime) -> dict[str, Path]:
    """Nom → fichier, écritures interrompues comprises ; l'heure d'un fichier est celle de la machine."""
    limite = (maintenant - GRACE).timestamp()
    if not dossier.exists():
        return {}
    return {fichier.name: fichier for fichier in dossier.iterdir() if fichier.stat().st_mtime < limite}
