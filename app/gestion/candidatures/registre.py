"""Au registre, un acte sur un dossier : des codes et des identifiants, et l'académie d'où il se relit."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.infra.registre import consigner
from app.referentiel.models import PeriodeInscription


def consigner_un_acte(
    db: Session, candidature_id: str, nature: str, *, agent_id: str, detail: str = "", maintenant: datetime
) -> None:
    academie = db.scalars(
        select(PeriodeInscription.academie_code)
        .join(Candidature, Candidature.periode_id == PeriodeInscription.id)
        .where(Candidature.id == candidature_id)
    ).one()
    consigner(
        db,
        acteur=agent_id,
        nature=nature,
        objet="candidature",
        objet_id=candidature_id,
        academie=academie,
        detail=detail,
        maintenant=maintenant,
    )
