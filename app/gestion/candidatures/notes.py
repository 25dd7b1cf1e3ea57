"""Les notes que les gestionnaires se laissent sur un dossier. Le candidat n'y répond pas, mais il peut les demander :
elles sont dans « Mes données » (RGPD, article 15), et l'écran qui les écrit le dit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.comptes.agents import noms_des_agents
from app.gestion.candidatures.dossier import candidature_a_portee
from app.gestion.candidatures.registre import consigner_un_acte
from app.infra.database import Base
from app.infra.identifiants import nouvel_id


class NoteDeGestion(Base):
    __tablename__ = "note_de_gestion"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    texte: Mapped[str]
    ecrite_le: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    texte: str
    ecrite_le: datetime
    par: str
    est_de_moi: bool


def notes(db: Session, candidature_id: str, agent_id: str) -> tuple[Note, ...]:
    """La plus récente d'abord, d'un dossier déjà lu dans la portée de l'agent."""
    ecrites = db.scalars(
        select(NoteDeGestion)
        .where(NoteDeGestion.candidature_id == candidature_id)
        .order_by(NoteDeGestion.ecrite_le.desc(), NoteDeGestion.id)
    ).all()
    noms = noms_des_agents(db, {note.agent_id for note in ecrites})
    return tuple(
        Note(n.id, n.texte, n.ecrite_le, noms.get(n.agent_id, "un agent"), n.agent_id == agent_id) for n in ecrites
    )


def ecrire_une_note(
    db: Session, candidature_id: str, texte: str, *, academies: Collection[str], agent_id: str, maintenant: datetime
) -> bool:
    """Le même texte envoyé deux fois de suite ne fait qu'une note."""
    if candidature_a_portee(db, candidature_id, academies) is None:
        return False
    derniere = db.scalar(
        select(NoteDeGestion)
        .where(NoteDeGestion.candidature_id == candidature_id)
        .order_by(NoteDeGestion.ecrite_le.desc(), NoteDeGestion.id)
        .limit(1)
    )
    if derniere is None or (derniere.texte, derniere.agent_id) != (texte, agent_id):
        note = NoteDeGestion(
            id=nouvel_id(), candidature_id=candidature_id, agent_id=agent_id, texte=texte, ecrite_le=maintenant
        )
        db.add(note)
        consigner_un_acte(db, candidature_id, "noter", agent_id=agent_id, detail=note.id, maintenant=maintenant)
    return True


def retirer_une_note(
    db: Session, candidature_id: str, note_id: str, *, academies: Collection[str], agent_id: str, maintenant: datetime
) -> bool:
    """La sienne seulement ; le registre garde qu'elle a existé, pas ce qu'elle disait."""
    if candidature_a_portee(db, candidature_id, academies) is None:
        return False
    retiree = db.scalar(
        delete(NoteDeGestion)
        .where(
            NoteDeGestion.id == note_id,
            NoteDeGestion.candidature_id == candidature_id,
            NoteDeGestion.agent_id == agent_id,
        )
        .returning(NoteDeGestion.id)
    )
    if retiree is None:
        return False
    consigner_un_acte(db, candidature_id, "retirer_une_note", agent_id=agent_id, detail=note_id, maintenant=maintenant)
    return True
