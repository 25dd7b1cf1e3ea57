"""Lire un dossier s'écrit deux fois : pour le candidat (une fonction, un service) et au registre (qui).

Une lecture qui se prolonge, page après page, n'est qu'une lecture.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.candidatures.consultations import Consultation
from app.comptes.agents import noms_des_agents
from app.infra.registre import LigneRegistre, consigner

LIRE = "lire_un_dossier"
MEME_LECTURE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Lecture:
    le: datetime
    par: str
    """« Régine Castéra », entre agents"""


def noter_la_lecture(
    db: Session, candidature_id: str, *, agent_id: str, par: str, academie: str, quoi: str, maintenant: datetime
) -> None:
    """`par` : « Gestionnaire, académie de Toulouse », ce que lira le candidat."""
    depuis = maintenant - MEME_LECTURE
    vue = select(Consultation.id).where(
        Consultation.candidature_id == candidature_id,
        Consultation.par == par,
        Consultation.quoi == quoi,
        Consultation.survenue_le > depuis,
    )
    if db.scalar(vue.limit(1)) is None:
        db.add(Consultation(candidature_id=candidature_id, par=par, quoi=quoi, survenue_le=maintenant))
    lue = _lectures(candidature_id).where(LigneRegistre.acteur == agent_id, LigneRegistre.survenu_le > depuis)
    if db.execute(lue.limit(1)).first() is None:
        consigner(
            db,
            acteur=agent_id,
            nature=LIRE,
            objet="candidature",
            objet_id=candidature_id,
            academie=academie,
            detail=quoi,
            maintenant=maintenant,
        )


def lectures(db: Session, candidature_id: str, *, limite: int = 20) -> tuple[Lecture, ...]:
    """Les dernières d'abord."""
    lues = db.execute(_lectures(candidature_id).order_by(LigneRegistre.id.desc()).limit(limite)).all()
    noms = noms_des_agents(db, {ligne.acteur for ligne in lues})
    return tuple(Lecture(ligne.survenu_le, noms.get(ligne.acteur, "un agent")) for ligne in lues)


def _lectures(candidature_id: str) -> Select[datetime, str]:
    return select(LigneRegistre.survenu_le, LigneRegistre.acteur).where(
        LigneRegistre.objet == "candidature", LigneRegistre.objet_id == candidature_id, LigneRegistre.nature == LIRE
    )
