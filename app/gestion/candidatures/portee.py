"""Ce qu'un agent peut lire : les services d'inscription de ses académies, session par session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.referentiel.models import Academie, PeriodeInscription, SessionExamen


@dataclass(frozen=True, slots=True)
class Service:
    periode_id: str
    session_id: str
    session: str
    """« Juin 2027 »"""
    academie_code: str
    academie: str
    ouvre_le: datetime
    ferme_le: datetime


def services_a_portee(db: Session, academies: Collection[str]) -> tuple[Service, ...]:
    """La session la plus récente d'abord, puis les académies par nom."""
    lignes = db.execute(
        select(
            PeriodeInscription.id,
            SessionExamen.id,
            SessionExamen.libelle,
            Academie.code,
            Academie.nom,
            PeriodeInscription.ouvre_le,
            PeriodeInscription.ferme_le,
        )
        .join(SessionExamen, SessionExamen.id == PeriodeInscription.session_examen_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
        .where(PeriodeInscription.academie_code.in_(academies))
        .order_by(SessionExamen.annee.desc(), SessionExamen.mois.desc(), SessionExamen.id, Academie.nom)
    )
    return tuple(Service(*ligne) for ligne in lignes)
