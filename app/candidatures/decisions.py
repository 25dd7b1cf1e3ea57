"""Ce que le service des examens a décidé des dispenses à confirmer, candidature par candidature. Rien ne s'efface :
une décision changée reste derrière celle qui la remplace."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id
from app.regles.dossier import DecisionDispense


class DecisionRendue(Base):
    """Le droit y est dit tel qu'il était déclaré (voir regles/decisions.py)."""

    __tablename__ = "decision_dispense"
    __table_args__ = (Index(None, "candidature_id", "decidee_le"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"))
    specialite: Mapped[str] = mapped_column(String(16))
    code_acquis: Mapped[str] = mapped_column(String(40))
    repere: Mapped[str] = mapped_column(String(16))
    annee: Mapped[int | None]
    academie_code: Mapped[str | None] = mapped_column(String(8))
    note: Mapped[float | None]
    est_accordee: Mapped[bool]
    motif: Mapped[str]
    """ce que le candidat en lit ; vide : rien de plus"""
    agent_id: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    decidee_le: Mapped[datetime]
    remplacee_le: Mapped[datetime | None]

    @property
    def valeur(self) -> DecisionDispense:
        return DecisionDispense(
            self.specialite,
            self.code_acquis,
            self.repere,
            self.annee,
            self.academie_code,
            self.note,
            self.est_accordee,
        )


_DECISIONS = (
    select(DecisionRendue)
    .where(DecisionRendue.candidature_id == bindparam("candidature"), DecisionRendue.remplacee_le.is_(None))
    .order_by(DecisionRendue.decidee_le, DecisionRendue.id)
)


def decisions_de(db: Session, candidature_id: str) -> tuple[DecisionDispense, ...]:
    """Celles qui valent, les plus récentes à la fin."""
    return tuple(ligne.valeur for ligne in db.scalars(_DECISIONS, {"candidature": candidature_id}))


def rendre(
    db: Session, candidature_id: str, decision: DecisionDispense, *, motif: str, agent_id: str, maintenant: datetime
) -> None:
    """Remplace celle qui portait sur le même droit."""
    db.execute(
        update(DecisionRendue)
        .where(
            DecisionRendue.candidature_id == candidature_id,
            DecisionRendue.remplacee_le.is_(None),
            DecisionRendue.specialite == decision.specialite,
            DecisionRendue.code_acquis == decision.code_acquis,
            DecisionRendue.repere == decision.repere,
            DecisionRendue.annee.is_not_distinct_from(decision.annee),
            DecisionRendue.academie_code.is_not_distinct_from(decision.academie),
            DecisionRendue.note.is_not_distinct_from(decision.note),
        )
        .values(remplacee_le=maintenant)
        .execution_options(synchronize_session=False)
    )
    db.add(
        DecisionRendue(
            candidature_id=candidature_id,
            specialite=decision.specialite,
            code_acquis=decision.code_acquis,
            repere=decision.repere,
            annee=decision.annee,
            academie_code=decision.academie,
            note=decision.note,
            est_accordee=decision.est_accordee,
            motif=motif,
            agent_id=agent_id,
            decidee_le=maintenant,
        )
    )
