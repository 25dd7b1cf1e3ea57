from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.documents.actions import publier
from app.documents.models import TypeDocument
from tests.bases import reglages_de
from tests.instance import monte
from tests.unit.client import Navigateur
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT, figer, preparer
from tests.unit.documents.exemples import ENREGISTREE_LE


@pytest.fixture
def moteur(tmp_path: Path) -> Iterator[Engine]:
    moteur = preparer(tmp_path / "cyclades.db")
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
    reglages = reglages_de(tmp_path, url_publique="http://inscriptions.exemple.fr")
    with monte(reglages, lambda: MAINTENANT) as app, Navigateur(app) as navigateur:

        def ouvrir(compte_id: str | None) -> Navigateur:
            navigateur.client.cookies.clear()
            if compte_id:
                navigateur.client.cookies.set("session", f"secret-de-{compte_id}")
            return navigateur

        portail = Portail(moteur, ouvrir)
        portail.publier(1, TypeDocument.CONFIRMATION, TypeDocument.DEMANDE_PIECES)
        yield portail
