"""Les connexions d'agents au registre : réussies, refusées, et l'attente que trop d'essais imposent.

Un mot de passe refusé s'écrit après la réponse : elle prend le même temps, que le compte existe ou non.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.comptes.models import Tentative
from app.infra.registre import consigner


def noter_une_connexion(db: Session, compte_id: str, moyen: str, *, maintenant: datetime) -> None:
    """`moyen` : « code » ou « code de secours »."""
    _consigner(db, "se_connecter", compte_id, moyen, maintenant)


def noter_un_refus(db: Session, compte_id: str, quoi: str, compteurs: Collection[str], *, maintenant: datetime) -> None:
    """`quoi` : « mot de passe » ou « code » ; `compteurs` : ceux des essais, qui disent si le verrou est mis."""
    jusqu_a = db.scalar(
        select(func.max(Tentative.prochaine_le)).where(
            Tentative.cle.in_(compteurs), Tentative.prochaine_le > maintenant
        )
    )
    detail = f"{quoi} ; verrou jusqu’à {jusqu_a:%Y-%m-%dT%H:%M:%SZ}" if jusqu_a else quoi
    _consigner(db, "connexion_refusee", compte_id, detail, maintenant)


def _consigner(db: Session, nature: str, compte_id: str, detail: str, maintenant: datetime) -> None:
    consigner(
        db,
        acteur=compte_id,
        nature=nature,
        objet="agent",
        objet_id=compte_id,
        detail=detail,
        maintenant=maintenant,
    )
