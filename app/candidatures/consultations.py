"""Qui a ouvert le dossier d'un candidat, hors lui-même. Il le lit dans « Mes données » et dans l'historique."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.candidatures.models import Candidature
from app.infra.database import Base


class Consultation(Base):
    """Le candidat lit une fonction et un service, jamais le nom d'un agent."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), index=True)
    par: Mapped[str]
    """« Gestionnaire, académie de Toulouse »"""
    quoi: Mapped[str] = mapped_column(String(40))
    """ce qui a été ouvert : dossier, piece, amenagements…"""
    survenue_le: Mapped[datetime]


def consultations_de(db: Session, compte_id: str, candidature_id: str) -> Sequence[Consultation]:
    return db.scalars(
        select(Consultation)
        .join(Candidature, Candidature.id == Consultation.candidature_id)
        .where(Candidature.id == candidature_id, Candidature.compte_id == compte_id)
        .order_by(Consultation.survenue_le, Consultation.id)
    ).all()
