from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id


class EtatPreparation(StrEnum):
    ESSAI = "essai"
    EN_COURS = "en_cours"
    FAITE = "faite"
    ANNULEE = "annulee"


class Preparation(Base):
    """« Préparer une session à partir d'une autre » (guide, chapitre 8) : l'essai, ce qu'il a fait, son annulation."""

    __tablename__ = "preparation"
    __table_args__ = (Index(None, "cible_id", "cree_le"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    origine_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id"))
    cible_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id"))
    auteur: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    etat: Mapped[EtatPreparation] = mapped_column(default=EtatPreparation.ESSAI)
    cree_le: Mapped[datetime]
    faite_le: Mapped[datetime | None]
    annulee_le: Mapped[datetime | None]
    laissees: Mapped[int] = mapped_column(default=0)
    """candidatures qu'une annulation a laissées : le candidat y avait déjà répondu"""


class LignePreparation(Base):
    """Un candidat ajourné : la candidature d'où l'on part, celle qu'on lui prépare, ou pourquoi on n'en prépare pas."""

    __tablename__ = "ligne_preparation"

    preparation_id: Mapped[str] = mapped_column(ForeignKey("preparation.id", ondelete="CASCADE"), primary_key=True)
    origine_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), primary_key=True)
    motif: Mapped[str] = mapped_column(default="")
    """vide : à préparer"""
    brouillon: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    notes: Mapped[int] = mapped_column(default=0)
    """notes reprises comme acquis"""
    candidature_id: Mapped[str | None] = mapped_column(String(32))
    """celle qui a été créée"""
