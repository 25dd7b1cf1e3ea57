"""Les services de la portée d'un agent, et ce qui s'y trouve."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.gestion.portee import Academies
from app.gestion.services.effets import Effectifs
from app.referentiel.fiches import FicheAcademie, FichePeriode, FicheSession
from app.referentiel.models import SpecialiteNonOrganisee
from app.referentiel.periodes import VuePeriode, session_par_defaut, vue
from app.referentiel.queries import academies as toutes_les_academies
from app.referentiel.queries import periode, periodes, session_examen, sessions
from app.regles.vocabulaire import EtatCandidature

PERSONNE = Effectifs(0, 0, 0)
VIVES = (EtatCandidature.BROUILLON, EtatCandidature.A_COMPLETER, EtatCandidature.INSCRIT)


@dataclass(frozen=True, slots=True)
class Service:
    vue: VuePeriode
    effectifs: Effectifs

    @property
    def fiche(self) -> FichePeriode:
        return self.vue.fiche


@dataclass(frozen=True, slots=True)
class ServicesDeLaSession:
    session: FicheSession | None
    sessions: tuple[FicheSession, ...]
    services: tuple[Service, ...]
    a_ouvrir: tuple[FicheAcademie, ...]
    """académies de l'agent qui n'ont pas encore de service à cette session"""


def services_de_la_session(
    db: Session, academies: Academies, session_id: str, *, maintenant: datetime
) -> ServicesDeLaSession:
    """Sans session dite : la plus proche où l'on peut encore s'inscrire."""
    connues = sessions(db)
    session = session_examen(db, session_id) or session_par_defaut(
        connues, periodes(db, academies=academies), maintenant
    )
    if session is None:
        return ServicesDeLaSession(None, connues, (), ())
    lues = periodes(db, session_id=session.id, academies=academies)
    combien = effectifs(db, [p.id for p in lues])
    services = tuple(Service(vue(p, maintenant), combien.get(p.id, PERSONNE)) for p in lues)
    ouverts = {p.academie.code for p in lues}
    return ServicesDeLaSession(session, connues, services, a_ouvrir(db, academies, sauf=ouverts))


def le_service(db: Session, periode_id: str, academies: Academies, *, maintenant: datetime) -> Service | None:
    lue = periode(db, periode_id, academies=academies)
    if lue is None:
        return None
    return Service(vue(lue, maintenant), effectifs(db, [lue.id]).get(lue.id, PERSONNE))


def a_ouvrir(db: Session, academies: Academies, *, sauf: Collection[str]) -> tuple[FicheAcademie, ...]:
    return tuple(
        a for a in toutes_les_academies(db) if a.code not in sauf and (academies is None or a.code in academies)
    )


def dernier_service(db: Session, academie: str) -> FichePeriode | None:
    """Celui dont on reprend le contact : le dernier qui a fermé, ou fermera."""
    return max(periodes(db, academie=academie), key=lambda p: p.ferme_le, default=None)


def effectifs(db: Session, ids: Collection[str]) -> dict[str, Effectifs]:
    vives = Candidature.etat.in_(VIVES)
    modifiee = vives & (Candidature.version > 0) & (Candidature.garde_le > Candidature.enregistree_le)
    lignes = db.execute(
        select(
            Candidature.periode_id,
            _combien(vives & (Candidature.version == 0)),
            _combien(modifiee),
            _combien(Candidature.etat == EtatCandidature.INSCRIT),
        )
        .where(Candidature.periode_id.in_(ids))
        .group_by(Candidature.periode_id)
    )
    return {periode_id: Effectifs(*nombres) for periode_id, *nombres in lignes}


def non_organisees(db: Session, ids: Collection[str]) -> dict[str, int]:
    lignes = db.execute(
        select(SpecialiteNonOrganisee.periode_id, func.count())
        .where(SpecialiteNonOrganisee.periode_id.in_(ids))
        .group_by(SpecialiteNonOrganisee.periode_id)
    )
    return {periode_id: nombre for periode_id, nombre in lignes}


def _combien(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
