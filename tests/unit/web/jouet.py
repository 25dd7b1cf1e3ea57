"""Un portail en réduction, pour éprouver la couche web sans base : une page, un formulaire, des pannes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from litestar import Litestar, Response, get, post
from litestar.params import FromPath
from litestar.types import ASGIApp, Receive, Scope, Send

from app.settings import Reglages
from app.web.erreurs import Introuvable, TropDeTentatives
from app.web.forms import CasesACocher, DateFR, Formulaire, MotDePasse, TexteCourt
from app.web.gabarits import DOSSIER, creer_environnement
from app.web.montage import monter
from app.web.pages import AnyRequest, naviguer, rediriger, render
from app.web.statiques import Statiques

INSTANT = datetime(2026, 11, 24, 13, 2, tzinfo=UTC)
GABARITS = Path(__file__).parent / "gabarits"
BON = {"nom": "ACCRALL", "naissance": "28/11/2004"}


class Indisponible(Exception):  # noqa: N818 — les exceptions du domaine parlent français
    pass


@dataclass(frozen=True)
class Connecte:
    nom_affiche: str = "Dack Accrall"
    est_connecte: bool = True
    est_agent: bool = False
    espace: tuple[str, str] = ("/inscriptions", "Mes inscriptions")


def montrer(
    request: AnyRequest, formulaire: Formulaire, *, statut: int = 200, titre: str = "Jouet", **options: Any
) -> Response[str]:
    contexte = {"formulaire": formulaire, "titre": titre, "fois": 1, "avec_htmx": True}
    return render(request, "jouet.html", contexte, statut=statut, **options)


def demander(recu: Any = None) -> Formulaire:
    return Formulaire(
        {
            "nom": TexteCourt("Nom de famille", sujet="le nom de famille", requis=True),
            "naissance": DateFR("Date de naissance", sujet="la date de naissance", requis=True),
            "choix": CasesACocher("Choix", options=[("A", "Un"), ("B", "Deux")]),
            "mot_de_passe": MotDePasse("Mot de passe"),
        },
        recu,
    )


@get("/jouet")
async def lire(request: AnyRequest) -> Response[str]:
    return montrer(request, demander(), bloc="contenu")


@post("/jouet", status_code=200)
async def envoyer(request: AnyRequest) -> Response[Any]:
    formulaire = demander(await request.form())
    if not formulaire.valide():
        return montrer(request, formulaire, statut=422, bloc="questions", aussi=("phrase",))
    return rediriger("/jouet")


@get("/jouet/entier")
async def entier(request: AnyRequest) -> Response[str]:
    return montrer(request, demander(), titre="Page entière")


@get("/public")
async def public(request: AnyRequest) -> Response[str]:
    return render(request, "sans_formulaire.html", public=True)


@get("/public/avec-jeton")
async def public_avec_jeton(request: AnyRequest) -> Response[str]:
    return montrer(request, demander(), public=True)


@get("/ailleurs")
async def ailleurs(request: AnyRequest) -> Response[Any]:
    return naviguer(request, "/connexion")


@get("/panne/{sorte:str}")
async def panne(request: AnyRequest, sorte: FromPath[str]) -> Response[str]:
    pannes: dict[str, Exception] = {
        "introuvable": Introuvable(),
        "indisponible": Indisponible("file pleine"),
        "trop": TropDeTentatives(41.2),
        "imprevue": RuntimeError("ACCRALL Dack, 28/11/2004"),
    }
    raise pannes[sorte]


def portail(reglages: Reglages | None = None, *, connecte: bool = False, **options: Any) -> Litestar:
    routes = [lire, envoyer, entier, public, public_avec_jeton, ailleurs, panne, *options.pop("routes", ())]
    environnement = creer_environnement(Statiques().adresse, [DOSSIER, GABARITS])
    if connecte:
        options["middleware"] = [_connecter]
    return monter(
        routes,
        reglages=reglages or Reglages(),
        cle=b"cle d'instance pour les essais 32",
        horloge=lambda: INSTANT,
        indisponible=Indisponible,
        etat={"gabarits": environnement},
        **options,
    )


def _connecter(app: ASGIApp) -> ASGIApp:
    async def intergiciel(scope: Scope, receive: Receive, send: Send) -> None:
        scope["user"] = Connecte()
        await app(scope, receive, send)

    return intergiciel
