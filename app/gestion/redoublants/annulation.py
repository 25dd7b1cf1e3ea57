"""Défaire une préparation, pendant vingt-quatre heures : ce que personne n'a touché s'efface."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature, Evenement
from app.gestion.redoublants.models import EtatPreparation, LignePreparation, Preparation
from app.gestion.redoublants.preparation import PreparationRefusee, charger, tracer
from app.referentiel.models import PeriodeInscription

DELAI = timedelta(hours=24)


def est_annulable(preparation: Preparation, maintenant: datetime) -> bool:
    faite = preparation.etat is EtatPreparation.FAITE and preparation.faite_le is not None
    return faite and maintenant < (preparation.faite_le or maintenant) + DELAI


def annuler(db: Session, preparation_id: str, academies: Collection[str], *, acteur: str, maintenant: datetime) -> None:
    """Les candidatures préparées et jamais touchées s'effacent ; les autres restent, et sont comptées."""
    preparation = charger(db, preparation_id, academies)
    if preparation.etat is EtatPreparation.ANNULEE:
        return
    if not est_annulable(preparation, maintenant):
        raise PreparationRefusee("Cette préparation ne s’annule plus : vingt-quatre heures ont passé.")
    siennes = select(LignePreparation.candidature_id).where(LignePreparation.preparation_id == preparation_id)
    creees = db.scalars(select(Candidature).where(Candidature.id.in_(siennes))).all()
    intactes = [c.id for c in creees if not c.version and c.garde_le is None]
    db.execute(delete(Evenement).where(Evenement.candidature_id.in_(intactes)))
    db.execute(delete(Candidature).where(Candidature.id.in_(intactes)))
    preparation.etat, preparation.annulee_le = EtatPreparation.ANNULEE, maintenant
    preparation.laissees = len(creees) - len(intactes)
    cible = db.get_one(PeriodeInscription, preparation.cible_id)
    tracer(db, "annuler_une_preparation", preparation, cible, acteur, len(intactes), maintenant)
