"""Qui est là : `scope["user"]` est un Visiteur, un AgentConnecte, ou None. Rien n'est lu pour un fichier statique."""

from contextlib import suppress

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.comptes.guichet import candidat_au_guichet, candidature_demandee
from app.comptes.portail import AnyConnection, database, instant, session_presentee
from app.comptes.sessions import est_a_toucher, personne, toucher
from app.comptes.valeurs import AgentConnecte, Visiteur
from app.infra.database import Indisponible
from app.web.statiques import PREFIXE


class Authentification(ASGIMiddleware):
    """Un cookie qui ne désigne plus de session vivante n'est pas effacé : le jeton d'un formulaire y est lié."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["user"] = None if scope["path"].startswith(PREFIXE) else await _qui_est_la(scope)
        await next_app(scope, receive, send)


async def _qui_est_la(scope: Scope) -> Visiteur | AgentConnecte | None:
    connexion: AnyConnection = ASGIConnection(scope)
    session = session_presentee(connexion)
    if session is None:
        return None
    maintenant = instant(connexion)
    qui = await database(connexion).lire(personne, session, maintenant=maintenant)
    if qui is not None and est_a_toucher(qui, maintenant=maintenant):
        with suppress(Indisponible):  # la page se lit quand même
            await database(connexion).ecrire(toucher, session, maintenant=maintenant)
    if isinstance(qui, AgentConnecte) and (dossier := candidature_demandee(scope["path"])):
        return await database(connexion).lire(candidat_au_guichet, qui, dossier, maintenant=maintenant) or qui
    return qui
