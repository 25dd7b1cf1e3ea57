"""L'acte de publier : un numéro de plus, un code neuf, et l'ancien document remplacé."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.documents.actions import publier
from app.documents.models import Document, TypeDocument
from app.documents.queries import document_de, documents_de
from tests.unit.documents.decor import CANDIDATURE, figer
from tests.unit.documents.exemples import DACK, DEPOT_FERME_LE, ENREGISTREE_LE

CONFIRMATION, DEMANDE = TypeDocument.CONFIRMATION, TypeDocument.DEMANDE_PIECES
PLUS_TARD = ENREGISTREE_LE + timedelta(hours=1)


def test_le_premier_document_porte_le_numero_1_et_la_fenetre_de_depot_du_jour(moteur: Engine) -> None:
    with Session(moteur) as db, db.begin():
        document = publier(
            db, candidature_id=CANDIDATURE, version_id=figer(db, 1), type=CONFIRMATION, maintenant=ENREGISTREE_LE
        )
        assert (document.numero, document.remplace_le, document.lu_le) == (1, None, None)
        assert document.depot_ferme_le == DEPOT_FERME_LE
        lu = document_de(db, "dack", document.id)
    assert lu is not None
    assert lu.fiche == DACK
    assert lu.remplace_version is None


def test_le_suivant_remplace_le_precedent_du_meme_type_et_lui_seul(moteur: Engine) -> None:
    with Session(moteur) as db, db.begin():
        version = figer(db, 1)
        premier = publier(
            db, candidature_id=CANDIDATURE, version_id=version, type=CONFIRMATION, maintenant=ENREGISTREE_LE
        )
        demande = publier(db, candidature_id=CANDIDATURE, version_id=version, type=DEMANDE, maintenant=ENREGISTREE_LE)
        second = publier(
            db, candidature_id=CANDIDATURE, version_id=figer(db, 2), type=CONFIRMATION, maintenant=PLUS_TARD
        )
        ids = premier.id, demande.id, second.id
    with Session(moteur) as db:
        anciens = [db.get_one(Document, document_id) for document_id in ids]
        assert [document.remplace_le for document in anciens] == [PLUS_TARD, None, None]
        assert [document.numero for document in anciens] == [1, 1, 2]
        assert len({document.code for document in anciens}) == 3
        publies = documents_de(db, "dack", CANDIDATURE)
    assert publies is not None
    assert {document.id for document in publies.courants} == set(ids[1:])
    assert [document.id for document in publies.remplaces] == [ids[0]]


def test_la_base_refuse_deux_documents_courants_du_meme_type(moteur: Engine) -> None:
    with Session(moteur) as db:
        version = figer(db, 1)
        for _ in range(2):
            publier(db, candidature_id=CANDIDATURE, version_id=version, type=CONFIRMATION, maintenant=ENREGISTREE_LE)
        with pytest.raises(IntegrityError):
            db.execute(update(Document).values(remplace_le=None))


def test_une_autre_personne_ne_lit_rien(moteur: Engine) -> None:
    with Session(moteur) as db, db.begin():
        document = publier(
            db, candidature_id=CANDIDATURE, version_id=figer(db, 1), type=CONFIRMATION, maintenant=ENREGISTREE_LE
        )
        assert document_de(db, "charlie", document.id) is None
        assert documents_de(db, "charlie", CANDIDATURE) is None
