"""Ce que les lectures du référentiel rendent : des valeurs gelées, jamais des lignes de la base."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.referentiel.models import ImportanceMessage, RegimeConfirmation
from app.regles.calendrier import PARIS, Periode, est_ouvert, etat
from app.regles.vocabulaire import EtatService


@dataclass(frozen=True, slots=True)
class FicheSession:
    id: str
    examen: str
    domaine: str
    libelle: str
    annee: int
    mois: int


@dataclass(frozen=True, slots=True)
class FicheAcademie:
    code: str
    nom: str
    libelle: str
    type: str
    departements: tuple[str, ...]
    organisateur: str
    fuseau: str
    est_verifiee: bool

    @property
    def est_centre_etranger(self) -> bool:
        return self.type == "centre-etranger"


@dataclass(frozen=True, slots=True)
class ServiceGestionnaire:
    """À qui écrire. Les champs que l'académie n'a pas remplis sont vides."""

    nom: str
    adresse: str
    code_postal: str
    ville: str
    courriel: str
    telephone: str
    horaires: str


@dataclass(frozen=True, slots=True)
class FichePeriode:
    """Un service d'inscription : une session, une académie. `ferme_le` est exclu."""

    id: str
    session: FicheSession
    academie: FicheAcademie
    ouvre_le: datetime
    ferme_le: datetime
    regime_confirmation: RegimeConfirmation
    depot_ouvre_le: datetime
    depot_ferme_le: datetime
    service: ServiceGestionnaire
    avis_public: str

    @property
    def inscription(self) -> Periode:
        return Periode(self.ouvre_le, self.ferme_le)

    @property
    def depot(self) -> Periode:
        """Quand les pièces se déposent."""
        return Periode(self.depot_ouvre_le, self.depot_ferme_le)

    def etat(self, instant: datetime) -> EtatService:
        return etat(self.inscription, instant)

    def est_ouverte(self, instant: datetime) -> bool:
        return est_ouvert(self.inscription, instant)

    @property
    def heure_locale_differe(self) -> bool:
        """L'outre-mer et l'étranger lisent aussi leur heure ; celle de Paris fait foi."""
        local = ZoneInfo(self.academie.fuseau)
        return any(
            i.astimezone(local).utcoffset() != i.astimezone(PARIS).utcoffset() for i in (self.ouvre_le, self.ferme_le)
        )


@dataclass(frozen=True, slots=True)
class FichePays:
    code: str
    nom: str
    nationalite: str
    """au masculin ; vide pour un territoire"""
    type: str
    est_ue: bool
    est_eee_ou_suisse: bool

    @property
    def libelle(self) -> str:
        """À l'adresse : « FRANCE »."""
        return self.nom.upper()

    @property
    def libelle_naissance(self) -> str:
        """À la naissance : les départements d'outre-mer et les collectivités se choisissent ensuite."""
        return "FRANCE (DONT OUTRE-MER)" if self.code == "FR" else self.libelle


@dataclass(frozen=True, slots=True)
class FicheDepartement:
    code: str
    code_cyclades: str
    nom: str

    @property
    def libelle(self) -> str:
        """« 014 - Calvados », comme au guide."""
        return f"{self.code_cyclades} - {self.nom}"


@dataclass(frozen=True, slots=True)
class FicheCommune:
    code_insee: str
    type: str
    nom: str
    departement: str
    libelle: str
    """en majuscules ; une commune déléguée dit de quelle commune elle dépend"""

    @property
    def cle(self) -> str:
        """Désigne la commune dans un formulaire : le code Insee seul ne suffit pas."""
        return f"{self.code_insee}-{self.type}"

    @property
    def nom_affiche(self) -> str:
        """« MAY-SUR-ORNE » : ce qui s'enregistre et s'imprime, sans la parenthèse du choix."""
        return self.nom.upper()


@dataclass(frozen=True, slots=True)
class MessageDuMoment:
    id: str
    titre: str
    texte: str
    importance: ImportanceMessage
