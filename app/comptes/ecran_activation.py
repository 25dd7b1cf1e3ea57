"""Le lien du mail : une page et un bouton. Un antivirus de messagerie ouvre les liens, il n'envoie rien."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.activation import Issue, activer_par_lien, lien_d_activation
from app.comptes.portail import AnyRequest, database, instant
from app.infra.identifiants import empreinte
from app.web.pages import rediriger, render


@get("/compte/activation/{jeton:str}")
async def afficher(request: AnyRequest, jeton: FromPath[str]) -> Response[Any]:
    issue, nom = await database(request).lire(lien_d_activation, empreinte(jeton), maintenant=instant(request))
    return _page(request, jeton, issue, nom, statut=200)


@post("/compte/activation/{jeton:str}", status_code=200)
async def activer(request: AnyRequest, jeton: FromPath[str]) -> Response[Any]:
    issue = await database(request).ecrire(activer_par_lien, empreinte(jeton), maintenant=instant(request))
    if issue in (Issue.ACTIVE, Issue.DEJA_ACTIVE):
        return rediriger("/connexion?avis=active")
    return _page(request, jeton, issue, "", statut=422)


def _page(request: AnyRequest, jeton: str, issue: Issue | None, nom: str, *, statut: int) -> Response[Any]:
    contexte = {
        "jeton": jeton,
        "nom": nom,
        "est_a_activer": issue is None,
        "est_active": issue in (Issue.DEJA_ACTIVE, Issue.AILLEURS),
    }
    return render(request, "comptes/activation.html", contexte, statut=statut)
