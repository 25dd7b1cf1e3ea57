"""Ce qui désigne sans se laisser deviner : identifiants d'adresses et jetons à usage unique."""

import secrets
from hashlib import sha256

# Ni 0/o, ni 1/l/i, ni u/v : l'identifiant se recopie d'un papier ou se dicte au téléphone.
ALPHABET = "23456789abcdefghjkmnpqrstwxyz"
LONGUEUR = 14  # 14 × log2(29) = 68 bits


def nouvel_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))


def jeton() -> str:
    """Secret de 256 bits remis à une seule personne ; la base n'en garde que l'empreinte."""
    return secrets.token_urlsafe(32)


def empreinte(jeton: str) -> str:
    """Un secret de 256 bits ne se devine pas : un sha256 sans sel suffit, et il se cherche par index."""
    return sha256(jeton.encode("utf-8", "surrogatepass")).hexdigest()
