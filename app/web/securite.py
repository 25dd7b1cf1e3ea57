"""Ce qui protège chaque réponse et chaque envoi, quelle que soit la route.

`Rempart` est la couche la plus externe : ses en-têtes sont sur 100 % des réponses, 404 et 500 compris.
`verifier_envoi` passe avant chaque gestionnaire : un envoi sans jeton valable n'atteint jamais un acte.
`Requete` lit les formulaires : ce qui est illisible est un 400, jamais un 500.
"""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes, urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import ClientException, HTTPException, InternalServerException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.web.jeton import ENTETE, NOM, jeton_de

CORPS_MAX = 256 * 1024
"""Pour tout envoi ; une route de dépôt l'élève pour elle seule (`request_max_body_size`)."""
PARTIES_MAX = 500
BLOC = 64 * 1024
LU = "formulaire_lu"

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
CSP_HORS_PAGE = "default-src 'none'; frame-ancestors 'none'"
"""Pour ce qui n'est pas une page (morceau, redirection, feuille de style) : plus court, et tout y est fermé."""
ENTETES = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Sur toute réponse. `frame-ancestors` remplace X-Frame-Options, même sur les navigateurs de 2018."""
ENTETES_HTTPS = ENTETES | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
RESERVE = ("Cross-Origin-Resource-Policy", "same-origin")
"""Sur les fichiers. Une page n'en a pas besoin : nosniff suffit au navigateur pour la refuser hors d'une navigation,
et la session (SameSite) ne part pas d'un autre site. Trois kilooctets par inscription."""
METHODES_SURES = frozenset({"GET", "HEAD", "OPTIONS"})


class JetonRefuse(HTTPException):
    """L'envoi ne prouve pas qu'il vient d'une page du portail lue par ce navigateur."""

    status_code = 403


class Rempart:
    """Pose les en-têtes. Une réponse qui porte déjà le sien, plus strict (bac à sable, morceau), le garde."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        communs = ENTETES_HTTPS if scope["app"].state.reglages.est_https else ENTETES

        async def avec_entetes(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                entetes = MutableScopeHeaders.from_message(message)
                for nom, valeur in communs.items():
                    entetes.setdefault(nom, valeur)
                entetes.setdefault("Cache-Control", "no-store")
                if entetes.get("content-length") == "0" and "content-type" in entetes:
                    del entetes["content-type"]  # un corps vide n'a pas de genre
                _selon_le_genre(entetes)
            await send(message)

        if scope["type"] == ScopeType.HTTP and not scope["query_string"].isascii():
            # Des octets bruts dans l'adresse : Litestar les décoderait en UTF-8, et tomberait.
            scope["query_string"] = quote_from_bytes(scope["query_string"], safe="=&%+").encode()
        await self._app(scope, receive, avec_entetes)


def _selon_le_genre(entetes: MutableScopeHeaders) -> None:
    genre = entetes.get("content-type", "")
    est_une_page = genre.startswith("text/html")
    entetes.setdefault("Content-Security-Policy", CSP if est_une_page else CSP_HORS_PAGE)
    if genre and not est_une_page:
        entetes.setdefault(*RESERVE)


class Requete(Request[Any, Any, Any]):
    """Lit un formulaire sans jamais faire tomber la page, et sans garder en mémoire ce qui a été tapé.

    Litestar garde en cache les 1 024 derniers corps analysés : ce seraient des mots de passe et des identités.
    """

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Par blocs : un envoi à 2 ko/s n'éveille pas à chaque bout ce qui le découpe et ce qui l'écrit."""
        bloc = bytearray()
        async for bout in super().stream():
            bloc += bout
            if len(bloc) >= BLOC or (bloc and not bout):
                yield bytes(bloc)
                bloc.clear()
        yield b""

    async def form(self) -> FormMultiDict:
        garde = self.scope["state"].get(LU)
        if isinstance(garde, FormMultiDict):
            return garde
        try:
            if self.content_type[0] == "application/x-www-form-urlencoded":
                formulaire = FormMultiDict(_paires(await self.body()))
            else:
                formulaire = await super().form()
        except InternalServerException as rompu:  # le client est parti au milieu de son envoi
            raise ClientException("client disconnected") from rompu
        except (UnicodeError, LookupError, ValueError) as illisible:
            raise ClientException("unreadable form") from illisible
        self.scope["state"][LU] = formulaire
        return formulaire


def _paires(corps: bytes) -> list[tuple[str, str]]:
    return parse_qsl(corps.decode(), keep_blank_values=True, max_num_fields=4 * PARTIES_MAX, errors="strict")


async def verifier_envoi(request: Request[Any, Any, Any]) -> None:
    """`before_request` de l'application : toute méthode qui n'est pas une lecture doit apporter son jeton."""
    if request.method in METHODES_SURES:
        return
    if not _vient_du_portail(request):
        raise JetonRefuse("cross-site request")
    recus = request.headers.getall(ENTETE, [])
    if not recus:
        recus = (await request.form()).getall(NOM, [])
    if len(recus) != 1 or not isinstance(recus[0], str) or not jeton_de(request).accepte(recus[0]):
        raise JetonRefuse("missing or foreign token")


def _vient_du_portail(request: Request[Any, Any, Any]) -> bool:
    """Les en-têtes que le navigateur pose lui-même. Absents (vieux navigateur), le jeton décide seul.

    « Origin: null » est ordinaire ici : un navigateur l'envoie pour tout formulaire d'une page en `no-referrer`.
    """
    provenance = request.headers.get("sec-fetch-site")
    if provenance is not None and provenance not in {"same-origin", "none"}:
        return False
    origine = request.headers.get("origin")
    if origine is None or origine == "null":
        return True
    try:
        recue = urlsplit(origine)
        attendues = {urlsplit(request.app.state.reglages.url_publique).netloc, request.headers.get("host", "")}
        return recue.scheme in {"http", "https"} and recue.netloc in attendues
    except ValueError:
        return False
