from sqlalchemy.orm import Session

from app.candidatures.fiche import Fiche
from app.candidatures.models import EpreuveCandidature


def inscrire_les_epreuves(db: Session, version_id: str, fiche: Fiche) -> None:
    """Une ligne par épreuve de la version : ce que les convocations et les listes interrogent."""
    db.add_all(
        EpreuveCandidature(
            version_id=version_id,
            ordre=ordre,
            code=epreuve.code,
            repere=epreuve.repere,
            libelle=epreuve.libelle,
            nature=epreuve.nature,
            position=epreuve.position,
            evaluation=epreuve.evaluation or None,
            est_certaine=epreuve.est_certaine,
        )
        for ordre, epreuve in enumerate(fiche.epreuves, start=1)
    )
