from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.documents.models import TypeDocument
from app.infra.database import Base
from app.infra.identifiants import nouvel_id


class EtatPublication(StrEnum):
    """Une publication en erreur ne se lance pas ; annulée, elle se reprend où elle s'est arrêtée."""

    EN_ERREUR = "en_erreur"
    PRETE = "prete"
    EN_COURS = "en_cours"
    ANNULEE = "annulee"
    FINIE = "finie"

    @property
    def libelle(self) -> str:
        return {
            "en_erreur": "À corriger",
            "prete": "Prête, rien n’est publié",
            "en_cours": "En cours",
            "annulee": "Arrêtée",
            "finie": "Publiée",
        }[self.value]

    @property
    def couleur(self) -> str:
        return {"en_erreur": "rouge", "prete": "ambre", "en_cours": "bleu", "annulee": "ambre", "finie": "vert"}[
            self.value
        ]


class EtatLigne(StrEnum):
    A_FAIRE = "a_faire"
    PUBLIEE = "publiee"
    INCHANGEE = "inchangee"
    """le candidat a déjà ce document, mot pour mot"""
    PASSEE = "passee"
    """le candidat s'est désinscrit, ou a modifié son inscription depuis l'essai"""

    @property
    def libelle(self) -> str:
        return {
            "a_faire": "À publier",
            "publiee": "Publié",
            "inchangee": "Déjà chez le candidat",
            "passee": "Laissé de côté",
        }[self.value]


class Publication(Base):
    """Un fichier essayé, puis publié en fond. Le fichier s'efface quand il a fini de servir."""

    __tablename__ = "publication"
    __table_args__ = (Index(None, "periode_id", "cree_le"), Index(None, "etat"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    type: Mapped[TypeDocument]
    titre: Mapped[str] = mapped_column(String(120))
    """celui d'un document libre ; vide : celui du type"""
    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id"))
    etat: Mapped[EtatPublication]
    nom_fichier: Mapped[str] = mapped_column(String(120))
    contenu: Mapped[bytes | None] = mapped_column(LargeBinary)
    """le fichier et son compte rendu, scellés : ils disent des notes, des adresses, des mesures de santé"""
    empreinte: Mapped[str] = mapped_column(String(64))
    """de ce qui a été envoyé, fichier et réponses : le même envoi se reconnaît"""
    cree_par: Mapped[str] = mapped_column(String(32))
    cree_le: Mapped[datetime]
    lancee_le: Mapped[datetime | None]
    finie_le: Mapped[datetime | None]


class LignePublication(Base):
    """Un document à publier."""

    __tablename__ = "ligne_publication"
    __table_args__ = (Index(None, "publication_id", "etat", "rang"),)

    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version_candidature.id"))
    """la version de l'inscription que l'essai a lue"""
    donnees: Mapped[dict[str, Any] | None]
    """nul une fois publiée : le document les porte"""
    etat: Mapped[EtatLigne] = mapped_column(default=EtatLigne.A_FAIRE)
