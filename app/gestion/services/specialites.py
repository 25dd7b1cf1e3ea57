"""Les spécialités d'un service : celles qu'il organise, et ce qu'il en dit aux candidats."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.gestion.services.lecture import VIVES
from app.referentiel.queries import messages_des_specialites, specialites_non_organisees
from app.regles.eligibilite import sans_accents
from app.regles.referentiel import Reglement

MESSAGE_MAX = 200


@dataclass(frozen=True, slots=True)
class LigneSpecialite:
    code: str
    titre: str
    est_organisee: bool
    message: str
    candidatures: int
    """brouillons et inscrits qui l'ont choisie"""


def specialites_du_service(db: Session, periode_id: str, reglement: Reglement) -> tuple[LigneSpecialite, ...]:
    fermees, messages = specialites_non_organisees(db, periode_id), messages_des_specialites(db, periode_id)
    choisies = _choisies(db, periode_id)
    lignes = (
        LigneSpecialite(s.code, s.titre_ecran, s.code not in fermees, messages.get(s.code, ""), choisies.get(s.code, 0))
        for s in reglement.specialites.values()
    )
    return tuple(sorted(lignes, key=lambda ligne: (sans_accents(ligne.titre), ligne.code)))


def _choisies(db: Session, periode_id: str) -> dict[str, int]:
    specialite = Candidature.brouillon["specialite"].as_string()
    lignes = db.execute(
        select(specialite, func.count())
        .where(Candidature.periode_id == periode_id, Candidature.etat.in_(VIVES))
        .group_by(specialite)
    )
    return {code: nombre for code, nombre in lignes if code}
