"""Ce qui s'efface d'un import avec le temps. À part : l'entretien du portail ne charge pas l'import pour cela."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.import_scolaire.models import DELAI_D_ANNULATION, EtatImport, ImportEleves, LigneImport


def effacer_les_lignes(db: Session, maintenant: datetime) -> None:
    """Un essai laissé vingt-quatre heures, un import qui ne s'annule plus : les données des élèves n'y restent pas."""
    finis = select(ImportEleves.id).where(
        or_(
            (ImportEleves.etat == EtatImport.ESSAI) & (ImportEleves.cree_le <= maintenant - DELAI_D_ANNULATION),
            (ImportEleves.etat == EtatImport.FAIT) & (ImportEleves.fini_le <= maintenant - DELAI_D_ANNULATION),
            (ImportEleves.etat == EtatImport.ANNULE) & (ImportEleves.annule_le <= maintenant - timedelta(hours=1)),
        )
    )
    db.execute(delete(LigneImport).where(LigneImport.import_id.in_(finis)))
