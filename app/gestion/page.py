"""Ce que porte chaque page de la gestion : le menu de cette fonction. Et qui peut quoi."""

from collections.abc import Mapping
from typing import Any

from litestar import Response

from app.comptes.models import RoleCompte
from app.comptes.portail import AnyRequest, agent
from app.web.pages import render

LISENT_LES_PIECES = frozenset({RoleCompte.GESTIONNAIRE, RoleCompte.LECTEUR})
CONTROLENT = frozenset({RoleCompte.GESTIONNAIRE})
"""Administrer l'instance n'ouvre pas les pièces d'identité : à chacun ce que sa fonction demande."""


def montrer(
    request: AnyRequest,
    gabarit: str,
    contexte: Mapping[str, object] | None = None,
    *,
    statut: int = 200,
    entetes: Mapping[str, str] | None = None,
) -> Response[Any]:
    qui = agent(request)
    menu = [("/gestion", "Accueil")]
    if qui.role in LISENT_LES_PIECES:
        menu.append(("/gestion/pieces", "Pièces"))
    complet = {"menu_gestion": menu, "agent": qui, "controle": qui.role in CONTROLENT} | dict(contexte or {})
    return render(request, gabarit, complet, statut=statut, entetes=entetes)
