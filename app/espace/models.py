from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class AbonnementAgenda(Base):
    """L'adresse secrète de l'agenda d'un compte. Ni elle ni de quoi la refaire n'est ici : elle se recalcule de la
    graine et de la clé de l'instance, que la base n'a pas."""

    __tablename__ = "abonnement_agenda"

    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), primary_key=True)
    graine: Mapped[str] = mapped_column(String(64))
    empreinte: Mapped[str] = mapped_column(String(64), unique=True)
    """du secret de 256 bits que porte l'adresse"""
    cree_le: Mapped[datetime]
