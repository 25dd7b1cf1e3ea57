"""La preuve jointe à une demande de correction : un fichier au nom engendré, dans un dossier par compte."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.infra.database import Database, Indisponible
from app.infra.disque import ecrire_entier, fixer
from app.infra.identifiants import nouvel_id

DOSSIER = "preuves"
GRACE = timedelta(hours=1)
"""une preuve plus jeune attend peut-être encore que sa ligne s'écrive"""


def ranger_preuve(donnees: Path, compte_id: str, octets: bytes, format_: str) -> str:
    """Sur le disque avant la ligne qui la nomme. Rend son nom."""
    dossier, nom = donnees / DOSSIER / compte_id, f"{nouvel_id()}.{format_}"
    try:
        for parent in (dossier.parent, dossier):
            if not parent.exists():
                parent.mkdir(mode=0o700, exist_ok=True)
                fixer(parent.parent)
        ecrire_entier(dossier / nom, octets)
    except OSError as refus:
        raise Indisponible("the proof could not be stored") from refus
    return nom


async def ecrire_avec_sa_preuve(
    database: Database, donnees: Path, compte_id: str, nom: str, acte: Callable[..., bool], *args: Any, **options: Any
) -> bool:
    """Faux : l'acte n'a rien écrit, et la preuve rangée s'en va.

    Abandonné au milieu, on ne sait pas si la ligne est écrite : la preuve reste, le balayage des orphelines jugera.
    """
    try:
        posee = await database.ecrire(acte, *args, **options)
    except Exception:
        await asyncio.to_thread(oublier_preuve, donnees, compte_id, nom)
        raise
    if not posee:
        await asyncio.to_thread(oublier_preuve, donnees, compte_id, nom)
    return posee


def lire_preuve(donnees: Path, compte_id: str, nom: str) -> bytes | None:
    """Nulle si le fichier n'est plus là (instance restaurée sans ses preuves)."""
    try:
        return (donnees / DOSSIER / compte_id / nom).read_bytes()
    except FileNotFoundError:
        return None


def oublier_preuve(donnees: Path, compte_id: str, nom: str) -> None:
    """La demande n'a pas été acceptée : sa preuve n'a pas à rester."""
    (donnees / DOSSIER / compte_id / nom).unlink(missing_ok=True)


def dossiers_de_preuves(donnees: Path) -> dict[str, Path]:
    """Compte → son dossier."""
    return {dossier.name: dossier for dossier in (donnees / DOSSIER).glob("*") if dossier.is_dir()}


def preuves_agees(donnees: Path, maintenant: datetime) -> dict[str, Path]:
    """Nom → fichier, pour ceux que le délai de grâce ne protège plus."""
    limite = (maintenant - GRACE).timestamp()
    return {
        fichier.name: fichier
        for dossier in dossiers_de_preuves(donnees).values()
        for fichier in dossier.iterdir()
        if fichier.stat().st_mtime < limite
    }
