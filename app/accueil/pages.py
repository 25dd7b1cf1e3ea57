"""Accueil, aide et textes légaux : ce que tout le monde lit sans compte."""

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.response import Redirect
from sqlalchemy.orm import Session

from app.accueil.aide import categories, groupes_de_pieces
from app.accueil.reglement import reglement_actif
from app.comptes.portail import AnyRequest, database, instant, reglages
from app.durees import dites
from app.pieces.formats import phrase_formats
from app.referentiel.periodes import de_la_session, sessions_ouvertes, vue
from app.referentiel.queries import messages, periodes, prochaine_ouverture
from app.web.pages import render


@get("/", opt={"public": True})
async def accueil(request: AnyRequest) -> Response[str]:
    return render(
        request, "accueil/accueil.html", await database(request).lire(etat_des_inscriptions, instant(request))
    )


def etat_des_inscriptions(db: Session, maintenant: datetime) -> dict[str, object]:
    """Les sessions ouvertes quelque part ; s'il n'y en a pas, la prochaine ouverture ; et les messages du moment."""
    ouvertes = sessions_ouvertes(periodes(db), maintenant)
    prochaine = None if ouvertes else prochaine_ouverture(db, maintenant)
    return {
        "messages": messages(db, maintenant),
        "ouvertes": " et ".join(de_la_session(session) for session in ouvertes),
        "prochaine": vue(prochaine, maintenant) if prochaine else None,
    }


@get("/aide", opt={"public": True})
async def aide(request: AnyRequest) -> Response[str]:
    reglement = await reglement_actif(request)
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
async def pieces(request: AnyRequest) -> Response[str]:
    reglement = await reglement_actif(request)
    return render(
        request,
        "accueil/pieces.html",
        {
            "groupes": groupes_de_pieces(reglement),
            "depot": reglement.depot,
            "formats_par_defaut": phrase_formats(reglement.depot.formats_par_defaut),
        },
        public=True,
    )


@get("/mentions-legales", opt={"public": True})
async def mentions_legales(request: AnyRequest) -> Response[str]:
    garde = dites(reglages(request).conservation, reglages(request).rotation)
    return render(request, "accueil/mentions-legales.html", {"garde": garde}, public=True)


@get("/accessibilite", opt={"public": True})
async def accessibilite(request: AnyRequest) -> Response[str]:
    return render(request, "accueil/accessibilite.html", public=True)


@get("/favicon.ico", opt={"public": True})
async def favicon(request: AnyRequest) -> Response[Any]:
    """Pour les navigateurs qui la demandent sans lire la page."""
    return Redirect(request.app.state.statiques.adresse("img/logo.svg"), status_code=301)
