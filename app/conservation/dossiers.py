"""Effacer une candidature, ou ses seules pièces : chaque ligne qui en parle, celles que rien n'attache comprises.

Les fichiers s'en vont ensuite, au balayage de ce qu'aucune ligne ne nomme plus.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from app.candidatures.derogations import Derogation
from app.candidatures.models import Candidature, EpreuveCandidature, Evenement, VersionCandidature
from app.documents.models import Document
from app.gestion.publications.models import LignePublication, Publication
from app.gestion.redoublants.models import LignePreparation, Preparation
from app.import_scolaire.models import ImportEleves, Impression, LigneImport
from app.infra.clock import PARIS
from app.infra.outbox import Courriel
from app.pieces.models import PieceDemandee
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.regles.vocabulaire import EtatCandidature


def brouillons_abandonnes(db: Session, avant: datetime) -> Select[str]:
    """Rien n'y a jamais été enregistré ; le service a fermé et le candidat n'y est pas revenu depuis `avant`."""
    return (
        select(Candidature.id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .where(
            Candidature.version == 0,
            Candidature.etat.in_((EtatCandidature.BROUILLON, EtatCandidature.A_COMPLETER)),
            PeriodeInscription.ferme_le <= avant,
            func.coalesce(Candidature.garde_le, Candidature.cree_le) <= avant,
        )
    )


def candidatures_de_sessions_closes(db: Session, avant: datetime) -> Select[str]:
    return select(Candidature.id).where(Candidature.session_examen_id.in_(_sessions_finies(db, avant)))


def pieces_de_sessions_closes(db: Session, avant: datetime) -> Select[str]:
    return (
        select(PieceDemandee.id)
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .where(Candidature.session_examen_id.in_(_sessions_finies(db, avant)))
    )


def lots_de_sessions_closes(db: Session, avant: datetime) -> Select[str]:
    """Services d'inscription dont restent un import, une publication ou une préparation de redoublants."""
    services = (
        select(PeriodeInscription.id)
        .where(PeriodeInscription.session_examen_id.in_(_sessions_finies(db, avant)))
        .scalar_subquery()
    )
    return select(PeriodeInscription.id).where(
        PeriodeInscription.id.in_(services),
        or_(
            PeriodeInscription.id.in_(select(ImportEleves.periode_id)),
            PeriodeInscription.id.in_(select(Publication.periode_id)),
            PeriodeInscription.id.in_(select(Preparation.origine_id)),
        ),
    )


def impressions_anciennes(db: Session, avant: datetime) -> Select[str]:
    """De papillons : elles ne tiennent à aucune session, et nomment des divisions."""
    return select(Impression.id).where(Impression.cree_le <= avant)


def effacer_impressions(db: Session, ids: Sequence[str]) -> None:
    db.execute(delete(Impression).where(Impression.id.in_(ids)))


def effacer_candidatures(db: Session, ids: Sequence[str]) -> None:
    versions = select(VersionCandidature.id).where(VersionCandidature.candidature_id.in_(ids))
    documents = select(Document.id).where(Document.candidature_id.in_(ids))
    db.execute(delete(Courriel).where(Courriel.candidature_id.in_(ids)))
    db.execute(delete(Derogation).where(Derogation.candidature_id.in_(ids)))
    db.execute(delete(LigneImport).where(LigneImport.candidature_id.in_(ids)))
    db.execute(delete(LignePublication).where(LignePublication.candidature_id.in_(ids)))
    db.execute(
        delete(LignePreparation).where(
            or_(LignePreparation.origine_id.in_(ids), LignePreparation.candidature_id.in_(ids))
        )
    )
    db.execute(delete(Document).where(Document.id.in_(documents)))
    db.execute(delete(EpreuveCandidature).where(EpreuveCandidature.version_id.in_(versions)))
    db.execute(delete(VersionCandidature).where(VersionCandidature.candidature_id.in_(ids)))
    db.execute(delete(Evenement).where(Evenement.candidature_id.in_(ids)))
    db.execute(delete(PieceDemandee).where(PieceDemandee.candidature_id.in_(ids)))
    db.execute(delete(Candidature).where(Candidature.id.in_(ids)))


def effacer_pieces(db: Session, ids: Sequence[str]) -> None:
    """La ligne, ses fichiers, ses contrôles et son histoire ; l'inscription et ses documents restent."""
    db.execute(delete(PieceDemandee).where(PieceDemandee.id.in_(ids)))


def effacer_lots(db: Session, ids: Sequence[str]) -> None:
    for table, colonne in (
        (ImportEleves, ImportEleves.periode_id),
        (Publication, Publication.periode_id),
        (Preparation, Preparation.origine_id),
    ):
        db.execute(delete(table).where(colonne.in_(ids)))


def _sessions_finies(db: Session, avant: datetime) -> list[str]:
    sessions = db.execute(select(SessionExamen.id, SessionExamen.annee, SessionExamen.mois))
    return [id_ for id_, annee, mois in sessions if fin_de_session(annee, mois) <= avant]


def fin_de_session(annee: int, mois: int) -> datetime:
    """Le premier instant du mois d'après, à Paris."""
    return datetime(annee + mois // 12, mois % 12 + 1, 1, tzinfo=PARIS)
