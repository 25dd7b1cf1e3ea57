"""Accueil, aide et textes légaux : ce que tout le monde lit sans compte."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from app.accueil.aide import categories, groupes_de_pieces
from app.accueil.periodes import de_la_session, sessions_ouvertes, vue
from app.infra.database import Database
from app.referentiel.queries import messages, periodes, prochaine_ouverture
from app.referentiel.reglements import Reglements
from app.web.pages import AnyRequest, render


@get("/", opt={"public": True})
async def accueil(request: AnyRequest, db: NamedDependency[Database]) -> Response[str]:
    maintenant = request.app.state.horloge()
    ouvertes = sessions_ouvertes(await db.lire(periodes), maintenant)
    prochaine = None if ouvertes else await db.lire(prochaine_ouverture, maintenant)
    return render(
        request,
        "accueil/accueil.html",
        {
            "messages": await db.lire(messages, maintenant),
            "ouvertes": " et ".join(de_la_session(session) for session in ouvertes),
            "prochaine": vue(prochaine, maintenant) if prochaine else None,
        },
    )


@get("/aide", opt={"public": True})
async def aide(
    request: AnyRequest, db: NamedDependency[Database], reglements: NamedDependency[Reglements]
) -> Response[str]:
    reglement = (await reglements.actif(db)).reglement
    return render(
        request,
        "accueil/aide.html",
        {
            "categories": categories(reglement),
            "familles": tuple(reglement.familles.values()),
            "duree_report": reglement.regles_acquis.duree_report,
        },
        public=True,
    )


@get("/aide/pieces", opt={"public": True})
async def pieces(
    request: AnyRequest, db: NamedDependency[Database], reglements: NamedDependency[Reglements]
) -> Response[str]:
    reglement = (await reglements.actif(db)).reglement
    return render(
        request,
        "accueil/pieces.html",
        {"groupes": groupes_de_pieces(reglement), "depot": reglement.depot},
        public=True,
    )


@get("/mentions-legales", opt={"public": True})
async def mentions_legales(request: AnyRequest) -> Response[str]:
    return render(request, "accueil/mentions-legales.html", public=True)


@get("/accessibilite", opt={"public": True})
async def accessibilite(request: AnyRequest) -> Response[str]:
    return render(request, "accueil/accessibilite.html", public=True)


@get("/favicon.ico", opt={"public": True})
async def favicon(request: AnyRequest) -> Response[Any]:
    """Pour les navigateurs qui la demandent sans lire la page."""
    return Redirect(request.app.state.statiques.adresse("img/logo.svg"), status_code=301)
