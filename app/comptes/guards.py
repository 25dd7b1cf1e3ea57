"""Qui peut entrer. Un formulaire arrivé après la fin de la session est scellé avant de demander la connexion."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import ControllerRouterHandler, Guard
from sqlalchemy.orm import Session

from app.comptes.models import RoleCompte
from app.comptes.portail import (
    REPRISE,
    AnyConnection,
    AnyRequest,
    cle,
    database,
    instant,
    personne,
    poser,
    reseau,
    secret_porte,
    session_presentee,
    visiteur,
)
from app.comptes.reprise import DELAI_REPRISE, Reprise, garder_formulaire, oublier_formulaire
from app.comptes.tentatives import Bareme, cle_de_tentative, prendre_un_essai
from app.comptes.valeurs import AgentConnecte, Visiteur
from app.infra.identifiants import jeton
from app.web.erreurs import Introuvable, TropDeTentatives
from app.web.jeton import ENTETE, NOM
from app.web.pages import chemin_interne, naviguer
from app.web.securite import METHODES_SURES, verifier_envoi

SCELLES = Bareme(libres=60, pas=timedelta(seconds=10), plafond=timedelta(minutes=5), oubli=timedelta(hours=1))
ACCUEIL_CANDIDAT = "/inscriptions"
ACCUEIL_GESTION = "/gestion"
ACCUEIL_ETABLISSEMENT = "/etablissement"
PREMIERE_CONNEXION = "/compte/premiere-connexion"
AGENTS = frozenset(RoleCompte) - {RoleCompte.CANDIDAT, RoleCompte.ETABLISSEMENT}


class ConnexionRequise(HTTPException):
    """`secret` : celui qui rendra le formulaire scellé, s'il y en a un."""

    status_code = 401

    def __init__(self, suite: str, secret: str | None = None) -> None:
        super().__init__("sign-in required")
        self.suite, self.secret = suite, secret


class MotDePasseAChoisir(HTTPException):
    """Un élève entré par son papillon : aucune page ne s'ouvre avant qu'il ait choisi son mot de passe."""

    status_code = 401


async def candidat_connecte(connexion: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Un agent n'a pas d'espace de candidat : pour lui, ces pages n'existent pas."""
    await candidat_reconnu(connexion, _)
    qui = visiteur(connexion)
    if qui is not None and qui.est_provisoire:
        raise MotDePasseAChoisir


async def candidat_reconnu(connexion: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Même avec le mot de passe d'un papillon."""
    await quelqu_un(connexion, _)
    if visiteur(connexion) is None:
        raise Introuvable


def accueil_de(qui: Visiteur | AgentConnecte) -> str:
    return qui.espace[0]


async def quelqu_un(connexion: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    if personne(connexion) is not None:
        return
    if not isinstance(connexion, Request) or connexion.method in METHODES_SURES:
        raise ConnexionRequise(_adresse(connexion))
    # Le gardien passe avant le contrôle des envois : un formulaire forgé ailleurs n'est jamais scellé.
    try:
        await verifier_envoi(connexion)
        secret = await _sceller(connexion)
    finally:
        await _fermer_les_fichiers(connexion)
    raise ConnexionRequise(_accueil(connexion), secret)


def demander_la_connexion(request: AnyRequest, erreur: ConnexionRequise) -> Response[bytes]:
    reponse = naviguer(request, f"/connexion?suite={quote(erreur.suite, safe='')}")
    if erreur.secret:
        poser(request, reponse, REPRISE, erreur.secret, DELAI_REPRISE)
    return reponse


def choisir_d_abord(request: AnyRequest, _: MotDePasseAChoisir) -> Response[bytes]:
    return naviguer(request, PREMIERE_CONNEXION)


def reserve_a_l_arrivee(*routes: ControllerRouterHandler) -> Router:
    """La page où un élève choisit son mot de passe : la seule que le provisoire ouvre."""
    return _garde(candidat_reconnu, routes)


def reserve(*routes: ControllerRouterHandler) -> Router:
    """Ce qui est placé ici demande une session de candidat : une route nouvelle est protégée par sa place."""
    return _garde(candidat_connecte, routes)


def reserve_a_tous(*routes: ControllerRouterHandler) -> Router:
    """Une session, de candidat ou d'agent."""
    return _garde(quelqu_un, routes)


def reserve_gestion(*routes: ControllerRouterHandler, roles: Collection[RoleCompte] = AGENTS) -> Router:
    """Ce qui est placé ici demande une session d'agent, de l'une de ces fonctions : sinon cela n'existe pas.

    La portée (les académies de l'agent) n'est pas ici : elle est dans chaque requête.
    """

    async def agent_de_la_fonction(connexion: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        await quelqu_un(connexion, _)
        qui = personne(connexion)
        if not isinstance(qui, AgentConnecte) or qui.role not in roles:
            raise Introuvable

    return _garde(agent_de_la_fonction, routes)


def reserve_etablissement(*routes: ControllerRouterHandler) -> Router:
    """Une personne d'établissement. Ce qu'elle voit (ses UAI) est dans chaque requête."""

    async def personne_d_etablissement(connexion: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        await quelqu_un(connexion, _)
        qui = personne(connexion)
        if not isinstance(qui, AgentConnecte) or not qui.est_d_etablissement:
            raise Introuvable

    return _garde(personne_d_etablissement, routes)


def _garde(gardien: Guard, routes: Sequence[ControllerRouterHandler]) -> Router:
    return Router(
        "",
        route_handlers=routes,
        guards=[gardien],
        exception_handlers={ConnexionRequise: demander_la_connexion, MotDePasseAChoisir: choisir_d_abord},
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
    return chemin_interne(connexion.scope["path"] + (f"?{requete}" if requete else ""), _accueil(connexion))


def _accueil(connexion: AnyConnection) -> str:
    chemin: str = connexion.scope["path"]
    accueils = (ACCUEIL_GESTION, ACCUEIL_ETABLISSEMENT)
    return next((a for a in accueils if chemin == a or chemin.startswith(f"{a}/")), ACCUEIL_CANDIDAT)
