"""Les actes du contrôle : chacun tient le dossier dix minutes, juge ce qui a été vu, et dit où aller ensuite.

Juger prend le dossier : si un autre agent l'a pris entre-temps, rien n'est écrit.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.gestion.controle.attente import plus_ancienne_libre
from app.gestion.controle.trace import Portee, inscrire_au_registre
from app.pieces.controle import (
    Avis,
    annuler_le_statut,
    deposer_pour,
    ouvrir,
    poser_un_statut,
    prendre_en_main,
)
from app.pieces.depot import SANS_SYNCHRONISER, Fichier
from app.pieces.models import PieceDemandee, PriseEnMain
from app.regles.vocabulaire import StatutPiece


@dataclass(frozen=True, slots=True)
class AJuger:
    piece_id: str
    candidature_id: str
    fichier_id: str | None
    """le fichier que l'agent a vu"""
    attendu: StatutPiece
    """le statut qu'il a lu"""


def prendre(db: Session, candidature_id: str, portee: Portee, *, maintenant: datetime) -> bool:
    """Le dossier est à lui dix minutes, et les pièces envoyées sont ouvertes : le candidat ne les reprend plus."""
    tenu = select(PriseEnMain.candidature_id).where(
        PriseEnMain.candidature_id == candidature_id,
        PriseEnMain.agent_id == portee.agent_id,
        PriseEnMain.expire_le > maintenant,
    )
    le_tenait = db.scalar(tenu) is not None
    pris = prendre_en_main(
        db, candidature_id, academies=portee.academies, agent_id=portee.agent_id, maintenant=maintenant
    )
    if pris and not le_tenait:
        inscrire_au_registre(db, "prendre_un_dossier", portee, candidature_id, maintenant=maintenant)
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
        rendre(db, quitte, portee, maintenant=maintenant)
    choix = plus_ancienne_libre(
        db, portee.academies, agent_id=portee.agent_id, sauf=quitte, apres=passee, maintenant=maintenant
    )
    if choix is None or not prendre(db, choix, portee, maintenant=maintenant):
        return None
    return choix


def rendre(db: Session, candidature_id: str, portee: Portee, *, maintenant: datetime) -> None:
    rendue = db.scalar(
        delete(PriseEnMain)
        .where(PriseEnMain.candidature_id == candidature_id, PriseEnMain.agent_id == portee.agent_id)
        .returning(PriseEnMain.candidature_id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if rendue is not None:
        inscrire_au_registre(db, "rendre_un_dossier", portee, candidature_id, maintenant=maintenant)


def juger(db: Session, quoi: AJuger, avis: Avis, portee: Portee, *, maintenant: datetime) -> bool:
    if not prendre(db, quoi.candidature_id, portee, maintenant=maintenant):
        return False
    juge = poser_un_statut(
        db,
        quoi.piece_id,
        avis,
        attendu=quoi.attendu,
        fichier_id=quoi.fichier_id,
        academies=portee.academies,
        agent_id=portee.agent_id,
        maintenant=maintenant,
    )
    if juge:
        passage = f"{quoi.attendu.value} > {avis.statut.value}"
        inscrire_au_registre(
            db,
            "juger_une_piece",
            portee,
            quoi.candidature_id,
            piece_id=quoi.piece_id,
            detail=passage,
            maintenant=maintenant,
        )
    return juge


def se_dedire(db: Session, quoi: AJuger, portee: Portee, *, maintenant: datetime) -> bool:
    if not prendre(db, quoi.candidature_id, portee, maintenant=maintenant):
        return False
    dedit = annuler_le_statut(
        db,
        quoi.piece_id,
        attendu=quoi.attendu,
        academies=portee.academies,
        agent_id=portee.agent_id,
        maintenant=maintenant,
    )
    if dedit:
        inscrire_au_registre(
            db,
            "annuler_un_statut",
            portee,
            quoi.candidature_id,
            piece_id=quoi.piece_id,
            detail=quoi.attendu.value,
            maintenant=maintenant,
        )
    return dedit


def deposer_a_sa_place(
    db: Session, candidature_id: str, piece_id: str, fichier: Fichier, portee: Portee, *, maintenant: datetime
) -> bool:
    """Remis au guichet ou par courrier. Faux : le dossier ou la pièce a changé, rien n'est gardé."""
    if not prendre(db, candidature_id, portee, maintenant=maintenant):
        return False
    depose = deposer_pour(
        db, piece_id, fichier, academies=portee.academies, agent_id=portee.agent_id, maintenant=maintenant
    )
    if depose:
        inscrire_au_registre(db, "deposer_pour", portee, candidature_id, piece_id=piece_id, maintenant=maintenant)
    return depose
