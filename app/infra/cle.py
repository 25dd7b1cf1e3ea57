"""La clé de l'instance : 32 octets dans le dossier de données, dont dérivent toutes les autres.

Perdue, ce qu'elle scellait est perdu : elle se sauvegarde à part de la base qu'elle protège.
"""

import hmac
import secrets
from pathlib import Path

from app.infra.disque import ecrire_le_premier

NOM = "cle"
TAILLE = 32
NONCE = 12
VERSION = b"\x01"  # change avec le procédé : une ancienne valeur reste reconnaissable


def cle_instance(dossier: Path) -> bytes:
    """Deux processus qui démarrent ensemble ont la même clé : le premier fichier entier gagne."""
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    dossier.chmod(0o700)
    fichier = dossier / NOM
    if not fichier.exists():
        ecrire_le_premier(fichier, secrets.token_bytes(TAILLE))
    fichier.chmod(0o600)
    cle = fichier.read_bytes()
    if len(cle) != TAILLE:
        raise ValueError(f"{fichier}: {len(cle)} bytes instead of {TAILLE}")
    return cle


def derive(cle: bytes, usage: str) -> bytes:
    """Une clé par usage : celle qui signe un code ne descelle pas une donnée."""
    return hmac.digest(cle, b"cyclades/" + usage.encode(), "sha256")


def sceller(cle: bytes, clair: bytes) -> bytes:
    """AES-256-GCM : illisible et infalsifiable sans la clé."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # long à charger, rarement utile

    nonce = secrets.token_bytes(NONCE)
    return VERSION + nonce + AESGCM(cle).encrypt(nonce, clair, VERSION)


def desceller(cle: bytes, scelle: bytes) -> bytes | None:
    """`None` : scellé par une autre clé, ou altéré."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    version, nonce, chiffre = scelle[:1], scelle[1 : 1 + NONCE], scelle[1 + NONCE :]
    if version != VERSION or len(chiffre) < 16:
        return None
    try:
        return AESGCM(cle).decrypt(nonce, chiffre, VERSION)
    except InvalidTag:
        return None
