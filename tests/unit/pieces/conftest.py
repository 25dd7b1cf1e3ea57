"""Dack a trois pièces à déposer et une à envoyer, dans la fenêtre de dépôt ; deux agents, dont un d'ailleurs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.pieces.actions import demander
from app.pieces.depot import Fichier
from app.pieces.models import PieceDemandee
from app.regles.vocabulaire import EtatExamen
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT, preparer
from tests.unit.documents.exemples import piece

FICHIER = Fichier("identite.pdf", "PDF", 1200, "e" * 64, "cle-1.pdf", 1, EtatExamen.SAIN)


@pytest.fixture
def moteur(tmp_path: Path) -> Iterator[Engine]:
    moteur = preparer(tmp_path / "portail.sqlite3")
    with Session(moteur) as db, db.begin():
        demandees = [
            piece("CINSIG01", "Confirmation d’inscription signée", "Confirmation"),
            piece("NATIDE01", "Pièce d’identité", "Nationalité"),
            piece("PHOTO01", "Photographie", "Nationalité", mode="courrier"),
        ]
        demander(db, CANDIDATURE, demandees, MAINTENANT)
    yield moteur
    moteur.dispose()


@pytest.fixture
def db(moteur: Engine) -> Iterator[Session]:
    with Session(moteur) as db:
        yield db


@pytest.fixture
def ids(moteur: Engine) -> dict[str, str]:
    with Session(moteur) as db:
        return dict(db.execute(select(PieceDemandee.code, PieceDemandee.id)).all())


Etat = Callable[[str], PieceDemandee]


@pytest.fixture
def etat(db: Session) -> Etat:
    def lire(code: str) -> PieceDemandee:
        db.expire_all()
        return db.scalars(select(PieceDemandee).where(PieceDemandee.code == code)).one()

    return lire
