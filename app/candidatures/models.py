from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint, column, false, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.infra.database import Base, unique_si
from app.infra.identifiants import nouvel_id
from app.regles.vocabulaire import EtatCandidature

EN_COURS_ETATS = (EtatCandidature.BROUILLON, EtatCandidature.A_COMPLETER, EtatCandidature.INSCRIT)
EN_COURS = text("etat in ('brouillon', 'a_completer', 'inscrit')")


class Candidature(Base):
    """Une inscription à un examen : le brouillon dit ce qui est tapé, les versions ce qui est enregistré.

    Une candidature en cours par session d'examen et par candidat (D. 337-21), sauf dérogation du recteur :
    `derogation_specialite` la rend unique à elle-même.
    """

    __tablename__ = "candidature"
    __table_args__ = (
        UniqueConstraint("compte_id", "numero_inscription"),
        # Les listes de la gestion : chaque combinaison de filtres lit dans l'ordre de la page, sans trier ni compter.
        Index(None, "periode_id", "etat", "cle_nom", "id"),
        Index(None, "periode_id", "etat", "specialite", "cle_nom", "id"),
        Index(None, "periode_id", "etat", "etablissement", "cle_nom", "id"),
        Index(None, "periode_id", "inscrite_le"),
        Index("ix_candidature_tous_filtres", "periode_id", "etat", "specialite", "etablissement", "cle_nom", "id"),
        Index(
            "ix_candidature_dispense_a_confirmer",
            "periode_id",
            "etat",
            "cle_nom",
            "id",
            sqlite_where=column("dispense_a_confirmer", Boolean).is_(True),
        ),
        unique_si(EN_COURS, "uq_candidature_en_cours", "compte_id", "session_examen_id", "derogation_specialite"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id"), index=True)
    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id"), index=True)
    session_examen_id: Mapped[str] = mapped_column(ForeignKey("session_examen.id"))
    derogation_specialite: Mapped[str] = mapped_column(String(32), default="")
    etablissement_uai: Mapped[str | None] = mapped_column(String(8), index=True)
    """l'établissement qui inscrit cet élève : catégorie, spécialité et établissement sont alors posés par lui"""
    etat: Mapped[EtatCandidature] = mapped_column(default=EtatCandidature.BROUILLON)
    numero_inscription: Mapped[str | None] = mapped_column(String(3))
    cree_le: Mapped[datetime]

    brouillon: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    traces: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """onglet → révision et page qui l'a gardé en dernier : une page dépassée par une autre se reconnaît"""
    concurrences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """onglet → réponses d'une page dépassée, gardées jusqu'à ce que le candidat choisisse"""
    garde_le: Mapped[datetime | None]

    version: Mapped[int] = mapped_column(default=0)
    """numéro de la dernière version enregistrée ; 0 : rien n'est enregistré"""
    enregistree_le: Mapped[datetime | None]
    desinscrite_le: Mapped[datetime | None]

    specialite: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """code ; comme les deux suivantes, de la dernière version, sinon du brouillon : ce que filtrent les listes"""
    etablissement: Mapped[str] = mapped_column(String(40), default="", server_default="")
    categorie: Mapped[str] = mapped_column(String(40), default="", server_default="")
    dispense_a_confirmer: Mapped[bool] = mapped_column(default=False, server_default=false())
    """ce que dit la fiche de la dernière version, désinscrite ou écartée comprise ; faux tant qu'il n'y en a pas"""
    inscrite_le: Mapped[datetime | None]
    """premier enregistrement : ce que compte le tableau de bord, jour par jour"""
    cle_nom: Mapped[str] = mapped_column(String(220), default="", server_default="")
    """nom de famille et prénoms sans accents, d'après l'état civil (voir annuaire.py) : l'ordre des listes"""

    @validates("enregistree_le")
    def _dater_la_premiere(self, _: str, enregistree_le: datetime | None) -> datetime | None:
        self.inscrite_le = self.inscrite_le or enregistree_le
        return enregistree_le

    @validates("brouillon", "version")
    def _reporter_ce_qui_se_filtre(self, champ: str, valeur: Any) -> Any:
        """Une modification en cours ne change pas ce que le service lit : seul « Enregistrer » le fait."""
        reponses = valeur if champ == "brouillon" else self.brouillon
        if champ == "version" or not self.version:
            for nom in ("specialite", "etablissement", "categorie"):
                code = (reponses or {}).get(nom)
                setattr(self, nom, code if isinstance(code, str) else "")
        return valeur


class VersionCandidature(Base):
    """État figé à chaque « Enregistrer ». Rien ne le modifie ensuite."""

    __tablename__ = "version_candidature"
    __table_args__ = (UniqueConstraint("candidature_id", "numero"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), index=True)
    numero: Mapped[int]
    version_referentiel_id: Mapped[int] = mapped_column(ForeignKey("version_referentiel.id"))
    brouillon: Mapped[dict[str, Any]] = mapped_column(JSON)
    """les réponses enregistrées"""
    fiche: Mapped[dict[str, Any]] = mapped_column(JSON)
    """ce que le candidat a lu et enregistré (voir fiche.py) : le PDF et les listes viennent d'ici"""
    enregistree_le: Mapped[datetime]


class EpreuveCandidature(Base):
    """Une épreuve d'une version : ce que les convocations et les listes interrogent."""

    __tablename__ = "epreuve_candidature"

    version_id: Mapped[str] = mapped_column(ForeignKey("version_candidature.id"), primary_key=True)
    ordre: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    repere: Mapped[str] = mapped_column(String(16))
    libelle: Mapped[str]
    nature: Mapped[str] = mapped_column(String(16))
    position: Mapped[str] = mapped_column(String(16))
    evaluation: Mapped[str | None] = mapped_column(String(16))
    est_certaine: Mapped[bool]


class Evenement(Base):
    """Histoire du dossier : qui a fait quoi, quand. On n'y écrit que des faits, jamais de réponse du candidat."""

    __tablename__ = "evenement"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id"), index=True)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    nature: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(default="")
    survenu_le: Mapped[datetime]
