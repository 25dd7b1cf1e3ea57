"""Les pages publiques sur une vraie base, avec le vrai référentiel et une horloge qu'on règle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.accueil.controllers import router
from app.comptes.models import RoleCompte
from app.comptes.valeurs import Visiteur
from app.infra.database import Base, Database, Indisponible, moteur_synchrone
from app.referentiel import models
from app.referentiel.chargement import charger, lire_dossier
from app.referentiel.models import ImportanceMessage, MessageAccueil, PeriodeInscription, SessionExamen
from app.referentiel.reglements import Reglements
from app.regles.lecture import reglement as lire_reglement
from app.regles.referentiel import Reglement
from app.settings import Reglages
from app.web.montage import monter
from tests.bases import adresse, copier
from tests.unit.client import Navigateur, Page

PARIS = ZoneInfo("Europe/Paris")
REFERENTIEL = Path(__file__).resolve().parents[3] / "db" / "referentiel"


def paris(annee: int, mois: int, jour: int, heure: int = 0, minute: int = 0, seconde: int = 0) -> datetime:
    """L'instant où il est cette heure à Paris."""
    return datetime(annee, mois, jour, heure, minute, seconde, tzinfo=PARIS).astimezone(UTC)


MAINTENANT = paris(2026, 11, 24, 14, 2)


@dataclass
class Portail:
    """Le portail vu du dehors, et sa base vue du dedans."""

    navigateur: Navigateur
    moteur: Engine
    instant: datetime
    visiteur: Visiteur | None = None

    def lire(self, adresse: str, statut: int = 200) -> Page:
        return self.navigateur.get(adresse, statut=statut)

    def periode(self, academie: str, ouvre_le: datetime, ferme_le: datetime, **reste: str) -> str:
        valeurs = {
            "service": "Division des examens et concours",
            "adresse": "12 rue de l’Exemple",
            "code_postal": "31000",
            "ville": "Toulouse",
            "courriel": "examens@exemple.fr",
            "telephone": "05 00 00 00 00",
            "horaires": "de 9 h à 16 h",
            "session_examen_id": "cap-2027-06",
        } | reste
        with Session(self.moteur) as db, db.begin():
            periode = PeriodeInscription(
                academie_code=academie,
                ouvre_le=ouvre_le,
                ferme_le=ferme_le,
                regime_confirmation=models.RegimeConfirmation.PAPIER,
                depot_ouvre_le=ouvre_le,
                depot_ferme_le=ferme_le,
                **valeurs,
            )
            db.add(periode)
            db.flush()
            return periode.id

    def message(self, titre: str, debute_le: datetime, finit_le: datetime, **reste: str) -> None:
        with Session(self.moteur) as db, db.begin():
            db.add(
                MessageAccueil(
                    titre=titre,
                    texte=reste.get("texte", "Maintenance programmée."),
                    academie_code=reste.get("academie"),
                    debute_le=debute_le,
                    finit_le=finit_le,
                    importance=ImportanceMessage(reste.get("importance", "information")),
                )
            )


class _Connecte(ASGIMiddleware):
    """À la place de l'authentification : la personne que le test a fait entrer."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, qui: Callable[[], Visiteur | None]) -> None:
        self._qui = qui

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["user"] = self._qui()
        await next_app(scope, receive, send)


@pytest.fixture(scope="session")
def base_chargee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une base avec tout le référentiel, chargée une fois et copiée pour chaque test."""
    chemin = tmp_path_factory.mktemp("referentiel") / "portail.sqlite3"
    moteur = moteur_synchrone(adresse(chemin))
    tables = [objet.__table__ for objet in vars(models).values() if hasattr(objet, "__table__")]
    Base.metadata.create_all(moteur, tables=tables)
    with Session(moteur) as db, db.begin():
        charger(db, lire_dossier(REFERENTIEL), MAINTENANT)
        for identifiant, annee in (("cap-2027-06", 2027), ("cap-2026-06", 2026)):
            db.merge(
                SessionExamen(
                    id=identifiant, examen="CAP", domaine="examens", libelle=f"Juin {annee}", annee=annee, mois=6
                )
            )
    moteur.dispose()
    return chemin


@pytest.fixture
def portail(base_chargee: Path, tmp_path: Path) -> Iterator[Portail]:
    chemin = tmp_path / "portail.sqlite3"
    copier(base_chargee, chemin)
    url = adresse(chemin)
    db = Database(url)
    app = monter(
        [router],
        reglages=Reglages(url_publique="https://examens.exemple.fr"),
        cle=b"c" * 32,
        horloge=lambda: visite.instant,
        indisponible=Indisponible,
        etat={"database": db, "reglements": Reglements()},
        middleware=[_Connecte(lambda: visite.visiteur)],
        on_shutdown=[db.fermer],
    )
    moteur = moteur_synchrone(url)
    with Navigateur(app) as navigateur:
        visite = Portail(navigateur, moteur, MAINTENANT)
        yield visite
    moteur.dispose()


@pytest.fixture(scope="session")
def reglement() -> Reglement:
    return lire_reglement(lire_dossier(REFERENTIEL).reglement)


def dack() -> Visiteur:
    return Visiteur(
        compte_id="dack",
        role=RoleCompte.CANDIDAT,
        courriel="accrall@exemple.fr",
        numero_candidat="02146028333",
        nom_famille="Accrall",
        nom_usage="",
        prenoms="Dack",
        date_naissance=date(2004, 11, 28),
        session="",
        vue_le=MAINTENANT,
    )
