"""Les tables du référentiel : le règlement en instantanés, les listes géographiques, les services d'inscription.

Les listes nationales (académies, communes, pays…) viennent des fichiers de `db/referentiel` et se rechargent ;
les périodes, les spécialités non organisées et les messages appartiennent aux académies et n'en viennent pas.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id


class RegimeConfirmation(StrEnum):
    """Papier : la confirmation signée revient par la poste ou en pièce. En ligne : l'enregistrement vaut signature."""

    PAPIER = "papier"
    EN_LIGNE = "en_ligne"


class ImportanceMessage(StrEnum):
    INFORMATION = "information"
    ALERTE = "alerte"


class VersionReferentiel(Base):
    """Le règlement tel qu'il a été publié, immuable : une candidature enregistrée garde l'id de la sienne."""

    __tablename__ = "version_referentiel"

    id: Mapped[int] = mapped_column(primary_key=True)
    empreinte: Mapped[str] = mapped_column(unique=True)
    contenu: Mapped[dict[str, Any]]
    publiee_le: Mapped[datetime]
    active: Mapped[bool | None] = mapped_column(unique=True)
    """Vrai pour une seule version, nul pour les autres : l'unicité ignore les nuls, la base tient donc la règle."""


class EtatEdition(StrEnum):
    PROPOSEE = "proposee"
    PROGRAMMEE = "programmee"
    PUBLIEE = "publiee"
    ECHOUEE = "echouee"
    """à l'heure dite, la base avait encore besoin d'une ligne retirée : rien n'a été chargé"""


EN_ATTENTE = (EtatEdition.PROPOSEE, EtatEdition.PROGRAMMEE, EtatEdition.ECHOUEE)


class EditionReferentiel(Base):
    """Les fichiers eux-mêmes, en archive : ce qui a été chargé, et ce qui attend sa date.

    Celle en vigueur est la dernière publiée ; revenir en arrière, c'est en proposer une copie.
    """

    __tablename__ = "edition_referentiel"
    __table_args__ = (Index(None, "etat", "active_le"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=nouvel_id)
    etat: Mapped[EtatEdition]
    archive: Mapped[bytes] = mapped_column(LargeBinary)
    empreinte: Mapped[str]
    """sha256 de l'archive"""
    nom: Mapped[str]
    cree_par: Mapped[str]
    """compte de qui la propose ; « portail » pour la ligne de commande"""
    cree_le: Mapped[datetime]
    active_le: Mapped[datetime | None]
    """quand elle doit entrer en vigueur"""
    publiee_le: Mapped[datetime | None] = mapped_column(index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version_referentiel.id"))
    """le règlement qu'elle a publié"""
    motif: Mapped[str] = mapped_column(default="")
    """pourquoi elle a échoué"""
    difference: Mapped[dict[str, Any] | None]
    """ce qui la sépare de celle d'alors, à la proposition"""
    effets: Mapped[dict[str, Any] | None]
    """les candidatures qu'elle changerait ; effacé dès qu'elle est publiée"""


class Academie(Base):
    __tablename__ = "academie"

    code: Mapped[str] = mapped_column(primary_key=True)
    nom: Mapped[str]
    libelle: Mapped[str]
    type: Mapped[str]
    departements: Mapped[list[str]]
    organisateur: Mapped[str]
    adresse: Mapped[str]
    code_postal: Mapped[str]
    ville: Mapped[str]
    rattachement: Mapped[str | None]
    """Académie dont dépend un centre à l'étranger."""
    fuseau: Mapped[str]
    """Nom IANA : l'heure locale se montre à côté de celle de Paris, qui seule fait foi."""
    est_verifiee: Mapped[bool]


class Departement(Base):
    __tablename__ = "departement"

    code: Mapped[str] = mapped_column(primary_key=True)
    code_cyclades: Mapped[str] = mapped_column(unique=True)
    nom: Mapped[str]
    academie_code: Mapped[str | None] = mapped_column(ForeignKey("academie.code"))


class Commune(Base):
    """La clé est le couple : une commune déléguée reprend souvent le code de la commune nouvelle."""

    __tablename__ = "commune"
    __table_args__ = (
        Index(None, "departement_code", "nom_cle"),
        Index(None, "rattachement"),
    )

    code_insee: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    nom: Mapped[str]
    nom_cle: Mapped[str]
    """Majuscules sans accents ni ponctuation, « ST » écrit « SAINT » : voir `lieux.cle_de_recherche`."""
    departement_code: Mapped[str] = mapped_column(ForeignKey("departement.code"))
    rattachement: Mapped[str | None]


class CommuneCodePostal(Base):
    __tablename__ = "commune_code_postal"
    __table_args__ = (
        ForeignKeyConstraint(["code_insee", "type"], ["commune.code_insee", "commune.type"], ondelete="CASCADE"),
        Index(None, "code_insee", "type"),
    )

    code_postal: Mapped[str] = mapped_column(primary_key=True)
    code_insee: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)


class Pays(Base):
    __tablename__ = "pays"

    code: Mapped[str] = mapped_column(primary_key=True)
    nom: Mapped[str]
    nom_cle: Mapped[str]
    nationalite: Mapped[str]
    """Vide pour un territoire."""
    type: Mapped[str]
    rattachement: Mapped[str | None]
    est_ue: Mapped[bool]
    est_eee_ou_suisse: Mapped[bool]


class EtablissementPropose(Base):
    """Entrée de la liste « Établissement » de l'onglet 2, pour qui s'inscrit lui-même."""

    __tablename__ = "etablissement_inscription"

    code: Mapped[str] = mapped_column(primary_key=True)
    uai: Mapped[str]
    libelle: Mapped[str]
    academie_code: Mapped[str | None] = mapped_column(ForeignKey("academie.code"))
    """Nul : proposé partout."""
    statuts: Mapped[list[str]]
    """Vide : ouvert à tous."""
    ordre: Mapped[int]
    est_verifie: Mapped[bool]


class TypeEtablissement(StrEnum):
    """Ce dont se déduit la catégorie d'un élève quand le fichier ne la dit pas."""

    LYCEE = "lycee"
    LYCEE_HORS_CONTRAT = "lycee_hors_contrat"
    CFA_HABILITE = "cfa_habilite"
    CFA = "cfa"
    FORMATION_CONTINUE = "formation_continue"

    @property
    def libelle(self) -> str:
        return {
            "lycee": "Lycée public ou privé sous contrat",
            "lycee_hors_contrat": "Lycée privé hors contrat",
            "cfa_habilite": "CFA habilité au CCF",
            "cfa": "CFA non habilité au CCF",
            "formation_continue": "GRETA ou autre établissement public de formation continue",
        }[self.value]

    @property
    def categorie(self) -> str:
        """Code de catégorie du règlement."""
        return {
            "lycee": "SCOLAIRE",
            "lycee_hors_contrat": "SCOLAIRE_HC",
            "cfa_habilite": "APPRENTI_HABILITE",
            "cfa": "APPRENTI",
            "formation_continue": "FC_PUBLIC",
        }[self.value]


class Etablissement(Base):
    """Un établissement qui inscrit ses élèves. Son académie le déclare, ses personnes en vérifient les coordonnées."""

    __tablename__ = "etablissement"

    uai: Mapped[str] = mapped_column(primary_key=True)
    """sept chiffres et une lettre de contrôle"""
    type: Mapped[TypeEtablissement]
    nom: Mapped[str]
    adresse: Mapped[str]
    code_postal: Mapped[str]
    ville: Mapped[str]
    telephone: Mapped[str] = mapped_column(default="")
    academie_code: Mapped[str] = mapped_column(ForeignKey("academie.code"), index=True)
    cree_le: Mapped[datetime]
    verifie_le: Mapped[datetime | None]
    """nul tant que personne de l'établissement n'a relu ces lignes"""


class SessionExamen(Base):
    __tablename__ = "session_examen"

    id: Mapped[str] = mapped_column(primary_key=True)
    """Lisible et stable (« cap-2027-06 ») : il paraît dans des adresses qui se partagent."""
    examen: Mapped[str]
    domaine: Mapped[str]
    libelle: Mapped[str]
    annee: Mapped[int]
    mois: Mapped[int]


class PeriodeInscription(Base):
    """L'ouverture du service d'une académie pour une session, et le service gestionnaire à qui écrire."""

    __tablename__ = "periode_inscription"
    __table_args__ = (
        UniqueConstraint("session_examen_id", "academie_code"),
        CheckConstraint("ouvre_le < ferme_le", name="ferme_apres_avoir_ouvert"),
        CheckConstraint("depot_ouvre_le < depot_ferme_le", name="depot_ferme_apres_avoir_ouvert"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=nouvel_id)
    session_examen_id: Mapped[str] = mapped_column(ForeignKey("session_examen.id"))
    academie_code: Mapped[str] = mapped_column(ForeignKey("academie.code"), index=True)
    ouvre_le: Mapped[datetime]
    ferme_le: Mapped[datetime]
    """Exclu : rien n'est enregistré à cet instant ni après."""
    regime_confirmation: Mapped[RegimeConfirmation]
    depot_ouvre_le: Mapped[datetime]
    depot_ferme_le: Mapped[datetime]
    service: Mapped[str]
    adresse: Mapped[str]
    code_postal: Mapped[str]
    ville: Mapped[str]
    courriel: Mapped[str]
    telephone: Mapped[str]
    horaires: Mapped[str]
    avis_public: Mapped[str] = mapped_column(default="")


class SpecialiteNonOrganisee(Base):
    __tablename__ = "specialite_non_organisee"

    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id", ondelete="CASCADE"), primary_key=True)
    specialite: Mapped[str] = mapped_column(primary_key=True)
    """Code de spécialité du règlement, donc sans clé étrangère."""


class MessageSpecialite(Base):
    """Ce qu'une académie dit d'une spécialité, organisée ou non : « Épreuves pratiques à Bordeaux »."""

    __tablename__ = "message_specialite"

    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id", ondelete="CASCADE"), primary_key=True)
    specialite: Mapped[str] = mapped_column(primary_key=True)
    texte: Mapped[str]


class MessageAccueil(Base):
    __tablename__ = "message_accueil"

    id: Mapped[str] = mapped_column(primary_key=True, default=nouvel_id)
    titre: Mapped[str]
    texte: Mapped[str]
    academie_code: Mapped[str | None] = mapped_column(ForeignKey("academie.code"))
    """Nul : pour tout le monde."""
    debute_le: Mapped[datetime]
    finit_le: Mapped[datetime]
    importance: Mapped[ImportanceMessage]
