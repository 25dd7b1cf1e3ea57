"""La marque de lecture : la première ouverture, par le seul propriétaire."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.actions import marquer_lu
from app.documents.models import Document, TypeDocument
from tests.unit.documents.conftest import Portail
from tests.unit.documents.decor import MAINTENANT

CONFIRMATION = TypeDocument.CONFIRMATION


def test_la_premiere_ouverture_reste(portail: Portail) -> None:
    document = portail.publies[CONFIRMATION, 1]
    with Session(portail.moteur) as db, db.begin():
        marquer_lu(db, "dack", document, MAINTENANT)
        marquer_lu(db, "dack", document, MAINTENANT + timedelta(hours=1))
        assert db.scalar(select(Document.lu_le).where(Document.id == document)) == MAINTENANT


def test_un_autre_compte_ne_marque_rien(portail: Portail) -> None:
    document = portail.publies[CONFIRMATION, 1]
    with Session(portail.moteur) as db, db.begin():
        marquer_lu(db, "charlie", document, MAINTENANT)
        assert db.scalar(select(Document.lu_le).where(Document.id == document)) is None
    portail.ouvrir("charlie").get(f"/documents/{document}", statut=404)
    with Session(portail.moteur) as db:
        assert db.scalar(select(Document.lu_le).where(Document.id == document)) is None


def test_ouvrir_la_confirmation_ne_marque_pas_la_demande_de_pieces(portail: Portail) -> None:
    portail.ouvrir("dack").get(f"/documents/{portail.publies[CONFIRMATION, 1]}/page")
    with Session(portail.moteur) as db:
        lus = db.scalars(select(Document.type).where(Document.lu_le.is_not(None))).all()
    assert lus == [CONFIRMATION]
