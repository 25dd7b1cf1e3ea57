"""« Vos réponses vous attendent » : le formulaire arrivé trop tard, à renvoyer d'un bouton."""

from typing import Any

from litestar import Response, get, post

from app.comptes.guards import ACCUEIL_CANDIDAT, accueil_de
from app.comptes.portail import REPRISE, AnyRequest, database, instant, personne, retirer, secret_porte
from app.comptes.reprise import formulaire_garde, oublier_formulaire
from app.web.pages import rediriger, render


@get("/connexion/reprise")
async def afficher(request: AnyRequest) -> Response[Any]:
    qui, secret = personne(request), secret_porte(request, REPRISE)
    if qui is None or secret is None:
        return rediriger(_accueil(request))
    reprise = await database(request).lire(formulaire_garde, secret, qui.compte_id, maintenant=instant(request))
    if reprise is None:
        return rediriger(accueil_de(qui))
    return render(request, "comptes/reprise.html", {"reprise": reprise})


@post("/connexion/reprise/abandon", status_code=200)
async def abandonner(request: AnyRequest) -> Response[Any]:
    if secret := secret_porte(request, REPRISE):
        await database(request).ecrire(oublier_formulaire, secret)
    reponse = rediriger(_accueil(request))
    retirer(request, reponse, REPRISE)
    return reponse


def _accueil(request: AnyRequest) -> str:
    qui = personne(request)
    return accueil_de(qui) if qui else ACCUEIL_CANDIDAT
