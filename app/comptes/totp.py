"""Le second facteur d'un agent (RFC 6238) : un code de six chiffres toutes les trente secondes, et ceux de secours.

Le secret est scellé par la clé de l'instance, lié à son compte : une copie de la base ne donne aucun code, et une
ligne recopiée sur un autre compte ne s'ouvre pas.
"""

import hmac
from base64 import b32encode
from datetime import datetime

import pyotp

from app.comptes.tentatives import cle_de_tentative
from app.infra.cle import derive, desceller, sceller
from app.infra.identifiants import ALPHABET

PAS = 30  # secondes
TOLERANCE = 1
"""Un pas avant, un pas après : l'horloge d'un téléphone n'est jamais tout à fait à l'heure (RFC 6238, 5.2)."""
CODES_DE_SECOURS = 8
EMETTEUR = "Cyclades"


def pas_du_code(secret: str, code: str, maintenant: datetime, *, apres: int) -> int | None:
    """Le pas dont c'est le code, s'il est plus récent que le dernier employé."""
    totp = pyotp.TOTP(secret, interval=PAS)
    ici = totp.timecode(maintenant)
    justes = [
        pas
        for pas in range(ici - TOLERANCE, ici + TOLERANCE + 1)
        if hmac.compare_digest(totp.generate_otp(pas).encode(), code.encode("utf-8", "surrogatepass"))
    ]
    return next((pas for pas in justes if pas > apres), None)


def adresse_d_enrolement(secret: str, courriel: str) -> str:
    return pyotp.TOTP(secret, interval=PAS).provisioning_uri(name=courriel, issuer_name=EMETTEUR)


def image_d_enrolement(secret: str, courriel: str) -> str:
    """Le code QR en adresse « data: » : une image, rien de téléchargé ailleurs."""
    import segno  # 1,5 Mo avec ce qu’il charge : pour l’agent qui s’enrôle

    return segno.make(adresse_d_enrolement(secret, courriel), error="m").svg_data_uri(scale=4, border=4, light="#fff")


def secret_de(cle: bytes, usage: str, graine: str) -> str:
    """Le même secret à chaque affichage d'une invitation : rien n'est écrit avant qu'elle serve."""
    return b32encode(hmac.digest(derive(cle, f"totp-{usage}"), graine.encode(), "sha256")[:20]).decode()


def codes_de_secours(cle: bytes, graine: str) -> tuple[str, ...]:
    """« abcde-fghjk » : 48 bits chacun, les mêmes tant que l'invitation n'a pas servi."""
    return tuple(
        _code(hmac.digest(derive(cle, "secours"), f"{graine}:{rang}".encode(), "sha256"))
        for rang in range(CODES_DE_SECOURS)
    )


def empreinte_de_secours(cle: bytes, compte_id: str, code: str) -> str:
    """Espaces, tiret et majuscules ne comptent pas : il est recopié d'un papier."""
    nu = "".join(lettre for lettre in code.lower() if lettre.isalnum())
    return cle_de_tentative(cle, "secours", f"{compte_id}:{nu}")


def sceller_secret(cle: bytes, compte_id: str, secret: str) -> bytes:
    return sceller(derive(cle, "totp"), f"{compte_id}:{secret}".encode())


def desceller_secret(cle: bytes, compte_id: str, scelle: bytes | None) -> str | None:
    clair = desceller(derive(cle, "totp"), scelle) if scelle else None
    qui, _, secret = (clair or b"").decode().partition(":")
    return secret if qui == compte_id and secret else None


def _code(octets: bytes) -> str:
    nombre, lettres = int.from_bytes(octets, "big"), []
    for _ in range(10):
        nombre, reste = divmod(nombre, len(ALPHABET))
        lettres.append(ALPHABET[reste])
    return f"{''.join(lettres[:5])}-{''.join(lettres[5:])}"
