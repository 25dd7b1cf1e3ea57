"""Une adresse, trois lecteurs : le navigateur sans JavaScript, htmx, et un rechargement.

Seul ce module (avec static/js/portail.js) prononce « htmx ». Un contrôleur appelle `render` ou
`rediriger` et ne sait pas qui lit.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from jinja2 import Environment, Template
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.enums import MediaType
from markupsafe import Markup

from app.web.forms import Formulaire
from app.web.jeton import Jeton, jeton_de
from app.web.securite import CSP_HORS_PAGE

AnyRequest = Request[Any, Any, Any]
HTML = "text/html"
ADRESSE = "/?=&%-._~+:,;@!*'()$#[]"
"""Ce qui reste tel quel dans une adresse déjà écrite : le reste est encodé, un en-tête est de l'ASCII."""
MENU_PUBLIC = (("/periodes", "Périodes d’inscription"), ("/aide", "Aide"))


class Visiteur(Protocol):
    """Ce que la page a besoin de savoir de la personne connectée ; le paquet comptes la fournit."""

    @property
    def nom_affiche(self) -> str: ...
    @property
    def est_connecte(self) -> bool: ...
    @property
    def est_agent(self) -> bool: ...
    @property
    def espace(self) -> tuple[str, str]:
        """adresse et nom de son accueil"""


def render(
    request: AnyRequest,
    gabarit: str,
    contexte: Mapping[str, object] | None = None,
    *,
    bloc: str | None = None,
    aussi: Iterable[str] = (),
    statut: int = 200,
    entetes: Mapping[str, str] | None = None,
    public: bool = False,
) -> Response[str]:
    """La page entière, ou le seul `bloc` nommé quand htmx le demande.

    `aussi` nomme des blocs d'ailleurs dans la page (la phrase d'état, par exemple) à remplacer en même
    temps : leur élément porte un id et `{{ hors_bande }}`. `public` autorise le cache d'une page sans
    rien de personnel ; par défaut rien n'est gardé.
    """
    environnement: Environment = request.app.state.gabarits
    modele = environnement.get_template(gabarit)
    jeton = jeton_de(request)
    complet = _contexte_commun(request, jeton) | dict(contexte or {})
    complet.setdefault("en_erreur", _en_erreur(complet.values()))
    reponse_entetes = dict(entetes or {})
    if bloc and est_fragment(request):
        corps = _fragment(modele, complet, bloc, aussi)
        reponse_entetes["Content-Security-Policy"] = CSP_HORS_PAGE
    else:
        corps = modele.render(complet)
        if est_fragment(request):
            reponse_entetes |= _page_dans_htmx(request)
    reponse_entetes.setdefault("Cache-Control", "no-store")
    if public and not jeton.lu and complet["visiteur"] is None:
        reponse_entetes |= {"Cache-Control": "public, max-age=60", "Vary": "HX-Request"}
    reponse = Response(corps, status_code=statut, headers=reponse_entetes, media_type=HTML)
    if jeton.lu and (cookie := jeton.cookie_a_poser()):
        reponse.set_cookie(cookie)
    return reponse


def rediriger(vers: str, *, entetes: Mapping[str, str] | None = None) -> Response[bytes]:
    """303 : le navigateur relit la page. `vers` est un chemin du portail, jamais une adresse reçue telle quelle."""
    return Response(
        b"",
        status_code=303,
        headers={"Location": quote(vers, safe=ADRESSE), "Cache-Control": "no-store"} | dict(entetes or {}),
        media_type=MediaType.TEXT,
    )


def naviguer(request: AnyRequest, vers: str, *, statut: int = 200) -> Response[bytes]:
    """Va à une autre page, même depuis un échange partiel : connexion, déconnexion, session expirée.

    Un 303 suffit au navigateur ; htmx, lui, collerait la page d'arrivée dans le morceau qu'il remplace.
    """
    if not est_fragment(request):
        return rediriger(vers)
    return Response(
        b"",
        status_code=statut,
        headers={"HX-Redirect": quote(vers, safe=ADRESSE), "Cache-Control": "no-store"},
        media_type=MediaType.TEXT,
    )


def est_fragment(request: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Vrai quand htmx attend un morceau ; faux pour une navigation « boostée » ou un retour d'historique."""
    entetes = request.headers
    return (
        entetes.get("hx-request") == "true"
        and entetes.get("hx-boosted") != "true"
        and entetes.get("hx-history-restore-request") != "true"
    )


def chemin_interne(vers: str | None, defaut: str = "/") -> str:
    """Un chemin de ce portail, ou `defaut` : « //ailleurs » ou « https:… » ne font pas sortir du portail."""
    if not vers or not vers.startswith("/") or vers.startswith("//") or "\\" in vers or not vers.isprintable():
        return defaut
    parties = urlsplit(vers)
    return defaut if parties.scheme or parties.netloc else quote(vers, safe=ADRESSE)


def _fragment(modele: Template, contexte: dict[str, Any], bloc: str, aussi: Iterable[str]) -> str:
    """Le titre d'abord : htmx 2 prend le `<title>` placé à la racine de la réponse."""
    morceaux = [_bloc(modele, contexte, "entete_titre"), _bloc(modele, contexte, bloc)]
    ailleurs = contexte | {"hors_bande": Markup('hx-swap-oob="true"')}
    morceaux += [_bloc(modele, ailleurs, nom) for nom in aussi]
    return "".join(morceaux)


def _bloc(modele: Template, contexte: dict[str, Any], nom: str) -> str:
    """Un bloc seul, tel que la page entière l'aurait rendu : blocs hérités et imports du gabarit compris.

    Avancer la page jusqu'à son premier texte suffit : les `extends` sont alors résolus, les `import` et
    les `set` du gabarit faits, et rien n'est encore rendu.
    """
    cadre = modele.new_context(contexte)
    page = modele.root_render_func(cadre)
    next(iter(page), None)
    return "".join(cadre.blocks[nom][0](cadre))


def _contexte_commun(request: AnyRequest, jeton: Jeton) -> dict[str, Any]:
    visiteur = _visiteur(request)
    return {
        "visiteur": visiteur,
        "peut_etre_connecte": bool(request.cookies.get(request.app.state.reglages.cookie_session)),
        "jeton_csrf": jeton,
        "maintenant": request.app.state.horloge(),
        "chemin": chemin_interne(request.scope["path"]),
        "menu": _menu(visiteur),
        "hors_bande": "",
    }


def _menu(visiteur: Visiteur | None) -> tuple[tuple[str, str], ...]:
    """Le premier lien est l'accueil de cette personne."""
    if visiteur is None:
        return MENU_PUBLIC
    return (visiteur.espace, ("/aide", "Aide"))


def _visiteur(request: AnyRequest) -> Visiteur | None:
    visiteur: Visiteur | None = request.scope.get("user")
    return visiteur if visiteur is not None and visiteur.est_connecte else None


def _en_erreur(valeurs: Iterable[object]) -> bool:
    return any(isinstance(valeur, Formulaire) and bool(valeur.erreurs_resume()) for valeur in valeurs)


def _page_dans_htmx(request: AnyRequest) -> dict[str, str]:
    """Une page entière reçue par htmx remplace tout le corps, et l'adresse suit si c'est une lecture."""
    entetes = {"HX-Retarget": "body", "HX-Reswap": "innerHTML show:window:top"}
    if request.method == "GET":
        question = f"?{request.url.query}" if request.url.query else ""
        entetes["HX-Push-Url"] = quote(request.scope["path"]) + quote(question, safe=ADRESSE)
    return entetes
