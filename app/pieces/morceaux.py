"""Les octets d'un envoi : un fichier qui s'allonge. Sa taille dit ce qui est arrivé, même après une coupure.

Un morceau est contrôlé avant d'être écrit, écrit à la suite ou pas du tout, et sur le disque avant qu'on en réponde.
"""

import hashlib
import os
import zlib
from pathlib import Path
from threading import Lock

from app.infra.disque import fixer
from app.infra.verrou import verrouiller

DOSSIER = "envois"
SHA256, ADLER32 = 64, 8
"""Chiffres hexadécimaux d'une empreinte : sa longueur dit laquelle c'est."""

_UN_A_LA_FOIS = Lock()


def chemin_des_morceaux(donnees: Path, envoi_id: str) -> Path:
    return donnees / DOSSIER / envoi_id


def recus(donnees: Path, envoi_id: str) -> int:
    try:
        return chemin_des_morceaux(donnees, envoi_id).stat().st_size
    except FileNotFoundError:
        return 0


def lire_les_morceaux(donnees: Path, envoi_id: str) -> bytes:
    """Vide quand il n'y en a pas, ou plus."""
    try:
        return chemin_des_morceaux(donnees, envoi_id).read_bytes()
    except FileNotFoundError:
        return b""


def allonger(donnees: Path, envoi_id: str, *, debut: int, morceau: bytes, total: int) -> int:
    """Ce qui est reçu ensuite : inchangé si le morceau ne vient pas à la suite. Deux onglets, ou deux processus,
    écrivent tour à tour."""
    dossier = donnees / DOSSIER
    with _UN_A_LA_FOIS:
        if not dossier.exists():
            dossier.mkdir(mode=0o700, exist_ok=True)
            fixer(donnees)
        if debut and not recus(donnees, envoi_id):
            return 0
        descripteur = os.open(dossier / envoi_id, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descripteur, "ab") as sortie:
            verrouiller(sortie)
            ici = os.fstat(sortie.fileno()).st_size
            if debut != ici or ici + len(morceau) > total:
                return ici
            try:
                sortie.write(morceau)
                sortie.flush()
                os.fsync(sortie.fileno())
            except OSError:  # disque plein : le morceau n'est pas à moitié là
                sortie.truncate(ici)
                raise
        return ici + len(morceau)


def oublier_les_morceaux(donnees: Path, envoi_id: str) -> None:
    chemin_des_morceaux(donnees, envoi_id).unlink(missing_ok=True)


def est_conforme(octets: bytes, empreinte: str) -> bool:
    return empreinte_de(octets, len(empreinte)) == empreinte


def empreinte_de(octets: bytes, longueur: int) -> str:
    """adler32 n'arrête pas un fraudeur, qui n'abîmerait que son propre envoi : il arrête une erreur de transport."""
    return hashlib.sha256(octets).hexdigest() if longueur == SHA256 else f"{zlib.adler32(octets):08x}"
