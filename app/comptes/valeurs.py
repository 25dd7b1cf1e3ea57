"""Les valeurs qui passent entre les écrans et les actes : jamais une ligne de la base."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.comptes.models import RoleCompte
from app.regles.vocabulaire import Civilite


@dataclass(frozen=True, slots=True)
class EtatCivil:
    civilite: Civilite
    nom_famille: str
    nom_usage: str
    prenoms: str
    date_naissance: date
    pays_naissance: str
    departement_naissance: str | None
    commune_naissance: str | None
    commune_naissance_type: str | None
    lieu_naissance: str


@dataclass(frozen=True, slots=True)
class Message:
    """Un mail composé avant l'acte : rien ne se met en page pendant que les autres écritures attendent."""

    sujet: str
    texte: str
    html: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """Le mail d'activation, et les empreintes de ce qu'il porte."""

    jeton: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Visiteur:
    """La personne connectée, telle que la dit sa session : posée dans `scope["user"]`."""

    compte_id: str
    role: RoleCompte
    courriel: str
    numero_candidat: str
    nom_famille: str
    nom_usage: str
    prenoms: str
    date_naissance: date
    session: str = field(repr=False)
    """empreinte de sa session"""
    vue_le: datetime
    est_provisoire: bool = False
    """son mot de passe est celui d'un papillon : il doit d'abord en choisir un"""
    agent_id: str = ""
    """au guichet, l'agent qui remplit à sa place ; vide : c'est lui"""
    dossier: str = ""
    """au guichet, la seule candidature ouverte"""

    @property
    def est_connecte(self) -> bool:
        return True

    @property
    def est_agent(self) -> bool:
        return False

    @property
    def espace(self) -> tuple[str, str]:
        if self.agent_id:
            return f"/gestion/candidatures/{self.dossier}", "Revenir au dossier"
        return "/inscriptions", "Mes inscriptions"

    @property
    def documents(self) -> str:
        """L'adresse devant l'identifiant d'un document : au guichet, celle que l'agent peut ouvrir."""
        return f"{self.espace[0]}/documents" if self.agent_id else "/documents"

    @property
    def est_au_guichet(self) -> bool:
        return bool(self.agent_id)

    @property
    def nom(self) -> str:
        return (self.nom_usage or self.nom_famille).upper()

    @property
    def nom_affiche(self) -> str:
        """« Dack ACCRALL », comme en tête de page au guide."""
        return f"{self.prenoms.split()[0] if self.prenoms.split() else ''} {self.nom}".strip()


@dataclass(frozen=True, slots=True)
class AgentConnecte:
    """Une personne du service des examens ou d'un établissement, second facteur donné.

    `academies`, ou `etablissements` (des UAI), borne tout ce qu'elle peut lire.
    """

    compte_id: str
    role: RoleCompte
    courriel: str
    nom: str
    prenoms: str
    academies: tuple[str, ...]
    session: str = field(repr=False)
    vue_le: datetime
    etablissements: tuple[str, ...] = ()

    @property
    def est_connecte(self) -> bool:
        return True

    @property
    def est_agent(self) -> bool:
        return True

    @property
    def est_d_etablissement(self) -> bool:
        return self.role is RoleCompte.ETABLISSEMENT

    @property
    def espace(self) -> tuple[str, str]:
        return ("/etablissement", "Mes élèves") if self.est_d_etablissement else ("/gestion", "Gestion")

    @property
    def nom_affiche(self) -> str:
        return f"{self.prenoms} {self.nom.upper()}".strip()
