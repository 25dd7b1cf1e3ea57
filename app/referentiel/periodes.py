"""Les périodes d'inscription telles qu'un candidat les lit : son état en mots, l'heure de Paris, la sienne."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.infra.clock import jour_de_paris
from app.referentiel.fiches import FichePeriode, FicheSession
from app.referentiel.horaires import Horaire, horaire, nom_academie
from app.regles.vocabulaire import EtatService
from app.web.gabarits import INSECABLE, MOIS

DOMAINES = {"examens": "Examens", "concours": "Concours"}
EXAMENS = {"CAP": "Certificat d’aptitude professionnelle"}


@dataclass(frozen=True, slots=True)
class Etat:
    libelle: str
    couleur: str
    """classe de l'étiquette ; vide : neutre"""


@dataclass(frozen=True, slots=True)
class VuePeriode:
    fiche: FichePeriode
    nom: str
    ouverture: Horaire
    fermeture: Horaire
    etat: Etat
    a_un_rappel: bool


def vue(periode: FichePeriode, maintenant: datetime) -> VuePeriode:
    return VuePeriode(
        fiche=periode,
        nom=nom_academie(periode.academie),
        ouverture=horaire(periode.ouvre_le, periode.academie),
        fermeture=horaire(periode.ferme_le, periode.academie),
        etat=etat(periode, maintenant),
        a_un_rappel=periode.etat(maintenant) is not EtatService.FERME,
    )


def etat(periode: FichePeriode, maintenant: datetime) -> Etat:
    """Les jours se comptent à Paris ; fermé à minuit, le service ferme encore le jour qui finit."""
    service = periode.etat(maintenant)
    if service is EtatService.A_VENIR:
        return Etat("Pas encore ouverte", "")
    if service is EtatService.FERME:
        return Etat("Fermée", "")
    dernier_jour = jour_de_paris(periode.ferme_le - timedelta(microseconds=1))
    jours = (dernier_jour - jour_de_paris(maintenant)).days
    if jours == 0:
        return Etat("Ferme aujourd’hui", "ambre")
    return Etat("Ferme demain", "ambre") if jours == 1 else Etat(f"Ouverte, {jours}{INSECABLE}jours", "vert")


def de_la_session(session: FicheSession) -> str:
    """« de juin 2027 », « d’octobre 2027 »."""
    mois = MOIS[session.mois - 1]
    return f"{'d’' if mois[0] in 'ao' else 'de '}{mois} {session.annee}"


def sessions_ouvertes(periodes: Iterable[FichePeriode], maintenant: datetime) -> tuple[FicheSession, ...]:
    ouvertes = (p.session for p in periodes if p.est_ouverte(maintenant))
    return tuple(dict.fromkeys(ouvertes))


def session_par_defaut(
    sessions: tuple[FicheSession, ...], periodes: Iterable[FichePeriode], maintenant: datetime
) -> FicheSession | None:
    """La plus proche où l'on peut encore s'inscrire ; à défaut, la dernière connue."""
    vivantes = {p.session.id for p in periodes if p.etat(maintenant) is not EtatService.FERME}
    return next((s for s in sessions if s.id in vivantes), sessions[-1] if sessions else None)
