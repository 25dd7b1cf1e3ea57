"""Le portail entier devant la base modèle, une horloge qu'on déplace, et Dack ou Charlie devant son écran."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import commencer
from app.infra.database import moteur_synchrone
from app.referentiel.models import PeriodeInscription
from tests.bases import adresse_de, reglages_de
from tests.depart import ouvrir_une_session
from tests.instance import DACK, DEBUT, HorlogeDEssai, Personne, PersonneAgent, copier_le_modele, monte
from tests.unit.client import Navigateur

URL = "https://examens.exemple.fr"


@dataclass
class Portail:
    donnees: Path
    horloge: HorlogeDEssai
    navigateur: Navigateur

    def connecter(self, personne: Personne | PersonneAgent | None) -> Navigateur:
        self.navigateur.client.cookies.clear()
        if personne:
            secret = ouvrir_une_session(self.donnees, personne, instant=self.horloge.instant)
            self.navigateur.client.cookies.set("__Host-session", secret)
        return self.navigateur

    def commencer(self, personne: Personne = DACK, *, academie: str = "16") -> str:
        def acte(db: Session) -> str:
            periode = db.scalars(
                select(PeriodeInscription.id).where(PeriodeInscription.academie_code == academie)
            ).one()
            return commencer(db, personne.id, periode, brouillon={"voie": "15 voie verte"}, maintenant=DEBUT)

        return str(self.ecrire(acte))

    def ecrire(self, acte: Any) -> Any:
        moteur = moteur_synchrone(adresse_de(self.donnees))
        try:
            with Session(moteur) as db, db.begin():
                return acte(db)
        finally:
            moteur.dispose()


@pytest.fixture
def horloge(request: pytest.FixtureRequest) -> HorlogeDEssai:
    """Une heure avant la `cloture` du test, dès le démarrage : l'entretien lancé à une heure plus tardive fermerait,
    s'il tardait, les sessions ouvertes après avoir reculé l'horloge."""
    parametres = getattr(request.node, "callspec", None)
    cloture = parametres.params.get("cloture") if parametres else None
    return HorlogeDEssai(cloture - timedelta(hours=1)) if cloture else HorlogeDEssai()


@pytest.fixture
def portail(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Portail]:
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    with monte(reglages_de(donnees, url_publique=URL), horloge) as app, Navigateur(app, URL) as navigateur:
        yield Portail(donnees, horloge, navigateur)
