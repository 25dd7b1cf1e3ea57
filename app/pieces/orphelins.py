"""Une coupure entre les octets et la ligne qui les nomme laisse un fichier que personne ne demandera plus."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.pieces.models import FichierDepose
from app.pieces.rangement import DOSSIER

GRACE = timedelta(hours=1)
"""un fichier plus jeune attend peut-être encore que sa ligne s'écrive"""
PAQUET = 500


async def ramasser_les_orphelins(database: Database, donnees: Path, maintenant: datetime) -> int:
    """Ce qui n'a pas de ligne, ou dont la ligne est retirée sans qu'un contrôle la garde. Rend combien."""
    ages = await asyncio.to_thread(_ages, donnees / DOSSIER, maintenant)
    noms, ramasses = list(ages), 0
    for debut in range(0, len(noms), PAQUET):
        lot = noms[debut : debut + PAQUET]
        vivants = await database.lire(nommes, lot)
        for nom in lot:
            if nom not in vivants:
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
