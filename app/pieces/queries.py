from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.pieces.models import FichierDepose, PieceDemandee


def pieces_de(db: Session, compte_id: str, candidature_id: str) -> Sequence[PieceDemandee]:
    """Les pièces demandées aujourd'hui, dans l'ordre de la demande ; vide si la candidature n'est pas à ce compte."""
    return db.scalars(
        select(PieceDemandee)
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .where(
            Candidature.id == candidature_id,
            Candidature.compte_id == compte_id,
            PieceDemandee.retiree_le.is_(None),
        )
        .order_by(PieceDemandee.ordre)
    ).all()


def pieces_deposees(db: Session, piece_ids: Sequence[str]) -> frozenset[str]:
    """Parmi elles, celles qui ont un fichier."""
    requete = select(FichierDepose.piece_id).where(
        FichierDepose.piece_id.in_(piece_ids), FichierDepose.retire_le.is_(None)
    )
    return frozenset(db.scalars(requete))
