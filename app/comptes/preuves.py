"""La preuve jointe à une demande de correction : un fichier au nom engendré, dans un dossier par compte."""

from datetime import datetime, timedelta
from pathlib import Path

from app.infra.disque import ecrire_entier, fixer
from app.infra.identifiants import nouvel_id

DOSSIER = "preuves"
GRACE = timedelta(hours=1)
"""une preuve plus jeune attend peut-être encore que sa ligne s'écrive"""


def ranger_preuve(donnees: Path, compte_id: str, octets: bytes, format_: str) -> str:
    """Sur le disque avant la ligne qui la nomme. Rend son nom."""
    dossier = donnees / DOSSIER / compte_id
    for parent in (dossier.parent, dossier):
        if not parent.exists():
            parent.mkdir(mode=0o700, exist_ok=True)
            fixer(parent.parent)
    nom = f"{nouvel_id()}.{format_}"
    ecrire_entier(dossier / nom, octets)
    return nom


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
