"""Les actes du candidat sur ses pièces. Chacun est un UPDATE gardé par l'état attendu : zéro ligne, rien n'a changé.

Invariant : un fichier n'est jamais plus récent que sa validation ; déposer et supprimer exigent une pièce non validée.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.candidatures.models import Candidature
from app.pieces.models import EvenementPiece, FichierDepose, GenreEvenement, PieceDemandee
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import EtatCandidature, EtatExamen, ModeDepot, StatutPiece

MODIFIABLES = (StatutPiece.AUCUN, StatutPiece.NON_CONFORME)
SANS_SYNCHRONISER = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Fichier:
    """Ce qui est déjà sur le disque, sous `cle`, quand l'acte commence."""

    nom: str
    format: str
    octets: int
    empreinte: str
    cle: str
    pages: int
    examen: EtatExamen


class Envoi(StrEnum):
    FAIT = "fait"
    RIEN = "rien"
    """aucun fichier à valider"""
    MANQUE = "manque"
    """une pièce obligatoire peut encore se déposer et n'a pas de fichier"""


def deposer(db: Session, compte_id: str, piece_id: str, fichier: Fichier, *, maintenant: datetime) -> bool:
    """Faux : la pièce n'est pas à lui, n'est plus modifiable, ou porte déjà un fichier. Le fichier est alors à ôter.

    Une pièce non conforme se redépose sans rien supprimer : ce qui a été contrôlé est gardé comme trace.
    """
    return poser_le_fichier(
        db,
        piece_id,
        depositable(compte_id, maintenant),
        fichier,
        acteur=compte_id,
        genre=GenreEvenement.DEPOSE,
        maintenant=maintenant,
    )


def retirer(db: Session, compte_id: str, piece_id: str, fichier_id: str, *, maintenant: datetime) -> str | None:
    """Rend la clé du fichier, dont les octets peuvent alors s'effacer ; nul si rien n'a changé."""
    libres = select(PieceDemandee.id).where(
        PieceDemandee.statut == StatutPiece.AUCUN, depositable(compte_id, maintenant)
    )
    ligne = db.execute(
        update(FichierDepose)
        .where(
            FichierDepose.id == fichier_id,
            FichierDepose.piece_id == piece_id,
            FichierDepose.retire_le.is_(None),
            FichierDepose.piece_id.in_(libres),
        )
        .values(retire_le=maintenant)
        .returning(FichierDepose.cle, FichierDepose.nom)
        .execution_options(**SANS_SYNCHRONISER)
    ).one_or_none()
    if ligne is None:
        return None
    noter(db, [piece_id], GenreEvenement.RETIRE, acteur=compte_id, maintenant=maintenant, detail=ligne.nom)
    return str(ligne.cle)


def valider_l_envoi(db: Session, compte_id: str, candidature_id: str, *, maintenant: datetime) -> Envoi:
    """« L'ensemble des pièces est validé, une date de validation est ajoutée pour chaque pièce » (guide, ch. 12)."""
    autre = aliased(PieceDemandee)
    manquante = exists().where(
        autre.candidature_id == candidature_id,
        autre.est_obligatoire,
        autre.est_certaine,
        depositable(compte_id, maintenant, autre),
        or_(autre.statut == StatutPiece.NON_CONFORME, ~a_un_fichier(autre)),
    )
    validees = db.scalars(
        update(PieceDemandee)
        .where(
            PieceDemandee.candidature_id == candidature_id,
            PieceDemandee.statut == StatutPiece.AUCUN,
            depositable(compte_id, maintenant),
            a_un_fichier(PieceDemandee),
            ~manquante,
        )
        .values(validee_le=maintenant, ouverte_le=None)
        .returning(PieceDemandee.id)
        .execution_options(**SANS_SYNCHRONISER)
    ).all()
    noter(db, validees, GenreEvenement.VALIDE, acteur=compte_id, maintenant=maintenant)
    if validees:
        return Envoi.FAIT
    return Envoi.MANQUE if db.scalar(select(manquante)) else Envoi.RIEN


def annuler_l_envoi(db: Session, compte_id: str, candidature_id: str, *, maintenant: datetime) -> bool:
    """Tout ce qui a été validé ensemble, tant qu'aucun gestionnaire n'en a ouvert une pièce."""
    autre = aliased(PieceDemandee)
    deja_vue = exists().where(
        autre.candidature_id == candidature_id,
        autre.validee_le == PieceDemandee.validee_le,
        autre.ouverte_le.is_not(None),
    )
    rendues = db.scalars(
        update(PieceDemandee)
        .where(
            PieceDemandee.candidature_id == candidature_id,
            PieceDemandee.statut == StatutPiece.AUCUN,
            PieceDemandee.validee_le.is_not(None),
            PieceDemandee.candidature_id.in_(siennes(compte_id)),
            _dans_le_delai(PieceDemandee, maintenant),
            ~deja_vue,
        )
        .values(validee_le=None)
        .returning(PieceDemandee.id)
        .execution_options(**SANS_SYNCHRONISER)
    ).all()
    noter(db, rendues, GenreEvenement.DEVALIDE, acteur=compte_id, maintenant=maintenant)
    return bool(rendues)


def poser_le_fichier(
    db: Session,
    piece_id: str,
    permis: ColumnElement[bool],
    fichier: Fichier,
    *,
    acteur: str,
    genre: GenreEvenement,
    maintenant: datetime,
    validee_le: datetime | None = None,
) -> bool:
    posee = db.scalar(
        update(PieceDemandee)
        .where(
            PieceDemandee.id == piece_id,
            permis,
            or_(PieceDemandee.statut == StatutPiece.NON_CONFORME, ~a_un_fichier(PieceDemandee)),
        )
        .values(statut=StatutPiece.AUCUN, commentaire="", recue_le=None, validee_le=validee_le, ouverte_le=None)
        .returning(PieceDemandee.id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if posee is None:
        return False
    db.execute(
        update(FichierDepose)
        .where(FichierDepose.piece_id == piece_id, FichierDepose.retire_le.is_(None))
        .values(retire_le=maintenant, est_garde=True)
        .execution_options(**SANS_SYNCHRONISER)
    )
    db.add(
        FichierDepose(
            piece_id=piece_id,
            nom=fichier.nom,
            format=fichier.format,
            octets=fichier.octets,
            empreinte=fichier.empreinte,
            cle=fichier.cle,
            pages=fichier.pages,
            depose_le=maintenant,
            depose_par=acteur,
            examen=fichier.examen,
        )
    )
    noter(db, [piece_id], genre, acteur=acteur, maintenant=maintenant, detail=fichier.nom)
    db.flush()
    return True


def noter(
    db: Session,
    piece_ids: Iterable[str],
    genre: GenreEvenement,
    *,
    acteur: str | None,
    maintenant: datetime,
    detail: str = "",
) -> None:
    for piece_id in piece_ids:
        db.add(EvenementPiece(piece_id=piece_id, survenu_le=maintenant, acteur=acteur, genre=genre, detail=detail))


def depositable(
    compte_id: str, maintenant: datetime, piece: type[PieceDemandee] = PieceDemandee
) -> ColumnElement[bool]:
    """À lui, demandée aujourd'hui, en ligne, non validée, sans contrôle qui tienne, et dans le délai."""
    return and_(
        piece.candidature_id.in_(siennes(compte_id)),
        piece.retiree_le.is_(None),
        piece.mode == ModeDepot.EN_LIGNE,
        piece.validee_le.is_(None),
        piece.statut.in_(MODIFIABLES),
        _dans_le_delai(piece, maintenant),
    )


def a_un_fichier(piece: type[PieceDemandee]) -> ColumnElement[bool]:
    return exists().where(FichierDepose.piece_id == piece.id, FichierDepose.retire_le.is_(None))


def porte_deja(db: Session, piece_id: str, empreinte: str) -> bool:
    """Le même fichier, envoyé deux fois d'un double clic : ce n'est pas une erreur."""
    requete = select(FichierDepose.id).where(
        FichierDepose.piece_id == piece_id, FichierDepose.retire_le.is_(None), FichierDepose.empreinte == empreinte
    )
    return db.scalar(requete) is not None


def siennes(compte_id: str) -> Select[str]:
    return select(Candidature.id).where(Candidature.compte_id == compte_id, Candidature.etat == EtatCandidature.INSCRIT)


def _dans_le_delai(piece: type[PieceDemandee], maintenant: datetime) -> ColumnElement[bool]:
    """La fenêtre de la période, ou celle qu'un gestionnaire a rouverte pour cette pièce. La fin est exclue."""
    ouvertes = (
        select(Candidature.id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .where(PeriodeInscription.depot_ouvre_le <= maintenant, PeriodeInscription.depot_ferme_le > maintenant)
    )
    return or_(piece.candidature_id.in_(ouvertes), piece.rouverte_jusqu_a > maintenant)
