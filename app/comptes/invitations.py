"""Le jeton, le code et les mails d'une création, tirés et composés avant l'acte."""

import secrets
from datetime import datetime

from app.comptes import courriels
from app.comptes.portail import AnyConnection, cle, gabarits, reglages
from app.comptes.tentatives import cle_de_tentative
from app.comptes.valeurs import Invitation, Message
from app.infra.identifiants import empreinte, jeton


def invitation(connexion: AnyConnection, *, expire_le: datetime) -> Invitation:
    secret, code = jeton(), f"{secrets.randbelow(1_000_000):06}"
    message = courriels.activation(
        gabarits(connexion), reglages(connexion).url_publique, jeton=secret, code=code, expire_le=expire_le
    )
    return Invitation(empreinte(secret), empreinte_du_code(connexion, code), message)


def deja_connu(connexion: AnyConnection) -> Message:
    return courriels.deja_connu(gabarits(connexion), reglages(connexion).url_publique)


def empreinte_du_code(connexion: AnyConnection, code: str) -> str:
    """Un million de codes se hachent en une seconde : sans la clé de l'instance, la base les livrerait."""
    return cle_de_tentative(cle(connexion), "code", code)
