from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.comptes.authentification import Authentification
from app.documents.actions import publier
from app.documents.controllers import router
from app.documents.models import TypeDocument
from app.infra.database import Database, Indisponible, url_sqlite
from app.settings import Reglages
from app.web.montage import monter
from tests.unit.client import Navigateur
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT, figer, preparer
from tests.unit.documents.exemples import ENREGISTREE_LE


@pytest.fixture
def moteur(tmp_path: Path) -> Iterator[Engine]:
    moteur = preparer(tmp_path / "portail.sqlite3")
    yield moteur
    moteur.dispose()


@dataclass
class Portail:
    """Le portail vu par plusieurs personnes, et ce qu'a publié l'inscription de Dack."""

    moteur: Engine
    ouvrir: Callable[[str | None], Navigateur]
    publies: dict[tuple[TypeDocument, int], str] = field(default_factory=dict)
    codes: dict[tuple[TypeDocument, int], str] = field(default_factory=dict)

    def publier(self, numero: int, *types: TypeDocument) -> None:
        with Session(self.moteur) as db, db.begin():
            version_id = figer(db, numero)
            for type_ in types:
                document = publier(
                    db, candidature_id=CANDIDATURE, version_id=version_id, type=type_, maintenant=ENREGISTREE_LE
                )
                self.publies[type_, document.numero] = document.id
                self.codes[type_, document.numero] = document.code


@pytest.fixture
def portail(moteur: Engine, tmp_path: Path) -> Iterator[Portail]:
    db = Database(url_sqlite(tmp_path / "portail.sqlite3"))
    app = monter(
        [router],
        reglages=Reglages(url_publique="http://inscriptions.exemple.fr"),
        cle=b"c" * 32,
        horloge=lambda: MAINTENANT,
        indisponible=Indisponible,
        etat={"database": db},
        middleware=[Authentification()],
        on_shutdown=[db.fermer],
    )
    with ExitStack() as ouverts:
        premier = ouverts.enter_context(Navigateur(app))

        def ouvrir(compte_id: str | None) -> Navigateur:
            premier.client.cookies.clear()
            if compte_id:
                premier.client.cookies.set("session", f"secret-de-{compte_id}")
            return premier

        portail = Portail(moteur, ouvrir)
        portail.publier(1, TypeDocument.CONFIRMATION, TypeDocument.DEMANDE_PIECES)
        yield portail
