from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, unique_si
from app.infra.identifiants import nouvel_id

COURANT = text("remplace_le IS NULL")


class TypeDocument(StrEnum):
    CONFIRMATION = "confirmation"
    DEMANDE_PIECES = "demande_pieces"
    RELANCE_PIECES = "relance_pieces"
    CONVOCATION = "convocation"
    RELEVE_NOTES = "releve_notes"
    AMENAGEMENTS = "amenagements"
    LIBRE = "libre"

    @property
    def libelle(self) -> str:
        return {
            "confirmation": "Confirmation d’inscription",
            "demande_pieces": "Demande de pièces justificatives",
            "relance_pieces": "Relance de pièces justificatives",
            "convocation": "Convocation aux épreuves",
            "releve_notes": "Relevé de notes",
            "amenagements": "Notification d’aménagements d’épreuves",
            "libre": "Document du service des examens",
        }[self.value]


class Document(Base):
    """Un document publié pour une candidature. Seules ses références sont gardées : le PDF se recalcule, identique,
    depuis la version figée, les dates et les données ci-dessous."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("candidature_id", "type", "titre", "numero"),
        unique_si(COURANT, "uq_document_courant", "candidature_id", "type", "titre"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version_candidature.id"), index=True)
    type: Mapped[TypeDocument]
    titre: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """celui qu'un agent donne à un document libre ; vide : celui du type"""
    numero: Mapped[int]
    """version du document : 1, 2… pour chaque type et chaque titre ; rien à voir avec celle de la candidature"""
    publie_le: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """code de vérification, sans tirets (voir codes.py)"""
    depot_ouvre_le: Mapped[datetime]
    depot_ferme_le: Mapped[datetime]
    """fenêtre de dépôt des pièces telle qu'elle était à la publication : la prolonger ne réécrit pas un document"""
    remplace_le: Mapped[datetime | None]
    lu_le: Mapped[datetime | None]
    donnees: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """ce que ce document-là dit de plus, figé ; nul : tout vient de la version de la candidature"""
