"""Les actes du contrôle : chacun tient le dossier dix minutes, juge ce qui a été vu, et dit où aller ensuite.

Juger prend le dossier : si un autre agent l'a pris entre-temps, rien n'est écrit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.candidatures.consultations import Consultation
from app.gestion.controle.attente import plus_ancienne_libre
from app.pieces.controle import (
    DUREE_PRISE,
    Avis,
    annuler_le_statut,
    ouvrir,
    poser_un_statut,
    prendre_en_main,
)
from app.pieces.models import PieceDemandee, PriseEnMain
from app.regles.vocabulaire import StatutPiece

MEME_LECTURE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Portee:
    """Qui agit, et sur quoi : passe entière d'un acte à l'autre."""

    agent_id: str
    academies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AJuger:
    piece_id: str
    candidature_id: str
    fichier_id: str | None
    """le fichier que l'agent a vu"""
    attendu: StatutPiece
    """le statut qu'il a lu"""


def consulter(db: Session, candidature_id: str, portee: Portee, *, par: str, quoi: str, maintenant: datetime) -> None:
    """Le candidat lira qui a ouvert quoi. Une lecture qui se prolonge ne s'écrit qu'une fois, et garde le dossier."""
    deja = select(Consultation.id).where(
        Consultation.candidature_id == candidature_id,
        Consultation.par == par,
        Consultation.quoi == quoi,
        Consultation.survenue_le > maintenant - MEME_LECTURE,
    )
    if db.scalar(deja.limit(1)) is None:
        db.add(Consultation(candidature_id=candidature_id, par=par, quoi=quoi, survenue_le=maintenant))
    db.execute(
        update(PriseEnMain)
        .where(
            PriseEnMain.candidature_id == candidature_id,
            PriseEnMain.agent_id == portee.agent_id,
            PriseEnMain.expire_le > maintenant,
        )
        .values(expire_le=maintenant + DUREE_PRISE)
    )


def prendre(db: Session, candidature_id: str, portee: Portee, *, maintenant: datetime) -> bool:
    """Le dossier est à lui dix minutes, et les pièces envoyées sont ouvertes : le candidat ne les reprend plus."""
    pris = prendre_en_main(
        db, candidature_id, academies=portee.academies, agent_id=portee.agent_id, maintenant=maintenant
    )
    if pris:
        envoyees = select(PieceDemandee.id).where(
            PieceDemandee.candidature_id == candidature_id,
            PieceDemandee.validee_le.is_not(None),
            PieceDemandee.ouverte_le.is_(None),
        )
        for piece_id in db.scalars(envoyees).all():
            ouvrir(db, piece_id, academies=portee.academies, agent_id=portee.agent_id, maintenant=maintenant)
    return pris


def prendre_la_suivante(
    db: Session, portee: Portee, *, quitte: str = "", passee: str = "", maintenant: datetime
) -> str | None:
    """La candidature prise pour lui ; nul quand il n'y a plus rien. `quitte` : le dossier qu'il laisse.

    Choisir et prendre sont un seul acte : deux agents qui demandent ensemble n'ont jamais le même dossier.
    """
    if quitte:
        rendre(db, quitte, portee)
    choix = plus_ancienne_libre(
        db, portee.academies, agent_id=portee.agent_id, sauf=quitte, apres=passee, maintenant=maintenant
    )
    if choix is None or not prendre(db, choix, portee, maintenant=maintenant):
        return None
    return choix


def rendre(db: Session, candidature_id: str, portee: Portee) -> None:
    db.execute(
        delete(PriseEnMain).where(PriseEnMain.candidature_id == candidature_id, PriseEnMain.agent_id == portee.agent_id)
    )


def juger(db: Session, quoi: AJuger, avis: Avis, portee: Portee, *, maintenant: datetime) -> bool:
    if not prendre(db, quoi.candidature_id, portee, maintenant=maintenant):
        return False
    return poser_un_statut(
        db,
        quoi.piece_id,
        avis,
        attendu=quoi.attendu,
        fichier_id=quoi.fichier_id,
        academies=portee.academies,
        agent_id=portee.agent_id,
        maintenant=maintenant,
    )


def se_dedire(db: Session, quoi: AJuger, portee: Portee, *, maintenant: datetime) -> bool:
    if not prendre(db, quoi.candidature_id, portee, maintenant=maintenant):
        return False
    return annuler_le_statut(
        db,
        quoi.piece_id,
        attendu=quoi.attendu,
        academies=portee.academies,
        agent_id=portee.agent_id,
        maintenant=maintenant,
    )
