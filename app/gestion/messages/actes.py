"""Les messages de l'accueil : écrits, changés, retirés avant leur heure. Aucun n'est effacé, les finis se relisent."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.gestion.portee import Academies, dans_la_portee
from app.infra.registre import consigner
from app.referentiel.models import Academie, ImportanceMessage, MessageAccueil


@dataclass(frozen=True, slots=True)
class Annonce:
    titre: str
    texte: str
    importance: ImportanceMessage
    academie_code: str | None
    """nul : pour tous ; l'administrateur seul écrit à tous"""
    debute_le: datetime
    finit_le: datetime


@dataclass(frozen=True, slots=True)
class FicheMessage:
    id: str
    annonce: Annonce
    academie: str
    """son nom ; vide : tous"""
    est_a_moi: bool
    """dans la portée de l'agent : il peut le changer"""

    def est_fini(self, instant: datetime) -> bool:
        return self.annonce.finit_le <= instant

    def etat(self, instant: datetime) -> tuple[str, str]:
        if self.est_fini(instant):
            return "Fini", ""
        return ("À venir", "bleu") if self.annonce.debute_le > instant else ("Affiché", "vert")


def messages_a_portee(db: Session, academies: Academies) -> tuple[FicheMessage, ...]:
    """Ceux de ses académies et ceux de tous, le dernier qui finit d'abord."""
    lignes = db.execute(
        select(MessageAccueil, Academie.nom)
        .outerjoin(Academie, Academie.code == MessageAccueil.academie_code)
        .where(or_(MessageAccueil.academie_code.is_(None), dans_la_portee(MessageAccueil.academie_code, academies)))
        .order_by(MessageAccueil.finit_le.desc(), MessageAccueil.id)
    )
    return tuple(_fiche(message, nom, academies) for message, nom in lignes)


def le_message(db: Session, message_id: str, academies: Academies) -> FicheMessage | None:
    """Nul s'il n'est pas à lui : un gestionnaire lit un message pour tous, il ne l'ouvre pas."""
    return next((m for m in messages_a_portee(db, academies) if m.id == message_id and m.est_a_moi), None)


def annoncer(db: Session, annonce: Annonce, academies: Academies, *, agent_id: str, maintenant: datetime) -> str | None:
    if not _est_permise(annonce, academies):
        return None
    message = MessageAccueil(**asdict(annonce))
    db.add(message)
    db.flush()
    _consigner(db, "annoncer", message.id, annonce, agent_id, maintenant)
    return message.id


def changer_l_annonce(
    db: Session, message_id: str, annonce: Annonce, academies: Academies, *, agent_id: str, maintenant: datetime
) -> bool:
    """Faux s'il n'est pas à lui, ou s'il est fini : ce qui a été lu reste tel qu'il a été lu."""
    fiche = le_message(db, message_id, academies)
    if fiche is None or fiche.est_fini(maintenant) or not _est_permise(annonce, academies):
        return False
    if annonce != fiche.annonce:
        db.execute(update(MessageAccueil).where(MessageAccueil.id == message_id).values(**asdict(annonce)))
        _consigner(db, "changer_une_annonce", message_id, annonce, agent_id, maintenant)
    return True


def retirer_l_annonce(
    db: Session, message_id: str, academies: Academies, *, agent_id: str, maintenant: datetime
) -> bool:
    """Il finit à cet instant ; celui qui n'avait pas commencé n'aura jamais paru."""
    fiche = le_message(db, message_id, academies)
    if fiche is None or fiche.est_fini(maintenant):
        return False
    db.execute(
        update(MessageAccueil)
        .where(MessageAccueil.id == message_id)
        .values(debute_le=min(fiche.annonce.debute_le, maintenant), finit_le=maintenant)
    )
    _consigner(db, "retirer_une_annonce", message_id, fiche.annonce, agent_id, maintenant)
    return True


def _est_permise(annonce: Annonce, academies: Academies) -> bool:
    return academies is None or annonce.academie_code in academies


def _fiche(message: MessageAccueil, nom: str | None, academies: Academies) -> FicheMessage:
    annonce = Annonce(
        titre=message.titre,
        texte=message.texte,
        importance=message.importance,
        academie_code=message.academie_code,
        debute_le=message.debute_le,
        finit_le=message.finit_le,
    )
    return FicheMessage(message.id, annonce, nom or "", _est_permise(annonce, academies))


def _consigner(
    db: Session, nature: str, message_id: str, annonce: Annonce, agent_id: str, maintenant: datetime
) -> None:
    consigner(
        db,
        acteur=agent_id,
        nature=nature,
        objet="message",
        objet_id=message_id,
        academie=annonce.academie_code or "",
        detail=f"{annonce.debute_le:%Y-%m-%dT%H:%MZ} → {annonce.finit_le:%Y-%m-%dT%H:%MZ}",
        maintenant=maintenant,
    )
