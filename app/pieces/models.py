from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, unique_si
from app.infra.identifiants import nouvel_id
from app.regles.vocabulaire import EtatExamen, ModeDepot, StatutPiece

ACTIF = text("retire_le IS NULL")


class PieceDemandee(Base):
    """Une pièce demandée pour une candidature. Ce qui n'est plus demandé est mis à part, jamais effacé : un dépôt
    ou un contrôle fait avant reste attaché à sa ligne, et la pièce redemandée la reprend."""

    __tablename__ = "piece_demandee"
    __table_args__ = (UniqueConstraint("candidature_id", "code"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), index=True)
    code: Mapped[str] = mapped_column(String(16))
    libelle: Mapped[str]
    groupe: Mapped[str] = mapped_column(String(40))
    groupe_libelle: Mapped[str]
    mode: Mapped[ModeDepot]
    est_obligatoire: Mapped[bool]
    est_certaine: Mapped[bool]
    """faux : « à confirmer par le service des examens »"""
    documents_acceptes: Mapped[list[str]]
    ordre: Mapped[int]
    demandee_le: Mapped[datetime]
    retiree_le: Mapped[datetime | None]
    """nul : demandée aujourd'hui"""
    statut: Mapped[StatutPiece] = mapped_column(default=StatutPiece.AUCUN)
    validee_le: Mapped[datetime | None]
    """« J'ai fourni toutes mes pièces » ; nul : le candidat peut encore changer son fichier"""
    ouverte_le: Mapped[datetime | None]
    """un gestionnaire l'a ouverte : la validation ne se défait plus"""
    recue_le: Mapped[date | None]
    """date de réception dite par le gestionnaire"""
    commentaire: Mapped[str] = mapped_column(default="", server_default="")
    """« Information du gestionnaire »"""
    rouverte_jusqu_a: Mapped[datetime | None]
    """non conforme après la fermeture du dépôt : la nouvelle limite"""


class FichierDepose(Base):
    """Un fichier reçu pour une pièce ; un seul actif à la fois. La ligne naît après ses octets."""

    __tablename__ = "fichier_depose"
    __table_args__ = (
        unique_si(ACTIF, "uq_fichier_depose_actif", "piece_id"),
        Index(None, "examen", "retire_le"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    piece_id: Mapped[str] = mapped_column(ForeignKey("piece_demandee.id", ondelete="CASCADE"), index=True)
    nom: Mapped[str] = mapped_column(String(100))
    """celui que le candidat reconnaît ; n'est jamais un chemin"""
    format: Mapped[str] = mapped_column(String(8))
    octets: Mapped[int]
    empreinte: Mapped[str] = mapped_column(String(64))
    """sha256 de ce qui est sur le disque"""
    cle: Mapped[str] = mapped_column(String(64), unique=True)
    """nom engendré, dans le dossier des pièces"""
    pages: Mapped[int]
    depose_le: Mapped[datetime]
    depose_par: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    examen: Mapped[EtatExamen]
    motif_refus: Mapped[str] = mapped_column(default="")
    retire_le: Mapped[datetime | None]
    est_garde: Mapped[bool] = mapped_column(default=False)
    """retiré, mais contrôlé par un gestionnaire : ses octets restent comme trace"""


class GenreEvenement(StrEnum):
    DEPOSE = "depose"
    RETIRE = "retire"
    VALIDE = "valide"
    DEVALIDE = "devalide"
    OUVERTE = "ouverte"
    RECUE = "recue"
    NON_CONFORME = "non_conforme"
    CONFORME = "conforme"
    STATUT_ANNULE = "statut_annule"
    DEPOT_POUR = "depot_pour"
    REFUSE_A_L_EXAMEN = "refuse_a_l_examen"

    @property
    def libelle(self) -> str:
        return {
            "depose": "Fichier déposé",
            "retire": "Fichier supprimé",
            "valide": "« J’ai fourni toutes mes pièces »",
            "devalide": "Validation annulée",
            "ouverte": "Ouverte par le service des examens",
            "recue": "Reçue",
            "non_conforme": "Non conforme",
            "conforme": "Conforme",
            "statut_annule": "Statut annulé par le service des examens",
            "depot_pour": "Fichier ajouté par le service des examens",
            "refuse_a_l_examen": "Fichier refusé",
        }[self.value]


class EvenementPiece(Base):
    """L'histoire d'une pièce, jamais modifiée."""

    __tablename__ = "evenement_piece"
    __table_args__ = (Index(None, "survenu_le"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[str] = mapped_column(ForeignKey("piece_demandee.id", ondelete="CASCADE"), index=True)
    survenu_le: Mapped[datetime]
    acteur: Mapped[str | None] = mapped_column(ForeignKey("compte.id"))
    """nul : le portail lui-même"""
    genre: Mapped[GenreEvenement]
    detail: Mapped[str] = mapped_column(default="")


class EnvoiMorcele(Base):
    """Un dépôt qui arrive par morceaux. Ce qui en est reçu est la taille de son fichier (morceaux.py)."""

    __tablename__ = "envoi_morcele"
    __table_args__ = (UniqueConstraint("piece_id", "compte_id", "empreinte", "octets", "nom", "photos"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    piece_id: Mapped[str] = mapped_column(ForeignKey("piece_demandee.id", ondelete="CASCADE"))
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    nom: Mapped[str] = mapped_column(String(100))
    octets: Mapped[int]
    empreinte: Mapped[str] = mapped_column(String(64))
    photos: Mapped[int]
    """plus d'une : réunies en un PDF une fois toutes arrivées"""
    cree_le: Mapped[datetime] = mapped_column(index=True)
    fichier_id: Mapped[str | None] = mapped_column(ForeignKey("fichier_depose.id", ondelete="CASCADE"))
    """le dépôt qu'il est devenu"""


class ReceptionDuJour(Base):
    """Ce qu'un candidat a envoyé ce jour-là (à Paris), refusé ou gardé."""

    __tablename__ = "reception_du_jour"

    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), primary_key=True)
    jour: Mapped[date] = mapped_column(primary_key=True)
    fichiers: Mapped[int]
    octets: Mapped[int]


class PriseEnMain(Base):
    """Un agent contrôle ce dossier : les autres le savent, et la file ne le propose plus qu'à lui."""

    __tablename__ = "prise_en_main"

    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    expire_le: Mapped[datetime]
