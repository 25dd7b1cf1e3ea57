from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, unique_si
from app.infra.identifiants import nouvel_id
from app.regles.vocabulaire import Civilite

ACTIF = text("active_le IS NOT NULL")


class RoleCompte(StrEnum):
    CANDIDAT = "candidat"
    ADMINISTRATEUR = "administrateur"
    GESTIONNAIRE = "gestionnaire"
    AMENAGEMENTS = "amenagements"
    LECTEUR = "lecteur"
    ETABLISSEMENT = "etablissement"
    """une personne d'un établissement : elle ne voit que les élèves de ses établissements"""

    @property
    def libelle(self) -> str:
        return {
            "candidat": "Candidat",
            "administrateur": "Administrateur",
            "gestionnaire": "Gestionnaire",
            "amenagements": "Aménagements d’épreuves",
            "lecteur": "Lecteur",
            "etablissement": "Établissement",
        }[self.value]


class UsageJeton(StrEnum):
    """Un jeton ne sert qu'à ce pour quoi il a été donné."""

    ACTIVATION = "activation"
    MOT_DE_PASSE = "mot_de_passe"
    ATTENTE = "attente"
    """l'écran d'attente d'un navigateur, entre la création et l'activation"""
    APPAREIL = "appareil"
    """un navigateur qui s'est déjà connecté à ce compte (voir connexion.py)"""
    INVITATION = "invitation"
    """le lien par lequel un agent choisit son mot de passe et enregistre son second facteur"""
    SECOND_FACTEUR = "second_facteur"
    """un navigateur dont le mot de passe est bon, et qui n'a pas encore donné son code"""


class ChampCorrigible(StrEnum):
    """L'état civil du guide, dans son ordre."""

    CIVILITE = "civilite"
    NOM_FAMILLE = "nom_famille"
    NOM_USAGE = "nom_usage"
    PRENOMS = "prenoms"
    DATE_NAISSANCE = "date_naissance"
    LIEU_NAISSANCE = "lieu_naissance"

    @property
    def libelle(self) -> str:
        return {
            "civilite": "Civilité",
            "nom_famille": "Nom de famille",
            "nom_usage": "Nom d’usage",
            "prenoms": "Prénoms",
            "date_naissance": "Date de naissance",
            "lieu_naissance": "Lieu de naissance",
        }[self.value]


class EtatDemande(StrEnum):
    DEMANDEE = "demandee"
    ACCEPTEE = "acceptee"
    REFUSEE = "refusee"

    @property
    def libelle(self) -> str:
        return {"demandee": "En attente", "acceptee": "Acceptée", "refusee": "Refusée"}[self.value]


class Compte(Base):
    """Un seul compte actif par adresse ; autant d'attentes d'activation qu'il y a eu de créations.

    Si une création en attente occupait l'adresse, il suffirait de créer un compte au nom d'autrui pour l'empêcher
    d'avoir le sien, ou pour lui faire activer un mot de passe qu'il n'a pas choisi. Le premier activé l'emporte.
    """

    __tablename__ = "compte"
    __table_args__ = (
        unique_si(ACTIF, "uq_compte_identifiant_actif", "identifiant"),
        Index(None, "identifiant"),
        Index(None, "active_le", "cree_le"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    identifiant: Mapped[str] = mapped_column(String(254))
    """l'adresse sous sa forme comparée (voir adresses.normaliser), ou « prenom.nom » pour un élève"""
    courriel: Mapped[str] = mapped_column(String(254))
    """l'adresse telle que saisie : c'est à elle qu'on écrit ; vide pour un élève qui n'en a pas encore donné"""
    mot_de_passe: Mapped[str] = mapped_column(String(200))
    """empreinte argon2"""
    mot_de_passe_provisoire: Mapped[bool] = mapped_column(default=False)
    """celui d'un papillon : il n'ouvre que la page où en choisir un autre"""
    role: Mapped[RoleCompte] = mapped_column(default=RoleCompte.CANDIDAT)
    cree_le: Mapped[datetime]
    active_le: Mapped[datetime | None]
    mot_de_passe_change_le: Mapped[datetime | None]
    vu_le: Mapped[datetime | None]
    """dernière connexion ; nulle : aucune depuis l'activation"""


class Candidat(Base):
    """L'état civil du compte, tel que sur la pièce d'identité."""

    __tablename__ = "candidat"

    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), primary_key=True)
    numero_candidat: Mapped[str | None] = mapped_column(String(11), unique=True)
    """onze chiffres, le zéro de tête compte ; nul tant que le compte n'est pas activé"""
    civilite: Mapped[Civilite]
    nom_famille: Mapped[str] = mapped_column(String(100))
    nom_usage: Mapped[str] = mapped_column(String(100), default="")
    prenoms: Mapped[str] = mapped_column(String(100))
    date_naissance: Mapped[date]
    pays_naissance: Mapped[str] = mapped_column(String(8))
    departement_naissance: Mapped[str | None] = mapped_column(String(4))
    """nul quand on est né à l'étranger"""
    commune_naissance: Mapped[str | None] = mapped_column(String(8))
    """code INSEE ; nul à l'étranger, ou quand la commune n'est plus dans la liste"""
    commune_naissance_type: Mapped[str | None] = mapped_column(String(32))
    lieu_naissance: Mapped[str] = mapped_column(String(100))
    """nom de la commune ou de la ville, figé : une fusion de communes ne réécrit pas un acte de naissance"""


class Agent(Base):
    """Une personne du service des examens : un compte sans état civil de candidat, avec un second facteur."""

    __tablename__ = "agent"

    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), primary_key=True)
    nom: Mapped[str] = mapped_column(String(100))
    prenoms: Mapped[str] = mapped_column(String(100))
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """secret TOTP scellé par la clé de l'instance (voir totp.py) ; nul tant que l'invitation n'a pas servi"""
    dernier_pas: Mapped[int] = mapped_column(default=0)
    """le dernier pas de trente secondes dont le code a servi : un code ne sert qu'une fois"""
    desactive_le: Mapped[datetime | None]


class AgentAcademie(Base):
    """La portée d'un agent. Elle borne chaque requête de la gestion."""

    __tablename__ = "agent_academie"

    compte_id: Mapped[str] = mapped_column(ForeignKey("agent.compte_id", ondelete="CASCADE"), primary_key=True)
    academie_code: Mapped[str] = mapped_column(String(8), primary_key=True)


class AgentEtablissement(Base):
    """La portée d'une personne d'établissement, un UAI ou plusieurs. Elle borne chaque requête de son espace."""

    __tablename__ = "agent_etablissement"

    compte_id: Mapped[str] = mapped_column(ForeignKey("agent.compte_id", ondelete="CASCADE"), primary_key=True)
    uai: Mapped[str] = mapped_column(ForeignKey("etablissement.uai"), primary_key=True)


class CodeSecours(Base):
    """Un code pour le jour où le téléphone manque. Haché avec la clé de l'instance, il ne sert qu'une fois."""

    __tablename__ = "code_secours"

    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    compte_id: Mapped[str] = mapped_column(ForeignKey("agent.compte_id", ondelete="CASCADE"), index=True)
    utilise_le: Mapped[datetime | None]


class Jeton(Base):
    __tablename__ = "jeton"

    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    usage: Mapped[UsageJeton]
    code: Mapped[str | None] = mapped_column(String(64))
    """empreinte du code à six chiffres du même mail ; nulle quand un mail plus récent l'a remplacé"""
    essais: Mapped[int] = mapped_column(default=0)
    cree_le: Mapped[datetime]
    expire_le: Mapped[datetime]
    utilise_le: Mapped[datetime | None]


class ChangementAdresse(Base):
    """Une nouvelle adresse demandée : elle compte une fois confirmée, et se défait depuis l'ancienne."""

    __tablename__ = "changement_adresse"

    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    """du lien envoyé à la nouvelle adresse"""
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    nouvelle: Mapped[str] = mapped_column(String(254))
    demande_le: Mapped[datetime]
    expire_le: Mapped[datetime] = mapped_column(index=True)
    confirme_le: Mapped[datetime | None]
    ancienne: Mapped[str | None] = mapped_column(String(254))
    """connue à la confirmation : c'est elle que l'annulation rétablit"""
    annulation: Mapped[str | None] = mapped_column(String(64), unique=True)
    """empreinte du lien envoyé à l'ancienne adresse"""
    annulable_avant: Mapped[datetime | None] = mapped_column(index=True)
    annule_le: Mapped[datetime | None]


class DemandeCorrection(Base):
    """Une erreur d'état civil signalée quand le compte n'est plus modifiable ; le service accepte ou refuse."""

    __tablename__ = "demande_correction"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    champ: Mapped[ChampCorrigible]
    valeur: Mapped[str] = mapped_column(String(200))
    """ce qui était écrit le jour de la demande"""
    souhaitee: Mapped[str] = mapped_column(String(200))
    explication: Mapped[str]
    preuve_fichier: Mapped[str] = mapped_column(String(40))
    """nom engendré, dans le dossier du compte (voir preuves.py)"""
    preuve_nom: Mapped[str] = mapped_column(String(100))
    """nom que le candidat lui donne : montré, jamais employé comme chemin"""
    preuve_octets: Mapped[int]
    demandee_le: Mapped[datetime]
    etat: Mapped[EtatDemande] = mapped_column(default=EtatDemande.DEMANDEE)
    reponse: Mapped[str] = mapped_column(default="")
    decidee_le: Mapped[datetime | None]


class SessionWeb(Base):
    __tablename__ = "session_web"

    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    cree_le: Mapped[datetime]
    vue_le: Mapped[datetime]
    expire_le: Mapped[datetime] = mapped_column(index=True)


class Tentative(Base):
    """Les essais comptés sous une clé hachée : ni adresse mail ni adresse réseau ne se lisent ici."""

    __tablename__ = "tentative"

    cle: Mapped[str] = mapped_column(String(64), primary_key=True)
    essais: Mapped[int]
    derniere_le: Mapped[datetime] = mapped_column(index=True)
    prochaine_le: Mapped[datetime]


class Compteur(Base):
    """Suite de numéros qui ne redonne jamais un numéro, même celui d'un compte effacé."""

    __tablename__ = "compteur"

    nom: Mapped[str] = mapped_column(String(40), primary_key=True)
    valeur: Mapped[int]


class FormulaireScelle(Base):
    """Un formulaire arrivé après la fin de la session : illisible sans le cookie de celui qui l'a envoyé."""

    __tablename__ = "formulaire_scelle"

    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    adresse: Mapped[str]
    contenu: Mapped[bytes] = mapped_column(LargeBinary)
    compte_id: Mapped[str | None] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    """le compte de la session finie ; nul quand on ne le sait plus"""
    expire_le: Mapped[datetime] = mapped_column(index=True)
