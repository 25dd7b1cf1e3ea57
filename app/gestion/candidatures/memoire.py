"""Ce qu'un agent a cherché. Un nom est une donnée personnelle : l'adresse n'en porte qu'un identifiant au hasard.

Le texte reste une journée de travail, et ne se relit que par celui qui l'a tapé.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id

DUREE = timedelta(hours=12)


class RechercheGardee(Base):
    __tablename__ = "recherche_gardee"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.compte_id", ondelete="CASCADE"), index=True)
    texte: Mapped[str] = mapped_column(String(100))
    cree_le: Mapped[datetime] = mapped_column(index=True)


def garder(db: Session, agent_id: str, texte: str, *, maintenant: datetime) -> str:
    """L'identifiant à mettre dans l'adresse ; le même pour le même texte. Ce qui a fait son temps est effacé."""
    oublier_les_recherches(db, maintenant)
    deja = db.scalar(
        select(RechercheGardee).where(RechercheGardee.agent_id == agent_id, RechercheGardee.texte == texte)
    )
    if deja is not None:
        deja.cree_le = maintenant
        return deja.id
    gardee = RechercheGardee(id=nouvel_id(), agent_id=agent_id, texte=texte, cree_le=maintenant)
    db.add(gardee)
    return gardee.id


def oublier_les_recherches(db: Session, maintenant: datetime) -> None:
    db.execute(delete(RechercheGardee).where(RechercheGardee.cree_le <= maintenant - DUREE))


def relire(db: Session, agent_id: str, recherche_id: str, *, maintenant: datetime) -> str | None:
    return db.scalar(
        select(RechercheGardee.texte).where(
            RechercheGardee.id == recherche_id,
            RechercheGardee.agent_id == agent_id,
            RechercheGardee.cree_le > maintenant - DUREE,
        )
    )
