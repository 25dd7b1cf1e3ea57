"""Ce qui attend que le service tranche : les inscrits dont une dispense est à confirmer, session par session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.gestion.candidatures.criteres import A_CONFIRMER, LISTE
from app.infra.clock import jour_de_paris
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.regles.vocabulaire import EtatCandidature


@dataclass(frozen=True, slots=True)
class DispensesDeSession:
    session_id: str
    session: str
    """« Juin 2027 »"""
    candidatures: int

    @property
    def adresse(self) -> str:
        return f"{LISTE}?{urlencode({'session': self.session_id, 'dispense': A_CONFIRMER})}"


def dispenses_a_confirmer(
    db: Session, academies: Collection[str], *, maintenant: datetime
) -> tuple[DispensesDeSession, ...]:
    """Les sessions où il en reste, la plus proche d'abord ; une session close ne se décide plus."""
    lignes = db.execute(
        select(SessionExamen.id, SessionExamen.libelle, func.count())
        .join(PeriodeInscription, PeriodeInscription.session_examen_id == SessionExamen.id)
        .join(Candidature, Candidature.periode_id == PeriodeInscription.id)
        .where(
            PeriodeInscription.academie_code.in_(academies),
            SessionExamen.annee >= jour_de_paris(maintenant).year,
            Candidature.etat == EtatCandidature.INSCRIT,
            Candidature.dispense_a_confirmer.is_(True),
        )
        .group_by(SessionExamen.id, SessionExamen.libelle, SessionExamen.annee, SessionExamen.mois)
        .order_by(SessionExamen.annee, SessionExamen.mois, SessionExamen.id)
    )
    return tuple(DispensesDeSession(*ligne) for ligne in lignes)
