from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.fiche import PieceFiche
from app.pieces.models import PieceDemandee
from app.regles.vocabulaire import ModeDepot


def demander(db: Session, candidature_id: str, pieces: Sequence[PieceFiche], maintenant: datetime) -> bool:
    """Accorde la liste des pièces demandées à celle de la fiche. Rend vrai si le candidat doit en être averti.

    Un changement d'ordre seul n'en est pas un.
    """
    connues = {
        ligne.code: ligne
        for ligne in db.scalars(select(PieceDemandee).where(PieceDemandee.candidature_id == candidature_id))
    }
    demandees = {piece.code for piece in pieces}
    a_change = False
    for ordre, piece in enumerate(pieces, start=1):
        ligne = connues.get(piece.code)
        if ligne is None:
            db.add(PieceDemandee(candidature_id=candidature_id, ordre=ordre, demandee_le=maintenant, **_demande(piece)))
            a_change = True
        else:
            a_change |= _redemander(ligne, piece, ordre)
    for ligne in connues.values():
        if ligne.code not in demandees and ligne.retiree_le is None:
            ligne.retiree_le = maintenant
            a_change = True
    db.flush()
    return a_change


def _redemander(ligne: PieceDemandee, piece: PieceFiche, ordre: int) -> bool:
    demande = _demande(piece)
    a_change = ligne.retiree_le is not None or any(getattr(ligne, champ) != demande[champ] for champ in demande)
    for champ, valeur in demande.items():
        setattr(ligne, champ, valeur)
    ligne.ordre = ordre
    ligne.retiree_le = None
    return a_change


def _demande(piece: PieceFiche) -> dict[str, Any]:
    """Ce que lit le candidat de cette pièce."""
    return {
        "code": piece.code,
        "libelle": piece.libelle,
        "groupe": piece.groupe,
        "groupe_libelle": piece.groupe_libelle,
        "mode": ModeDepot(piece.mode),
        "est_obligatoire": piece.est_obligatoire,
        "est_certaine": piece.est_certaine,
        "documents_acceptes": list(piece.documents_acceptes),
    }
