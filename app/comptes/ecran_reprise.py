"""« Vos réponses vous attendent » : le formulaire arrivé trop tard, à renvoyer d'un bouton."""

from typing import Any

from litestar import Response, get, post

from app.comptes.portail import REPRISE, AnyRequest, database, instant, retirer, secret_porte, visiteur
from app.comptes.reprise import formulaire_garde, oublier_formulaire
from app.web.pages import rediriger, render


@get("/connexion/reprise")
async def afficher(request: AnyRequest) -> Response[Any]:
    qui, secret = visiteur(request), secret_porte(request, REPRISE)
    if qui is None or secret is None:
        return rediriger("/inscriptions")
    reprise = await database(request).lire(formulaire_garde, secret, qui.compte_id, maintenant=instant(request))
    if reprise is None:
        return rediriger("/inscriptions")
    return render(request, "comptes/reprise.html", {"reprise": reprise})


@post("/connexion/reprise/abandon", status_code=200)
async def abandonner(request: AnyRequest) -> Response[Any]:
    if secret := secret_porte(request, REPRISE):
        await database(request).ecrire(oublier_formulaire, secret)
    reponse = rediriger("/inscriptions")
    retirer(request, reponse, REPRISE)
    return reponse
