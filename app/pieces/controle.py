"""Les actes d'un agent sur les pièces : sa portée (ses académies) est dans chaque requête.

Un verdict porte sur le fichier que l'agent a vu (`fichier_id`) et sur le statut qu'il a lu (`attendu`) : si l'un ou
l'autre a changé depuis, rien n'est écrit et l'acte rend faux.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.pieces.depot import SANS_SYNCHRONISER, Fichier, a_un_fichier, noter, poser_le_fichier
from app.pieces.models import FichierDepose, GenreEvenement, PieceDemandee, PriseEnMain
from app.referentiel.models import PeriodeInscription
from app.regles.pieces import peut_suivre
from app.regles.vocabulaire import EtatCandidature, EtatExamen, ModeDepot, StatutPiece

DUREE_PRISE = timedelta(minutes=10)
GENRES = {
    StatutPiece.RECUE: GenreEvenement.RECUE,
    StatutPiece.NON_CONFORME: GenreEvenement.NON_CONFORME,
    StatutPiece.CONFORME: GenreEvenement.CONFORME,
}


@dataclass(frozen=True, slots=True)
class Avis:
    """Ce que l'agent dit d'une pièce."""

    statut: StatutPiece
    recue_le: date | None = None
    commentaire: str = ""
    rouverte_jusqu_a: datetime | None = None
    """pour « Non conforme » après la fermeture du dépôt : jusqu'à quand redéposer"""


def ouvrir(db: Session, piece_id: str, *, academies: Collection[str], agent_id: str, maintenant: datetime) -> bool:
    """Le candidat ne peut plus annuler son envoi. Vrai la première fois seulement."""
    ouverte = db.scalar(
        update(PieceDemandee)
        .where(
            PieceDemandee.id == piece_id,
            _a_portee(academies),
            PieceDemandee.validee_le.is_not(None),
            PieceDemandee.ouverte_le.is_(None),
            _fichier_sain(),
        )
        .values(ouverte_le=maintenant)
        .returning(PieceDemandee.id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if ouverte:
        noter(db, [piece_id], GenreEvenement.OUVERTE, acteur=agent_id, maintenant=maintenant)
    return ouverte is not None


def poser_un_statut(
    db: Session,
    piece_id: str,
    avis: Avis,
    *,
    attendu: StatutPiece,
    fichier_id: str | None,
    academies: Collection[str],
    agent_id: str,
    maintenant: datetime,
) -> bool:
    """« Non conforme » rend la pièce au candidat, qui la redépose puis valide de nouveau (guide, chapitre 12)."""
    if avis.statut not in GENRES or not peut_suivre(attendu, avis.statut):
        return False
    valeurs: dict[str, Any] = {"statut": avis.statut, "recue_le": avis.recue_le, "commentaire": avis.commentaire}
    if avis.statut is StatutPiece.NON_CONFORME:
        valeurs |= {"validee_le": None, "ouverte_le": None, "rouverte_jusqu_a": avis.rouverte_jusqu_a}
    else:
        valeurs |= {"ouverte_le": maintenant}
        if fichier_id:
            valeurs |= {"validee_le": func.coalesce(PieceDemandee.validee_le, maintenant)}
    posee = db.scalar(
        update(PieceDemandee)
        .where(
            PieceDemandee.id == piece_id,
            _a_portee(academies),
            PieceDemandee.retiree_le.is_(None),
            PieceDemandee.statut == attendu,
            _meme_fichier(fichier_id),
        )
        .values(**valeurs)
        .returning(PieceDemandee.id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if posee is None:
        return False
    recue = f"reçue le {avis.recue_le:%d/%m/%Y}" if avis.recue_le else ""
    detail = " ; ".join(filter(None, [recue, avis.commentaire]))
    noter(db, [piece_id], GENRES[avis.statut], acteur=agent_id, maintenant=maintenant, detail=detail)
    return True


def annuler_le_statut(
    db: Session,
    piece_id: str,
    *,
    attendu: StatutPiece,
    academies: Collection[str],
    agent_id: str,
    maintenant: datetime,
) -> bool:
    """Un verdict posé par erreur : la pièce redevient « à contrôler », tant que le candidat n'a rien redéposé."""
    if attendu is StatutPiece.AUCUN:
        return False
    rendues = (
        update(PieceDemandee)
        .where(PieceDemandee.id == piece_id, _a_portee(academies), PieceDemandee.statut == attendu)
        .values(statut=StatutPiece.AUCUN, recue_le=None, commentaire="", rouverte_jusqu_a=None)
        .returning(PieceDemandee.id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if db.scalar(rendues) is None:
        return False
    db.execute(
        update(PieceDemandee)
        .where(PieceDemandee.id == piece_id, PieceDemandee.validee_le.is_(None), a_un_fichier(PieceDemandee))
        .values(validee_le=maintenant, ouverte_le=maintenant)
        .execution_options(**SANS_SYNCHRONISER)
    )
    noter(
        db,
        [piece_id],
        GenreEvenement.STATUT_ANNULE,
        acteur=agent_id,
        maintenant=maintenant,
        detail=attendu.libelle,
    )
    return True


def deposer_pour(
    db: Session,
    piece_id: str,
    fichier: Fichier,
    *,
    academies: Collection[str],
    agent_id: str,
    maintenant: datetime,
) -> bool:
    """Pour le compte du candidat (reçu au guichet, par courrier) : déjà validé, sans fenêtre de dépôt."""
    permis = and_(
        _a_portee(academies),
        PieceDemandee.retiree_le.is_(None),
        PieceDemandee.statut != StatutPiece.CONFORME,
    )
    return poser_le_fichier(
        db,
        piece_id,
        permis,
        fichier,
        acteur=agent_id,
        genre=GenreEvenement.DEPOT_POUR,
        maintenant=maintenant,
        validee_le=maintenant,
    )


def prendre_en_main(
    db: Session, candidature_id: str, *, academies: Collection[str], agent_id: str, maintenant: datetime
) -> bool:
    """Dix minutes, prolongées à chaque appel. Faux : un autre l'a, ou le dossier est hors de portée."""
    prise = db.scalar(
        update(PriseEnMain)
        .where(
            PriseEnMain.candidature_id == candidature_id,
            PriseEnMain.candidature_id.in_(dossiers_a_portee(academies)),
            or_(PriseEnMain.agent_id == agent_id, PriseEnMain.expire_le <= maintenant),
        )
        .values(agent_id=agent_id, expire_le=maintenant + DUREE_PRISE)
        .returning(PriseEnMain.candidature_id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if prise is not None:
        return True
    libre = select(Candidature.id).where(
        Candidature.id == candidature_id,
        Candidature.id.in_(dossiers_a_portee(academies)),
        Candidature.id.not_in(select(PriseEnMain.candidature_id)),
    )
    if db.scalar(libre) is None:
        return False
    db.add(PriseEnMain(candidature_id=candidature_id, agent_id=agent_id, expire_le=maintenant + DUREE_PRISE))
    db.flush()
    return True


def dossiers_a_portee(academies: Collection[str]) -> Select[str]:
    return (
        select(Candidature.id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .where(PeriodeInscription.academie_code.in_(academies), Candidature.etat == EtatCandidature.INSCRIT)
    )


def _a_portee(academies: Collection[str]) -> ColumnElement[bool]:
    return PieceDemandee.candidature_id.in_(dossiers_a_portee(academies))


def _fichier_sain() -> ColumnElement[bool]:
    return (
        select(FichierDepose.id)
        .where(
            FichierDepose.piece_id == PieceDemandee.id,
            FichierDepose.retire_le.is_(None),
            FichierDepose.examen == EtatExamen.SAIN,
        )
        .exists()
    )


def _meme_fichier(fichier_id: str | None) -> ColumnElement[bool]:
    """En ligne, le fichier vu, validé et sain. Sans fichier : une pièce remise autrement."""
    if fichier_id is None:
        return and_(PieceDemandee.mode != ModeDepot.EN_LIGNE, ~a_un_fichier(PieceDemandee))
    vu = (
        select(FichierDepose.id)
        .where(
            FichierDepose.id == fichier_id,
            FichierDepose.piece_id == PieceDemandee.id,
            FichierDepose.retire_le.is_(None),
            FichierDepose.examen == EtatExamen.SAIN,
        )
        .exists()
    )
    return and_(vu, or_(PieceDemandee.validee_le.is_not(None), PieceDemandee.statut == StatutPiece.NON_CONFORME))
