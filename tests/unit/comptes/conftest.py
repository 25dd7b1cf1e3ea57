"""Le portail des comptes sur une vraie base, vu par un navigateur ; l'horloge se règle."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import app.tables  # noqa: F401 — remplit Base.metadata
from app.comptes.authentification import Authentification
from app.comptes.controllers import router
from app.comptes.guards import reserve
from app.comptes.models import Candidat, Compte
from app.espace.compte import router as compte
from app.infra.database import Base, Database, Indisponible, moteur_synchrone
from app.infra.outbox import Courriel
from app.infra.passwords import MotsDePasse
from app.referentiel.models import Commune, Departement, Pays
from app.web.montage import monter
from app.web.pages import rediriger, render
from tests.bases import adresse, copier, reglages_de
from tests.unit.client import Navigateur, Page

URL = "https://examens.exemple.fr"
MAINTENANT = datetime(2026, 11, 24, 13, 2, tzinfo=UTC)
MOT_DE_PASSE = "Brodeuse!27"
DACK: dict[str, str] = {
    "civilite": "M",
    "nom_famille": "ACCRALL",
    "nom_famille_confirmation": "accrall",
    "nom_usage": "",
    "prenoms": "Dack",
    "date_naissance": "28/11/2004",
    "date_naissance_confirmation": "28/11/2004",
    "pays_naissance": "FR",
    "departement_naissance": "14",
    "commune_recherche": "may sur orne",
    "commune_naissance": "14408-commune-deleguee",
    "commune_libre": "",
    "courriel": "Dack.Accrall@exemple.fr",
    "courriel_confirmation": "Dack.Accrall@exemple.fr",
    "mot_de_passe": MOT_DE_PASSE,
    "mot_de_passe_confirmation": MOT_DE_PASSE,
}


@get("/inscriptions")
async def inscriptions(request: Request[Any, Any, Any]) -> Response[str]:
    """Une page réservée, comme en auront les autres paquets."""
    return render(request, "comptes/attente_absente.html")


@post("/inscriptions/brouillon", status_code=200)
async def brouillon(request: Request[Any, Any, Any]) -> Response[Any]:
    recu = await request.form()
    request.app.state.recus.append([(nom, v) for nom, v in recu.multi_items() if nom != "jeton_csrf"])
    return rediriger("/inscriptions")


@dataclass
class Portail:
    app: Litestar
    garde: Navigateur
    moteur: Engine
    instant: datetime = MAINTENANT
    recus: list[Any] = field(default_factory=list)

    def navigateur(self) -> Navigateur:
        """Un navigateur neuf, sans cookie, sur la même boucle que les autres."""
        neuf = Navigateur(self.app, URL)
        neuf.client.blocking_portal = self.garde.client.blocking_portal
        return neuf

    def agir(self, acte: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Un acte comme le lance le portail : sur l'unique chemin d'écriture."""
        return self.garde.client.blocking_portal.call(partial(self.app.state.database.ecrire, acte, *args, **options))

    def plus_tard(self, **duree: float) -> None:
        self.instant += timedelta(**duree)

    def lignes(self, table: type[Any], *conditions: Any) -> list[Any]:
        with Session(self.moteur) as db:
            return list(db.scalars(select(table).where(*conditions)))

    def courriels(self, nature: str = "") -> list[Courriel]:
        tous: list[Courriel] = self.lignes(Courriel)
        tous.sort(key=lambda c: c.cree_le)
        return [c for c in tous if not nature or c.nature == nature]

    def lien(self, nature: str = "activation") -> str:
        """Le chemin du lien du dernier mail de cette nature."""
        trouve = re.search(r"https://examens\.exemple\.fr(/\S+)", self.courriels(nature)[-1].texte)
        assert trouve
        return trouve[1]

    def code(self) -> str:
        trouve = re.search(r"\b(\d{6})\b", self.courriels("activation")[-1].texte)
        assert trouve
        return trouve[1]

    def dack(self) -> Candidat:
        (candidat,) = self.lignes(Candidat, Candidat.nom_famille == "ACCRALL")
        assert isinstance(candidat, Candidat)
        return candidat

    def compte(self) -> Compte:
        (compte,) = self.lignes(Compte)
        assert isinstance(compte, Compte)
        return compte


def creer(navigateur: Navigateur, statut: int = 303, **autres: str) -> Page:
    navigateur.get("/compte/creation")
    return navigateur.post("/compte/creation", DACK | autres, statut=statut)


def connecter(
    navigateur: Navigateur, mot_de_passe: str = MOT_DE_PASSE, *, statut: int = 303, reseau: str = "", **autres: str
) -> Page:
    navigateur.get("/connexion")
    champs = {"identifiant": DACK["courriel"], "mot_de_passe": mot_de_passe} | autres
    return navigateur.post("/connexion", champs, statut=statut, entetes={"X-Reseau": reseau} if reseau else None)


def inscrire(portail: Portail, navigateur: Navigateur) -> None:
    """Dack a un compte activé ; son navigateur n'est pas connecté."""
    creer(navigateur)
    lien = portail.lien()
    navigateur.get(lien)
    navigateur.post(lien)


def _reseau_choisi(suivante: ASGIApp) -> ASGIApp:
    """Le réseau d'où vient la requête, dit par le test."""

    async def appel(scope: Scope, receive: Receive, send: Send) -> None:
        if "headers" in scope:
            entetes = dict(scope["headers"])
            scope["client"] = (entetes.get(b"x-reseau", b"192.0.2.1").decode(), 50_000)
        await suivante(scope, receive, send)

    return appel


@pytest.fixture(scope="session")
def base_vide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Les tables et quelques lieux, écrits une fois et copiés pour chaque test."""
    chemin = tmp_path_factory.mktemp("comptes") / "portail.sqlite3"
    moteur = moteur_synchrone(adresse(chemin))
    Base.metadata.create_all(moteur)
    with Session(moteur) as db, db.begin():
        db.add_all(
            Pays(
                code=code,
                nom=nom,
                nom_cle=nom.upper(),
                nationalite="",
                type="etat",
                rattachement=None,
                est_ue=True,
                est_eee_ou_suisse=True,
            )
            for code, nom in (("FR", "France"), ("BE", "Belgique"))
        )
        db.add_all(
            Departement(code=code, code_cyclades=cyclades, nom=nom, academie_code=None)
            for code, cyclades, nom in (("14", "014", "Calvados"), ("49", "049", "Maine-et-Loire"))
        )
        db.flush()
        db.add_all(
            Commune(code_insee=code, type=type_, nom=nom, nom_cle=cle, departement_code=dep, rattachement=parent)
            for code, type_, nom, cle, dep, parent in (
                ("14408", "commune-actuelle", "Saint-Martin-de-May", "SAINT MARTIN DE MAY", "14", None),
                ("14408", "commune-deleguee", "May-sur-Orne", "MAY SUR ORNE", "14", "14408"),
                ("14118", "commune-actuelle", "Caen", "CAEN", "14", None),
                ("49193", "commune-actuelle", "Le May-sur-Èvre", "LE MAY SUR EVRE", "49", None),
            )
        )
    moteur.dispose()
    return chemin


@pytest.fixture
def portail(base_vide: Path, tmp_path: Path) -> Iterator[Portail]:
    chemin = tmp_path / "portail.sqlite3"
    copier(base_vide, chemin)
    url = adresse(chemin)
    moteur = moteur_synchrone(url)
    base, mots = Database(url), MotsDePasse()
    app = monter(
        [router, compte, reserve(inscriptions, brouillon)],
        reglages=reglages_de(tmp_path, url_publique=URL),
        cle=b"c" * 32,
        horloge=lambda: monde.instant,
        indisponible=Indisponible,
        etat={"database": base, "mots_de_passe": mots, "recus": []},
        middleware=[Authentification()],
        on_shutdown=[base.fermer],
    )
    app.asgi_handler = _reseau_choisi(app.asgi_handler)
    with Navigateur(app, URL) as garde:  # tient la boucle ouverte pour tous les navigateurs du test
        monde = Portail(app, garde, moteur, recus=app.state.recus)
        yield monde
    mots.fermer()
    moteur.dispose()


@pytest.fixture
def navigateur(portail: Portail) -> Navigateur:
    return portail.navigateur()
