"""« Voir le portail à une autre date » : ce qu'un visiteur y lirait, calculé pour cet instant. Rien ne change."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.gestion.portee import Academies
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import nom_session
from app.referentiel.periodes import VuePeriode, de_la_session, sessions_ouvertes, vue
from app.referentiel.queries import messages, periodes, prochaine_ouverture
from app.regles.calendrier import est_ouvert, session_est_close


@dataclass(frozen=True, slots=True)
class ServiceVu:
    vue: VuePeriode
    session: str
    inscriptions: str
    depot: str


def portail_a(db: Session, academies: Academies, quand: datetime) -> dict[str, object]:
    """L'accueil est celui de tous ; les services sont ceux de la portée."""
    toutes = periodes(db)
    ouvertes = sessions_ouvertes(toutes, quand)
    prochaine = None if ouvertes else prochaine_ouverture(db, quand)
    return {
        "ouvertes": " et ".join(de_la_session(session) for session in ouvertes),
        "prochaine": vue(prochaine, quand) if prochaine else None,
        "messages": messages(db, quand),
        "services": services_a(db, academies, quand),
    }


def services_a(db: Session, academies: Academies, quand: datetime) -> tuple[ServiceVu, ...]:
    """Ceux des sessions encore vivantes à cet instant."""
    vivantes = (p for p in periodes(db, academies=academies) if not session_est_close(p.session.annee, quand))
    return tuple(_vu(p, quand) for p in vivantes)


def _vu(periode: FichePeriode, quand: datetime) -> ServiceVu:
    if periode.est_ouverte(quand):
        inscriptions = "S’inscrire, modifier, se désinscrire"
    else:
        inscriptions = "Lire son dossier seulement"
    depot = "Déposer des pièces" if est_ouvert(periode.depot, quand) else "Aucun dépôt de pièces"
    return ServiceVu(vue(periode, quand), nom_session(periode.session), inscriptions, depot)
