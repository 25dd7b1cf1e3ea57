from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id
from app.regles.vocabulaire import ModeDepot, StatutPiece


class PieceDemandee(Base):
    """Une pièce demandée pour une candidature. Ce qui n'est plus demandé est mis à part, jamais effacé : un dépôt
    ou un contrôle fait avant reste attaché à sa ligne, et la pièce redemandée la reprend."""

    __tablename__ = "piece_demandee"
    __table_args__ = (UniqueConstraint("candidature_id", "code"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), index=True)
    code: Mapped[str] = mapped_column(String(16))
    libelle: Mapped[str]
    groupe: Mapped[str] = mapped_column(String(40))
    groupe_libelle: Mapped[str]
    mode: Mapped[ModeDepot]
    est_obligatoire: Mapped[bool]
    est_certaine: Mapped[bool]
    """faux : « à confirmer par le service des examens »"""
    documents_acceptes: Mapped[list[str]]
    ordre: Mapped[int]
    demandee_le: Mapped[datetime]
    retiree_le: Mapped[datetime | None]
    """nul : demandée aujourd'hui"""
    statut: Mapped[StatutPiece] = mapped_column(default=StatutPiece.AUCUN)
