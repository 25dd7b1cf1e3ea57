"""Des données de santé ne se lisent pas dans la base : elles y sont scellées par la clé de l'instance."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from app.infra.cle import derive, desceller, sceller

USAGE = "amenagements"


def scellees(cle: bytes, donnees: Mapping[str, Any]) -> dict[str, str]:
    """L'empreinte dit si deux notifications sont les mêmes, sans les ouvrir."""
    clair = json.dumps(donnees, sort_keys=True, ensure_ascii=False).encode()
    secret = derive(cle, USAGE)
    return {
        "scelle": b64encode(sceller(secret, clair)).decode(),
        "empreinte": hmac.digest(secret, clair, "sha256").hex(),
    }


def ouvertes(cle: bytes, donnees: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Telles quelles si elles ne sont pas scellées."""
    if donnees is None or "scelle" not in donnees:
        return donnees
    clair = desceller(derive(cle, USAGE), b64decode(donnees["scelle"]))
    if clair is None:
        raise ValueError("sealed by another instance key")
    resultat: dict[str, Any] = json.loads(clair)
    return resultat


def memes_donnees(anciennes: Mapping[str, Any] | None, nouvelles: Mapping[str, Any]) -> bool:
    if anciennes is None:
        return False
    if "empreinte" in anciennes and "empreinte" in nouvelles:
        return bool(anciennes["empreinte"] == nouvelles["empreinte"])
    return dict(anciennes) == dict(nouvelles)
