"""Les dérogations que le service accorde : une seconde candidature à la même session, la forme progressive.

Une spécialité de CAP par session, sauf dérogation du recteur (code de l'éducation, D. 337-21) ; forme globale sous
statut scolaire ou d'apprenti, sauf dérogation individuelle (D. 337-9). Un motif, une trace, rien d'automatique.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id


class NatureDerogation(StrEnum):
    SECONDE_CANDIDATURE = "seconde_candidature"
    FORME_PASSAGE = "forme_passage"

    @property
    def libelle(self) -> str:
        return {
            "seconde_candidature": "Une seconde candidature à la même session",
            "forme_passage": "La forme progressive, demandée à l’inscription",
        }[self.value]


class Derogation(Base):
    __tablename__ = "derogation"
    __table_args__ = (Index(None, "compte_id", "session_examen_id", "nature"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    session_examen_id: Mapped[str] = mapped_column(ForeignKey("session_examen.id"))
    nature: Mapped[NatureDerogation]
    candidature_id: Mapped[str | None] = mapped_column(ForeignKey("candidature.id", ondelete="SET NULL"), index=True)
    """celle qu'elle vise ; nulle tant que la seconde candidature n'est pas commencée"""
    motif: Mapped[str]
    agent_id: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    accordee_le: Mapped[datetime]
    retiree_le: Mapped[datetime | None]
    retiree_par: Mapped[str | None] = mapped_column(ForeignKey("compte.id"))
    motif_retrait: Mapped[str] = mapped_column(default="", server_default="")


def derogation_a_prendre(db: Session, compte_id: str, session_examen_id: str) -> Derogation | None:
    """Accordée, et qu'aucune candidature n'a encore employée."""
    return db.scalar(
        select(Derogation)
        .where(
            Derogation.compte_id == compte_id,
            Derogation.session_examen_id == session_examen_id,
            Derogation.nature == NatureDerogation.SECONDE_CANDIDATURE,
            Derogation.candidature_id.is_(None),
            Derogation.retiree_le.is_(None),
        )
        .limit(1)
    )


def prendre(db: Session, derogation_id: str, candidature_id: str) -> None:
    """Une dérogation ne sert qu'une fois."""
    db.execute(update(Derogation).where(Derogation.id == derogation_id).values(candidature_id=candidature_id))


_FORME_ACCORDEE = (
    select(Derogation.id)
    .where(
        Derogation.candidature_id == bindparam("candidature"),
        Derogation.nature == NatureDerogation.FORME_PASSAGE,
        Derogation.retiree_le.is_(None),
    )
    .limit(1)
)


def forme_accordee(db: Session, candidature_id: str) -> bool:
    return db.scalar(_FORME_ACCORDEE, {"candidature": candidature_id}) is not None
