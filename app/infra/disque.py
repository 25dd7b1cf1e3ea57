"""Des fichiers qui survivent à une coupure de courant : entiers sous leur nom, ou absents."""

import os
import secrets
from pathlib import Path


def ecrire_entier(fichier: Path, octets: bytes) -> None:
    """Nom provisoire, fsync, renommage, fsync du dossier ; remplace ce qui portait ce nom."""
    provisoire = ecrire_a_part(fichier, octets)
    try:
        provisoire.replace(fichier)
    finally:
        provisoire.unlink(missing_ok=True)
    fixer(fichier.parent)


def ecrire_le_premier(fichier: Path, octets: bytes) -> bool:
    """Écrit à part puis lié sous son nom : jamais visible à moitié, jamais remplacé. Faux si un autre processus a
    été plus rapide."""
    provisoire = ecrire_a_part(fichier, octets)
    try:
        os.link(provisoire, fichier)
    except FileExistsError:
        return False
    finally:
        provisoire.unlink()
    fixer(fichier.parent)
    return True


def ecrire_a_part(fichier: Path, octets: bytes) -> Path:
    """À côté, sous un nom que personne n'attend, lisible du seul propriétaire ; à renommer ou à lier."""
    provisoire = fichier.with_name(f".{fichier.name}.{secrets.token_hex(8)}")
    descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descripteur, "wb") as sortie:
            sortie.write(octets)
            sortie.flush()
            os.fsync(sortie.fileno())
    except BaseException:  # disque plein : ne pas l'encombrer davantage
        provisoire.unlink(missing_ok=True)
        raise
    return provisoire


def fixer(dossier: Path) -> None:
    """Un renommage n'est sûr que lorsque le dossier lui-même est sur le disque."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
