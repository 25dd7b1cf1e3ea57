from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.documents.codes import nouveau_code
from app.documents.models import Document, TypeDocument
from app.referentiel.models import PeriodeInscription


def publier(
    db: Session,
    *,
    candidature_id: str,
    version_id: str,
    type: TypeDocument,
    donnees: Mapping[str, Any] | None = None,
    maintenant: datetime,
) -> Document:
    """Met un document à la disposition du candidat ; il remplace le précédent du même type, qui reste lisible.

    À appeler dans la transaction qui fige la version : le document et ce qu'il atteste existent ensemble ou pas.
    """
    depot_ouvre_le, depot_ferme_le = db.execute(
        select(PeriodeInscription.depot_ouvre_le, PeriodeInscription.depot_ferme_le)
        .join(Candidature, Candidature.periode_id == PeriodeInscription.id)
        .where(Candidature.id == candidature_id)
    ).one()
    siens = (Document.candidature_id == candidature_id, Document.type == type)
    db.execute(update(Document).where(*siens, Document.remplace_le.is_(None)).values(remplace_le=maintenant))
    document = Document(
        candidature_id=candidature_id,
        version_id=version_id,
        type=type,
        numero=(db.scalar(select(func.max(Document.numero)).where(*siens)) or 0) + 1,
        publie_le=maintenant,
        code=_code_libre(db),
        depot_ouvre_le=depot_ouvre_le,
        depot_ferme_le=depot_ferme_le,
        donnees=dict(donnees) if donnees is not None else None,
    )
    db.add(document)
    db.flush()
    return document


def marquer_lu(db: Session, compte_id: str, document_id: str, maintenant: datetime) -> None:
    """La première ouverture par le candidat ; les suivantes ne changent rien."""
    siennes = select(Candidature.id).where(Candidature.compte_id == compte_id)
    db.execute(
        update(Document)
        .where(Document.id == document_id, Document.lu_le.is_(None), Document.candidature_id.in_(siennes))
        .values(lu_le=maintenant)
        .execution_options(synchronize_session=False)
    )


def _code_libre(db: Session) -> str:
    while db.scalar(select(Document.id).where(Document.code == (code := nouveau_code()))):
        pass
    return code
