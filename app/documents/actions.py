from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.documents.codes import nouveau_code
from app.documents.models import Document, TypeDocument
from app.referentiel.models import PeriodeInscription


@dataclass(frozen=True, slots=True)
class APublier:
    candidature_id: str
    version_id: str
    donnees: Mapping[str, Any]


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
    siens = (Document.candidature_id == candidature_id, Document.type == type, Document.titre == "")
    db.execute(update(Document).where(*siens, Document.remplace_le.is_(None)).values(remplace_le=maintenant))
    document = Document(
        candidature_id=candidature_id,
        version_id=version_id,
        type=type,
        numero=(db.scalar(select(func.max(Document.numero)).where(*siens)) or 0) + 1,
        publie_le=maintenant,
        code=_codes_libres(db, 1)[0],
        depot_ouvre_le=depot_ouvre_le,
        depot_ferme_le=depot_ferme_le,
        donnees=dict(donnees) if donnees is not None else None,
    )
    db.add(document)
    db.flush()
    return document


def publier_en_nombre(
    db: Session, envois: Sequence[APublier], *, type: TypeDocument, titre: str = "", maintenant: datetime
) -> dict[str, str]:
    """Un document par candidature, en quelques requêtes pour tout le lot. Rend candidature → document."""
    ids = [envoi.candidature_id for envoi in envois]
    siens = (Document.candidature_id.in_(ids), Document.type == type, Document.titre == titre)
    fenetres = {
        ligne.id: (ligne.depot_ouvre_le, ligne.depot_ferme_le)
        for ligne in db.execute(
            select(Candidature.id, PeriodeInscription.depot_ouvre_le, PeriodeInscription.depot_ferme_le)
            .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
            .where(Candidature.id.in_(ids))
        )
    }
    numeros = dict(
        db.execute(
            select(Document.candidature_id, func.max(Document.numero)).where(*siens).group_by(Document.candidature_id)
        ).all()
    )
    db.execute(
        update(Document)
        .where(*siens, Document.remplace_le.is_(None))
        .values(remplace_le=maintenant)
        .execution_options(synchronize_session=False)
    )
    documents = [
        Document(
            candidature_id=envoi.candidature_id,
            version_id=envoi.version_id,
            type=type,
            titre=titre,
            numero=numeros.get(envoi.candidature_id, 0) + 1,
            publie_le=maintenant,
            code=code,
            depot_ouvre_le=fenetres[envoi.candidature_id][0],
            depot_ferme_le=fenetres[envoi.candidature_id][1],
            donnees=dict(envoi.donnees),
        )
        for envoi, code in zip(envois, _codes_libres(db, len(envois)), strict=True)
    ]
    db.add_all(documents)
    db.flush()
    return {document.candidature_id: document.id for document in documents}


def marquer_lu(db: Session, compte_id: str, document_id: str, maintenant: datetime) -> None:
    """La première ouverture par le candidat ; les suivantes ne changent rien."""
    siennes = select(Candidature.id).where(Candidature.compte_id == compte_id)
    db.execute(
        update(Document)
        .where(Document.id == document_id, Document.lu_le.is_(None), Document.candidature_id.in_(siennes))
        .values(lu_le=maintenant)
        .execution_options(synchronize_session=False)
    )


def _codes_libres(db: Session, combien: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < combien:
        neufs = {nouveau_code() for _ in range(combien - len(codes))}
        codes |= neufs - set(db.scalars(select(Document.code).where(Document.code.in_(neufs))))
    return list(codes)
