"""Le portail entier sur une vraie base, vu par Dack et par Charlie ; un brouillon se pose d'un geste."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.infra.database import moteur_synchrone
from tests.bases import adresse_de, reglages_de
from tests.depart import ouvrir_un_brouillon, ouvrir_une_session, reponses
from tests.instance import DACK, HorlogeDEssai, Personne, PersonneAgent, copier_le_modele, lignes, monte
from tests.unit.client import Navigateur

URL = "http://127.0.0.1:8000"


@dataclass
class Portail:
    donnees: Path
    horloge: HorlogeDEssai
    garde: Navigateur
    candidature: str = ""

    def navigateur(self, personne: Personne | PersonneAgent | None = DACK) -> Navigateur:
        """Un appareil de plus, sur la même boucle ; sans personne : anonyme."""
        neuf = Navigateur(self.garde.client.app, URL)
        neuf.client.blocking_portal = self.garde.client.blocking_portal
        if personne:
            secret = ouvrir_une_session(self.donnees, personne, instant=self.horloge.instant)
            neuf.client.cookies.set("session", secret)
        return neuf

    def poser(self, brouillon: Mapping[str, Any]) -> str:
        """La candidature de Dack, son brouillon remplacé. Rend son adresse."""
        if not self.candidature:
            self.candidature = ouvrir_un_brouillon(self.donnees, brouillon, instant=self.horloge.instant)
            return self.adresse
        moteur = moteur_synchrone(adresse_de(self.donnees))
        with Session(moteur) as db, db.begin():
            db.execute(
                update(Candidature)
                .where(Candidature.id == self.candidature)
                .values(brouillon=dict(brouillon), traces={}, concurrences={})
            )
        moteur.dispose()
        return self.adresse

    def partir_de(self, onglet: str, **autres: Any) -> str:
        """Dack devant cet onglet, ceux d'avant remplis. Rend l'adresse de l'onglet."""
        return f"{self.poser(reponses(onglet, **autres))}/onglets/{onglet}"

    @property
    def adresse(self) -> str:
        return f"/candidatures/{self.candidature}"

    @property
    def brouillon(self) -> dict[str, Any]:
        (ligne,) = lignes(self.donnees, "SELECT brouillon FROM candidature WHERE id = :id", id=self.candidature)
        lu: dict[str, Any] = json.loads(ligne["brouillon"])
        return lu

    def lignes(self, requete: str, **valeurs: Any) -> list[dict[str, Any]]:
        return lignes(self.donnees, requete, **valeurs)


def ouvrir(modele: Path, donnees: Path, horloge: HorlogeDEssai) -> Iterator[Portail]:
    copier_le_modele(modele, donnees)
    reglages = reglages_de(donnees, url_publique=URL)
    # `garde` tient la boucle ouverte pour tous les navigateurs du test.
    with monte(reglages, horloge) as app, Navigateur(app, URL) as garde:
        yield Portail(donnees, horloge, garde)


@pytest.fixture
def portail(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Portail]:
    yield from ouvrir(modele, tmp_path / "donnees", horloge)


@pytest.fixture(scope="module")
def portail_partage(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portail]:
    """Pour les listes de cas : chacun repose son brouillon."""
    yield from ouvrir(modele, tmp_path_factory.mktemp("partage") / "donnees", HorlogeDEssai())
