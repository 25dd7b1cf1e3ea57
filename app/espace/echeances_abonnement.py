"""L'adresse secrète d'où un agenda relit les échéances. Qui la connaît les lit ; la changer la rend muette."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.comptes.models import Compte
from app.espace.models import AbonnementAgenda
from app.infra.cle import derive
from app.infra.identifiants import empreinte


def secret_agenda(cle: bytes, graine: str) -> str:
    """256 bits, recalculables : la page remontre l'adresse quand on veut, une copie de la base seule ne le peut pas."""
    secret = hmac.digest(derive(cle, "agenda"), graine.encode(), "sha256")
    return urlsafe_b64encode(secret).rstrip(b"=").decode()


def s_abonner(db: Session, compte_id: str, *, graine: str, secret: str, maintenant: datetime) -> None:
    """Une seule adresse par compte : une nouvelle remplace l'ancienne, qui ne sert plus. `secret` est une empreinte."""
    se_desabonner(db, compte_id)
    db.add(AbonnementAgenda(compte_id=compte_id, graine=graine, empreinte=secret, cree_le=maintenant))


def se_desabonner(db: Session, compte_id: str) -> None:
    db.execute(delete(AbonnementAgenda).where(AbonnementAgenda.compte_id == compte_id))


def secret_de(db: Session, compte_id: str, cle: bytes) -> str | None:
    """Le secret en cours ; rien si la clé de l'instance a changé depuis : l'adresse ne marche plus non plus."""
    abonnement = db.get(AbonnementAgenda, compte_id)
    if abonnement is None:
        return None
    secret = secret_agenda(cle, abonnement.graine)
    return secret if empreinte(secret) == abonnement.empreinte else None


def abonne(db: Session, secret: str) -> str | None:
    """Le compte dont cette empreinte ouvre l'agenda."""
    return db.scalar(
        select(AbonnementAgenda.compte_id)
        .join(Compte, Compte.id == AbonnementAgenda.compte_id)
        .where(AbonnementAgenda.empreinte == secret, Compte.active_le.is_not(None))
    )
