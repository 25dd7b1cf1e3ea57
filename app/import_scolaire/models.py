from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, unique_si
from app.infra.identifiants import nouvel_id

AVEC_INE = text("ine != '' AND parti_le IS NULL")
OUVERTE = text("etat != 'close'")


class EtatImport(StrEnum):
    ESSAI = "essai"
    """rien n'est changé : l'établissement relit"""
    EN_COURS = "en_cours"
    FAIT = "fait"
    ANNULATION = "annulation"
    ANNULE = "annule"


EN_TRAVAIL = (EtatImport.EN_COURS, EtatImport.ANNULATION)
DELAI_D_ANNULATION = timedelta(hours=24)


class SorteLigne(StrEnum):
    ERREUR = "erreur"
    NOUVEAU = "nouveau"
    CHANGE = "change"
    INCHANGE = "inchange"
    ABSENT = "absent"
    """un élève de cet établissement que le fichier ne nomme plus"""


class Eleve(Base):
    """Le lien entre un élève et l'établissement qui l'a inscrit à une session : une ligne par candidature."""

    __tablename__ = "eleve"
    __table_args__ = (
        unique_si(AVEC_INE, "uq_eleve_ine", "periode_id", "ine"),
        Index(None, "uai", "periode_id", "division"),
        Index(None, "periode_id", "cle"),
    )

    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), primary_key=True)
    uai: Mapped[str] = mapped_column(ForeignKey("etablissement.uai"))
    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id"))
    ine: Mapped[str] = mapped_column(String(11), default="")
    division: Mapped[str] = mapped_column(String(30))
    cle: Mapped[str] = mapped_column(String(300))
    """nom, prénoms et date de naissance, pour qui n'a pas d'INE"""
    importe_le: Mapped[datetime]
    papillon_le: Mapped[datetime | None]
    parti_le: Mapped[datetime | None]
    """l'établissement ne l'inscrit plus ; son compte reste, jusqu'à ce qu'un gestionnaire en décide"""


class ImportEleves(Base):
    __tablename__ = "import_eleves"
    __table_args__ = (Index(None, "uai", "cree_le"), Index(None, "etat"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    uai: Mapped[str] = mapped_column(ForeignKey("etablissement.uai"))
    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id"))
    auteur: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    fichier: Mapped[str] = mapped_column(String(100))
    """nom que l'établissement lui donne : montré, jamais employé comme chemin"""
    etat: Mapped[EtatImport] = mapped_column(default=EtatImport.ESSAI)
    cree_le: Mapped[datetime]
    confirme_le: Mapped[datetime | None]
    fini_le: Mapped[datetime | None]
    annule_le: Mapped[datetime | None]
    retirer_les_absents: Mapped[bool] = mapped_column(default=False)
    comptes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """combien de lignes de chaque sorte, d'erreurs, de refus ; jamais une donnée d'élève"""
    ignorees: Mapped[list[str]] = mapped_column(JSON, default=list)
    """titres de colonnes qui ne sont pas du modèle"""


class LigneImport(Base):
    """Une ligne du fichier, le temps de relire, d'appliquer et de pouvoir défaire ; effacée ensuite."""

    __tablename__ = "ligne_import"
    __table_args__ = (Index(None, "import_id", "sorte", "numero"),)

    import_id: Mapped[str] = mapped_column(ForeignKey("import_eleves.id", ondelete="CASCADE"), primary_key=True)
    numero: Mapped[int] = mapped_column(primary_key=True)
    cases: Mapped[dict[str, Any]] = mapped_column(JSON)
    eleve: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    erreurs: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[colonne, valeur lue, attendu]"""
    sorte: Mapped[SorteLigne]
    changements: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[champ, avant, après]"""
    fait: Mapped[bool] = mapped_column(default=False)
    candidature_id: Mapped[str | None] = mapped_column(ForeignKey("candidature.id", ondelete="SET NULL"), index=True)
    avant: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """ce que l'application a remplacé"""


class EtatImpression(StrEnum):
    EN_COURS = "en_cours"
    """les mots de passe se tirent, fichier après fichier"""
    PRETE = "prete"
    CLOSE = "close"
    """plus rien ne s'en télécharge"""


class Impression(Base):
    """Beaucoup de papillons, préparés en fond. La graine de leurs mots de passe n’est jamais ici (voir graines.py)."""

    __tablename__ = "impression"
    __table_args__ = (unique_si(OUVERTE, "uq_impression_ouverte", "uai"), Index(None, "etat"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    uai: Mapped[str] = mapped_column(ForeignKey("etablissement.uai"))
    auteur: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    etat: Mapped[EtatImpression] = mapped_column(default=EtatImpression.EN_COURS)
    cree_le: Mapped[datetime]
    prete_le: Mapped[datetime | None]
    close_le: Mapped[datetime | None]


class FichierPapillons(Base):
    """Un PDF à télécharger : les papillons d'une division, ou d'une partie si elle est longue. Effacé à la clôture."""

    __tablename__ = "fichier_papillons"

    impression_id: Mapped[str] = mapped_column(ForeignKey("impression.id", ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(String(30))
    eleves: Mapped[dict[str, str]] = mapped_column(JSON)
    """candidature → marque du mot de passe posé (voir tirage.py) ; vide tant qu'il ne l'est pas"""
    pret_le: Mapped[datetime | None]
    telecharge_le: Mapped[datetime | None]
