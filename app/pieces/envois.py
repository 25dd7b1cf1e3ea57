"""Les dépôts qui arrivent par morceaux, et ce qu'un candidat peut envoyer en un jour.

Un envoi se retrouve par ce qu'il porte — pièce, nom, taille, empreinte — : après une coupure, un rechargement ou une
nouvelle connexion le lendemain, choisir le même fichier le reprend. Il ne devient un dépôt que tout entier.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, select
from sqlalchemy.orm import Session

from app.infra.clock import jour_de_paris
from app.pieces.depot import Fichier, deposer, depositable
from app.pieces.models import EnvoiMorcele, FichierDepose, PieceDemandee, ReceptionDuJour

ABANDON = timedelta(days=7)
COMMENCES_MAX = 10
"""Par candidat ; un de plus efface le plus ancien."""
FICHIERS_PAR_JOUR = 60
OCTETS_PAR_JOUR = 200_000_000
PHRASE_QUOTA = f"{FICHIERS_PAR_JOUR} fichiers et {OCTETS_PAR_JOUR // 1_000_000}\u00a0Mo par jour au plus"
QUOTA_ATTEINT = f"Vous avez envoyé beaucoup de fichiers aujourd’hui ({PHRASE_QUOTA}) : continuez demain."


@dataclass(frozen=True, slots=True)
class Annonce:
    """Ce que le navigateur dit de ce qu'il va envoyer."""

    nom: str
    octets: int
    empreinte: str
    """sha256, ou adler32 quand le navigateur ne sait pas mieux (hors https)"""
    photos: int


@dataclass(frozen=True, slots=True)
class EnvoiVu:
    id: str
    piece_id: str
    nom: str
    octets: int
    empreinte: str
    photos: int
    est_fini: bool


def commencer_un_envoi(
    db: Session, compte_id: str, piece_id: str, annonce: Annonce, *, maintenant: datetime
) -> EnvoiVu | None:
    """Repris s'il est connu, fini compris. Nul : la pièce ne se dépose pas, ou le quota du jour est atteint."""
    connu = db.scalars(select(EnvoiMorcele).where(_le_meme(compte_id, piece_id, annonce))).one_or_none()
    if connu and connu.fichier_id and not _est_en_place(db, connu.fichier_id):
        db.delete(connu)  # déposé, puis supprimé : celui-ci est un autre dépôt
        db.flush()
        connu = None
    if connu:
        return _vu(connu)
    permise = select(PieceDemandee.id).where(PieceDemandee.id == piece_id, depositable(compte_id, maintenant))
    if db.scalar(permise) is None or not prendre_sur_le_quota(db, compte_id, annonce.octets, maintenant=maintenant):
        return None
    _faire_de_la_place(db, compte_id)
    envoi = EnvoiMorcele(
        compte_id=compte_id,
        piece_id=piece_id,
        nom=annonce.nom,
        octets=annonce.octets,
        empreinte=annonce.empreinte,
        photos=annonce.photos,
        cree_le=maintenant,
    )
    db.add(envoi)
    db.flush()
    return _vu(envoi)


def envoi_de(db: Session, compte_id: str, envoi_id: str) -> EnvoiVu | None:
    """Nul s'il n'est pas à ce compte."""
    envoi = db.scalars(_a_lui(compte_id, envoi_id)).one_or_none()
    return _vu(envoi) if envoi else None


def envois_commences(db: Session, compte_id: str, candidature_id: str) -> dict[str, EnvoiVu]:
    """Le plus récent de chaque pièce, quand il n'est pas fini."""
    requete = (
        select(EnvoiMorcele)
        .join(PieceDemandee, PieceDemandee.id == EnvoiMorcele.piece_id)
        .where(
            PieceDemandee.candidature_id == candidature_id,
            EnvoiMorcele.compte_id == compte_id,
            EnvoiMorcele.fichier_id.is_(None),
        )
        .order_by(EnvoiMorcele.cree_le)
    )
    return {envoi.piece_id: _vu(envoi) for envoi in db.scalars(requete)}


def deposer_l_envoi(db: Session, compte_id: str, envoi_id: str, fichier: Fichier, *, maintenant: datetime) -> bool:
    """Le dépôt et la fin de l'envoi sont une seule écriture : une fin redemandée n'en fait pas un second."""
    envoi = db.scalars(_a_lui(compte_id, envoi_id)).one_or_none()
    if envoi is None or envoi.fichier_id or not deposer(db, compte_id, envoi.piece_id, fichier, maintenant=maintenant):
        return False
    envoi.fichier_id = db.scalars(select(FichierDepose.id).where(FichierDepose.cle == fichier.cle)).one()
    return True


def abandonner_l_envoi(db: Session, compte_id: str, envoi_id: str) -> bool:
    envoi = db.scalars(_a_lui(compte_id, envoi_id).where(EnvoiMorcele.fichier_id.is_(None))).one_or_none()
    if envoi is not None:
        db.delete(envoi)
    return envoi is not None


def prendre_sur_le_quota(db: Session, compte_id: str, octets: int, *, maintenant: datetime) -> bool:
    """Pris avant d'examiner : un fichier refusé a coûté autant qu'un autre."""
    jour = jour_de_paris(maintenant)
    reception = db.get(ReceptionDuJour, (compte_id, jour))
    if reception is None:
        reception = ReceptionDuJour(compte_id=compte_id, jour=jour, fichiers=0, octets=0)
        db.add(reception)
    if reception.fichiers >= FICHIERS_PAR_JOUR or reception.octets + octets > OCTETS_PAR_JOUR:
        return False
    reception.fichiers += 1
    reception.octets += octets
    return True


def purger_les_envois(db: Session, maintenant: datetime) -> None:
    """Leurs morceaux s'en vont au balayage des fichiers sans ligne."""
    db.execute(delete(EnvoiMorcele).where(EnvoiMorcele.cree_le <= maintenant - ABANDON))
    db.execute(delete(ReceptionDuJour).where(ReceptionDuJour.jour < jour_de_paris(maintenant)))


def envois_connus(db: Session, ids: list[str]) -> set[str]:
    """Parmi eux, ceux dont les morceaux servent encore."""
    return set(db.scalars(select(EnvoiMorcele.id).where(EnvoiMorcele.id.in_(ids), EnvoiMorcele.fichier_id.is_(None))))


def _faire_de_la_place(db: Session, compte_id: str) -> None:
    anciens = (
        select(EnvoiMorcele.id)
        .where(EnvoiMorcele.compte_id == compte_id, EnvoiMorcele.fichier_id.is_(None))
        .order_by(EnvoiMorcele.cree_le.desc(), EnvoiMorcele.id)
        .offset(COMMENCES_MAX - 1)
    )
    db.execute(delete(EnvoiMorcele).where(EnvoiMorcele.id.in_(db.scalars(anciens).all())))


def _le_meme(compte_id: str, piece_id: str, annonce: Annonce) -> ColumnElement[bool]:
    return and_(
        EnvoiMorcele.compte_id == compte_id,
        EnvoiMorcele.piece_id == piece_id,
        EnvoiMorcele.nom == annonce.nom,
        EnvoiMorcele.octets == annonce.octets,
        EnvoiMorcele.empreinte == annonce.empreinte,
        EnvoiMorcele.photos == annonce.photos,
    )


def _a_lui(compte_id: str, envoi_id: str) -> Select[EnvoiMorcele]:
    return select(EnvoiMorcele).where(EnvoiMorcele.id == envoi_id, EnvoiMorcele.compte_id == compte_id)


def _est_en_place(db: Session, fichier_id: str) -> bool:
    requete = select(FichierDepose.id).where(FichierDepose.id == fichier_id, FichierDepose.retire_le.is_(None))
    return db.scalar(requete) is not None


def _vu(envoi: EnvoiMorcele) -> EnvoiVu:
    return EnvoiVu(
        envoi.id, envoi.piece_id, envoi.nom, envoi.octets, envoi.empreinte, envoi.photos, envoi.fichier_id is not None
    )
