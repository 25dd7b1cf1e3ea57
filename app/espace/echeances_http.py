"""« Mes échéances » : la page, le fichier d'agenda, et l'adresse secrète d'abonnement."""

from datetime import datetime
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.comptes.guards import reserve
from app.comptes.portail import AnyRequest, cle, database, instant, reglages, visiteur
from app.espace.echeances import Echeance, echeances_de, evenement
from app.espace.echeances_abonnement import abonne, s_abonner, se_desabonner, secret_agenda, secret_de
from app.infra.identifiants import empreinte, jeton
from app.web.agenda import calendrier
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render

ICI = "/echeances"


@get("/echeances")
async def mes_echeances(request: AnyRequest) -> Response[str]:
    contexte = await database(request).lire(
        page, compte_de(request), cle(request), reglages(request).url_publique, instant(request)
    )
    return render(request, "espace/echeances.html", contexte)


@get("/echeances.ics")
async def telecharger(request: AnyRequest) -> Response[bytes]:
    echeances = await database(request).lire(echeances_de, compte_de(request), instant(request))
    return _fichier(request, echeances, "attachment")


@post("/echeances/abonnement", status_code=200)
async def abonner(request: AnyRequest) -> Response[Any]:
    """La première adresse, ou une nouvelle à la place."""
    graine = jeton()
    await database(request).ecrire(
        s_abonner,
        compte_de(request),
        graine=graine,
        secret=empreinte(secret_agenda(cle(request), graine)),
        maintenant=instant(request),
    )
    return rediriger(f"{ICI}#abonnement")


@post("/echeances/abonnement/suppression", status_code=200)
async def desabonner(request: AnyRequest) -> Response[Any]:
    await database(request).ecrire(se_desabonner, compte_de(request))
    return rediriger(f"{ICI}#abonnement")


@get("/calendrier/{fichier:str}", opt={"public": True})
async def abonnement(request: AnyRequest, fichier: FromPath[str]) -> Response[bytes]:
    """Sans session : l'agenda qui relit cette adresse n'en a pas. Le secret en tient lieu."""
    if not fichier.endswith(".ics"):
        raise Introuvable
    echeances = await database(request).lire(
        echeances_abonnees, empreinte(fichier.removesuffix(".ics")), instant(request)
    )
    if echeances is None:
        raise Introuvable
    return _fichier(request, echeances, "inline")


def page(db: Session, compte_id: str, cle: bytes, url_publique: str, maintenant: datetime) -> dict[str, object]:
    echeances = echeances_de(db, compte_id, maintenant)
    secret = secret_de(db, compte_id, cle)
    return {
        "a_venir": [echeance for echeance in echeances if echeance.delai],
        "passees": [echeance for echeance in echeances if not echeance.delai],
        "adresse_agenda": f"{url_publique}/calendrier/{secret}.ics" if secret else "",
    }


def echeances_abonnees(db: Session, secret: str, maintenant: datetime) -> tuple[Echeance, ...] | None:
    compte_id = abonne(db, secret)
    return echeances_de(db, compte_id, maintenant) if compte_id else None


def compte_de(request: AnyRequest) -> str:
    qui = visiteur(request)
    if qui is None:
        raise Introuvable
    return qui.compte_id


def _fichier(request: AnyRequest, echeances: tuple[Echeance, ...], disposition: str) -> Response[bytes]:
    evenements = tuple(evenement(echeance, reglages(request).url_publique) for echeance in echeances)
    return Response(
        calendrier(evenements, titre="Mes échéances, inscription au CAP", maintenant=instant(request)),
        media_type="text/calendar",
        headers={"Content-Disposition": f'{disposition}; filename="mes-echeances.ics"'},
    )


router = Router("", route_handlers=[reserve(mes_echeances, telecharger, abonner, desabonner), abonnement])
