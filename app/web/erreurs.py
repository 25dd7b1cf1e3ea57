"""Chaque refus et chaque panne a sa page en français, qui dit quoi faire. Jamais de détail technique.

Ce qui n'existe pas et ce qui est à quelqu'un d'autre donnent la même page, mot pour mot.
"""

import math
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from app.web.gabarits import INSECABLE, date_fr, heure_fr
from app.web.jeton import NOM
from app.web.journal import noter_panne
from app.web.pages import AnyRequest, chemin_interne, render
from app.web.securite import METHODES_SURES, JetonRefuse

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Sans 0/O, 1/I/L ni U : un repère se dicte au téléphone."""
GABARITS = {400: "400", 401: "401", 403: "403", 404: "404", 405: "405", 413: "413", 422: "400", 429: "429", 503: "503"}


class Introuvable(HTTPException):
    """Absent, ou à quelqu'un d'autre : la personne n'a pas à savoir lequel."""

    status_code = 404


class TropDeTentatives(HTTPException):
    """429 ; `attente` en secondes, dite à la personne et au navigateur."""

    status_code = 429

    def __init__(self, attente: float) -> None:
        self.attente = max(1, math.ceil(attente))
        super().__init__("too many attempts", headers={"Retry-After": str(self.attente)})


def gestionnaires(indisponible: type[Exception]) -> dict[int | type[Exception], Callable[..., Response[Any]]]:
    """`indisponible` : l'exception que lève la base quand l'acte n'a pas été fait et peut être refait."""
    return {
        indisponible: _indisponible,
        JetonRefuse: _jeton_refuse,
        403: _refus,
        HTTPException: _refus,
        Exception: _panne,
    }


def _refus(request: AnyRequest, erreur: HTTPException) -> Response[str]:
    """403 devient 404 : dire « interdit » dirait que cela existe."""
    if isinstance(erreur, JetonRefuse):
        return _jeton_refuse(request, erreur)
    statut = 404 if erreur.status_code == 403 else erreur.status_code
    if statut >= 500:
        return _panne(request, erreur)
    entetes = {nom: valeur for nom, valeur in (erreur.headers or {}).items() if nom.lower() in {"retry-after", "allow"}}
    return _page(request, statut, {"attente": getattr(erreur, "attente", None)}, entetes)


def _indisponible(request: AnyRequest, erreur: Exception) -> Response[str]:
    """L'acte n'est pas dans la base : on peut le dire, et proposer de recommencer."""
    repere = _repere(request)
    noter_panne(erreur, repere=repere, methode=request.method, route=_route(request))
    return _page(request, 503, {}, {"Retry-After": "10"})


def _panne(request: AnyRequest, erreur: Exception) -> Response[str]:
    repere = _repere(request)
    noter_panne(erreur, repere=repere, methode=request.method, route=_route(request))
    return _page(request, 500, {}, {})


def _jeton_refuse(request: AnyRequest, erreur: JetonRefuse) -> Response[str]:
    """Si le navigateur atteste que l'envoi vient d'ici, ce qui a été tapé est rendu, prêt à renvoyer.

    L'attestation (Sec-Fetch-Site: same-origin) ne se forge pas depuis un autre site : rendre la saisie avec un
    jeton neuf n'ouvre donc rien. Les mots de passe et les fichiers ne sont pas rendus.
    """
    lu = request.scope["state"].get("formulaire_lu")
    saisie: list[tuple[str, str]] = []
    if lu is not None and request.headers.get("sec-fetch-site") == "same-origin":
        saisie = [
            (nom, valeur)
            for nom, valeur in lu.multi_items()
            if isinstance(valeur, str) and nom != NOM and "mot_de_passe" not in nom
        ]
    vers = chemin_interne(request.scope["path"])
    return _page(request, 403, {"saisie": saisie, "vers": vers}, {})


def _page(request: AnyRequest, statut: int, contexte: dict[str, object], entetes: dict[str, str]) -> Response[str]:
    gabarit = f"erreurs/{GABARITS.get(statut, '500' if statut >= 500 else '400')}.html"
    complet = {"repere": _repere(request), "en_erreur": False, "se_relit": _se_relit(request)} | contexte
    return render(request, gabarit, complet, bloc="contenu", statut=statut, entetes=entetes)


def _se_relit(request: AnyRequest) -> bool:
    """L'adresse d'un envoi n'est pas toujours celle d'une page : « Reprendre » mènerait à une seconde erreur."""
    if request.method in METHODES_SURES:
        return True
    gabarit = request.scope.get("path_template")
    return any(route.path_format == gabarit and "GET" in route.methods for route in request.app.routes)


def _repere(request: Request[Any, Any, Any]) -> str:
    """« 24/11 14 h 02 · 7F3K-92QD », insécable : la personne le dicte, l'hébergeur le retrouve au journal."""
    etat = request.scope["state"]
    if "repere" not in etat:
        instant: datetime = request.app.state.horloge()
        tirage = "".join(secrets.choice(ALPHABET) for _ in range(8))
        etat["repere"] = f"{date_fr(instant)[:5]} {heure_fr(instant)} · {tirage[:4]}-{tirage[4:]}".replace(
            " ", INSECABLE
        )
    return str(etat["repere"])


def _route(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get("path_template") or "(inconnue)")
