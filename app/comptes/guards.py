"""Qui peut entrer. Un formulaire arrivé après la fin de la session est scellé avant de demander la connexion."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import ControllerRouterHandler
from sqlalchemy.orm import Session

from app.comptes.portail import (
    REPRISE,
    AnyConnection,
    AnyRequest,
    cle,
    database,
    instant,
    poser,
    reseau,
    secret_porte,
    session_presentee,
    visiteur,
)
from app.comptes.reprise import DELAI_REPRISE, Reprise, garder_formulaire, oublier_formulaire
from app.comptes.tentatives import Bareme, cle_de_tentative, prendre_un_essai
from app.infra.identifiants import jeton
from app.web.erreurs import TropDeTentatives
from app.web.jeton import ENTETE, NOM
from app.web.pages import chemin_interne, naviguer
from app.web.securite import METHODES_SURES, verifier_envoi

SCELLES = Bareme(libres=60, pas=timedelta(seconds=10), plafond=timedelta(minutes=5), oubli=timedelta(hours=1))
ACCUEIL_CANDIDAT = "/inscriptions"


class ConnexionRequise(HTTPException):
    """`secret` : celui qui rendra le formulaire scellé, s'il y en a un."""

    status_code = 401

    def __init__(self, suite: str, secret: str | None = None) -> None:
        super().__init__("sign-in required")
        self.suite, self.secret = suite, secret


async def candidat_connecte(connexion: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    if visiteur(connexion) is not None:
        return
    if not isinstance(connexion, Request) or connexion.method in METHODES_SURES:
        raise ConnexionRequise(_adresse(connexion))
    # Le gardien passe avant le contrôle des envois : un formulaire forgé ailleurs n'est jamais scellé.
    try:
        await verifier_envoi(connexion)
        secret = await _sceller(connexion)
    finally:
        await _fermer_les_fichiers(connexion)
    raise ConnexionRequise(ACCUEIL_CANDIDAT, secret)


def demander_la_connexion(request: AnyRequest, erreur: ConnexionRequise) -> Response[None]:
    reponse = naviguer(request, f"/connexion?suite={quote(erreur.suite, safe='')}")
    if erreur.secret:
        poser(request, reponse, REPRISE, erreur.secret, DELAI_REPRISE)
    return reponse


def reserve(*routes: ControllerRouterHandler) -> Router:
    """Ce qui est placé ici demande une session de candidat : une route nouvelle est protégée par sa place."""
    return Router(
        "",
        route_handlers=routes,
        guards=[candidat_connecte],
        exception_handlers={ConnexionRequise: demander_la_connexion},
    )


async def _sceller(request: AnyRequest) -> str | None:
    """Un fichier ou un mot de passe ne se scelle pas : il sera à redonner. Tout le reste du formulaire est gardé."""
    session = session_presentee(request)
    if session is None or request.content_type[0] != "application/x-www-form-urlencoded":
        return None
    formulaire = await request.form()
    champs = tuple(
        (nom, valeur)
        for nom, valeur in formulaire.multi_items()
        if isinstance(valeur, str) and nom != NOM and "mot_de_passe" not in nom
    )
    maintenant, secret = instant(request), jeton()
    trop_tot = await database(request).ecrire(
        _garder,
        cle_de_tentative(cle(request), "reprise-reseau", reseau(request)),
        secret,
        Reprise(_adresse(request), champs),
        ancien=secret_porte(request, REPRISE),
        session=session,
        maintenant=maintenant,
    )
    if trop_tot:
        raise TropDeTentatives((trop_tot - maintenant).total_seconds())
    return secret


def _garder(
    db: Session, compteur: str, secret: str, reprise: Reprise, *, ancien: str | None, session: str, maintenant: datetime
) -> datetime | None:
    """Un navigateur n'a qu'un formulaire en attente : le dernier envoyé."""
    if trop_tot := prendre_un_essai(db, {compteur: SCELLES}, maintenant=maintenant):
        return trop_tot
    if ancien:
        oublier_formulaire(db, ancien)
    garder_formulaire(db, secret, reprise, session=session, maintenant=maintenant)
    return None


async def _fermer_les_fichiers(request: AnyRequest) -> None:
    """Litestar ne ferme que ceux d'une route entrée ; ils n'ont été lus que si le jeton était dans le formulaire."""
    if request.content_type[0] == "multipart/form-data" and ENTETE not in request.headers:
        await (await request.form()).close()


def _adresse(connexion: AnyConnection) -> str:
    requete = connexion.url.query
    return chemin_interne(connexion.scope["path"] + (f"?{requete}" if requete else ""), ACCUEIL_CANDIDAT)
