"""Ce qu'une candidature fige dans le compte : l'état civil, et le droit de tout effacer.

Un brouillon ne fige rien : le guide (chapitre 6) laisse corriger « tant que je n'ai pas créé de candidature » et
renvoie au service « après avoir enregistré ma candidature ». Une candidature venue d'un établissement fige dès
qu'elle est rattachée. Une candidature désinscrite ou écartée fige encore : ses documents portent cet état civil.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.referentiel import queries as referentiel
from app.referentiel.fiches import ServiceGestionnaire
from app.regles.vocabulaire import EtatCandidature

FIGE = or_(Candidature.version > 0, Candidature.etat != EtatCandidature.BROUILLON)


@dataclass(frozen=True, slots=True)
class Gel:
    services: tuple[ServiceGestionnaire, ...]
    """ceux à qui écrire, sans double ; vide tant que rien n'est figé"""
    brouillons: tuple[str, ...]
    """ids ; ils ne figent rien, mais se suppriment avant le compte"""
    est_fige: bool


def gel(db: Session, compte_id: str) -> Gel:
    lignes = db.execute(
        select(Candidature.id, Candidature.periode_id, FIGE)
        .where(Candidature.compte_id == compte_id)
        .order_by(Candidature.cree_le, Candidature.id)
    ).all()
    periodes = dict.fromkeys(periode for _, periode, fige in lignes if fige)
    fiches = (referentiel.periode(db, periode) for periode in periodes)
    return Gel(
        services=tuple(dict.fromkeys(fiche.service for fiche in fiches if fiche)),
        brouillons=tuple(id_ for id_, _, fige in lignes if not fige),
        est_fige=bool(periodes),
    )


def est_fige(db: Session, compte_id: str) -> bool:
    return db.scalar(select(Candidature.id).where(Candidature.compte_id == compte_id, FIGE).limit(1)) is not None


def a_une_candidature(db: Session, compte_id: str) -> bool:
    """Brouillons compris."""
    return db.scalar(select(Candidature.id).where(Candidature.compte_id == compte_id).limit(1)) is not None
