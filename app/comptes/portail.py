"""Ce que la racine de composition met à disposition (`app.state`), avec son type, et les cookies du compte."""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, cast

from jinja2 import Environment
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from app.comptes.valeurs import AgentConnecte, Visiteur
from app.infra.database import Database
from app.infra.identifiants import empreinte
from app.infra.passwords import MotsDePasse
from app.settings import Reglages
from app.web.erreurs import Introuvable

AnyConnection = ASGIConnection[Any, Any, Any, Any]
AnyRequest = Request[Any, Any, Any]

ATTENTE = "attente"
APPAREIL = "appareil"
REPRISE = "reprise"
SECOND_FACTEUR = "second-facteur"


def database(connexion: AnyConnection) -> Database:
    return cast(Database, connexion.app.state.database)


def mots_de_passe(connexion: AnyConnection) -> MotsDePasse:
    return cast(MotsDePasse, connexion.app.state.mots_de_passe)


def reglages(connexion: AnyConnection) -> Reglages:
    return cast(Reglages, connexion.app.state.reglages)


def gabarits(connexion: AnyConnection) -> Environment:
    return cast(Environment, connexion.app.state.gabarits)


def cle(connexion: AnyConnection) -> bytes:
    return cast(bytes, connexion.app.state.cle)


def instant(connexion: AnyConnection) -> datetime:
    horloge = cast(Callable[[], datetime], connexion.app.state.horloge)
    return horloge()


def personne(connexion: AnyConnection) -> Visiteur | AgentConnecte | None:
    return cast("Visiteur | AgentConnecte | None", connexion.scope.get("user"))


def visiteur(connexion: AnyConnection) -> Visiteur | None:
    """Un candidat. Un agent n'en est jamais un, et réciproquement."""
    qui = personne(connexion)
    return qui if isinstance(qui, Visiteur) else None


def agent(connexion: AnyConnection) -> AgentConnecte:
    """La personne d'une route de la gestion : le gardien a déjà vérifié sa fonction."""
    qui = personne(connexion)
    if not isinstance(qui, AgentConnecte):
        raise Introuvable
    return qui


def etablissement(connexion: AnyConnection, uai: str) -> AgentConnecte:
    """La personne, si cet UAI est l'un des siens : d'un autre, la réponse est celle d'une adresse inventée."""
    qui = agent(connexion)
    if not qui.est_d_etablissement or uai not in qui.etablissements:
        raise Introuvable
    return qui


def moi(connexion: AnyConnection) -> Visiteur:
    """La personne d'une route réservée : le gardien l'a déjà vérifiée."""
    qui = visiteur(connexion)
    if qui is None:
        raise Introuvable
    return qui


def reseau(connexion: AnyConnection) -> str:
    """Un abonné a 2^64 adresses IPv6 : c'est son réseau qui compte."""
    hote = connexion.client.host if connexion.client else ""
    try:
        adresse = ip_address(hote)
    except ValueError:
        return hote
    if isinstance(adresse, IPv6Address) and adresse.ipv4_mapped is None:
        return str(IPv6Address(int(adresse) >> 64 << 64))
    return hote


def session_presentee(connexion: AnyConnection) -> str | None:
    """L'empreinte de ce que porte le cookie de session, vivante ou non."""
    secret = connexion.cookies.get(reglages(connexion).cookie_session)
    return empreinte(secret) if secret else None


def secret_porte(connexion: AnyConnection, nom: str) -> str | None:
    return connexion.cookies.get(_nom(reglages(connexion), nom)) or None


def poser(connexion: AnyConnection, reponse: Response[Any], nom: str, secret: str, duree: timedelta) -> None:
    reponse.set_cookie(_cookie(reglages(connexion), _nom(reglages(connexion), nom), secret, int(duree.total_seconds())))


def retirer(connexion: AnyConnection, reponse: Response[Any], nom: str) -> None:
    reponse.set_cookie(_cookie(reglages(connexion), _nom(reglages(connexion), nom), "", 0))


def poser_session(connexion: AnyConnection, reponse: Response[Any], secret: str) -> None:
    """Sans durée : le cookie part avec le navigateur, la base décide du reste."""
    reponse.set_cookie(_cookie(reglages(connexion), reglages(connexion).cookie_session, secret, None))


def retirer_session(connexion: AnyConnection, reponse: Response[Any]) -> None:
    reponse.set_cookie(_cookie(reglages(connexion), reglages(connexion).cookie_session, "", 0))


def _nom(reglages: Reglages, nom: str) -> str:
    return f"__Host-{nom}" if reglages.est_https else nom


def _cookie(reglages: Reglages, nom: str, valeur: str, duree: int | None) -> Cookie:
    return Cookie(
        key=nom, value=valeur, max_age=duree, path="/", httponly=True, samesite="lax", secure=reglages.est_https
    )
