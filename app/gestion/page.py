"""Ce que porte chaque page de la gestion : le menu de cette fonction. Et qui peut quoi."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from litestar import Response

from app.comptes.guards import AGENTS
from app.comptes.models import RoleCompte
from app.comptes.portail import AnyRequest, agent, instant
from app.infra.clock import jour_de_paris
from app.web.menu import menu
from app.web.pages import chemin_interne, render

LISENT_LES_PIECES = frozenset({RoleCompte.GESTIONNAIRE, RoleCompte.LECTEUR})
CONTROLENT = frozenset({RoleCompte.GESTIONNAIRE})
"""Administrer l'instance n'ouvre pas les pièces d'identité : à chacun ce que sa fonction demande."""
ADMINISTRENT = frozenset({RoleCompte.ADMINISTRATEUR})
REGLENT = frozenset({RoleCompte.ADMINISTRATEUR, RoleCompte.GESTIONNAIRE})
"""Services et messages."""
LISENT_LES_SERVICES = frozenset({RoleCompte.ADMINISTRATEUR, RoleCompte.GESTIONNAIRE, RoleCompte.LECTEUR})
LISENT_LE_REFERENTIEL = frozenset({RoleCompte.ADMINISTRATEUR, RoleCompte.GESTIONNAIRE})
PUBLIENT = frozenset({RoleCompte.GESTIONNAIRE, RoleCompte.AMENAGEMENTS})
"""À chacun ses documents (voir publications/genres) : les aménagements ne passent que par leur fonction."""
RUBRIQUES = (
    ("", (("/gestion", "Accueil", AGENTS),)),
    (
        "Candidatures",
        (
            ("/gestion/candidatures", "Toutes les candidatures", LISENT_LES_PIECES),
            ("/gestion/pieces", "Pièces à contrôler", LISENT_LES_PIECES),
            ("/gestion/relances", "Dossiers incomplets", LISENT_LES_PIECES),
            ("/gestion/corrections", "Corrections", CONTROLENT),
            ("/gestion/guichet", "Inscrire au guichet", CONTROLENT),
        ),
    ),
    (
        "Session",
        (
            ("/gestion/services", "Services", LISENT_LES_SERVICES),
            ("/gestion/tableau", "Tableau de bord", LISENT_LES_PIECES),
            ("/gestion/etablissements", "Établissements", CONTROLENT),
            ("/gestion/redoublants", "Redoublants", CONTROLENT),
        ),
    ),
    ("Documents", (("/gestion/publications", "Publications", PUBLIENT),)),
    (
        "Instance",
        (
            ("/gestion/messages", "Messages", REGLENT),
            ("/gestion/referentiel", "Référentiel", LISENT_LE_REFERENTIEL),
            ("/gestion/agents", "Agents", ADMINISTRENT),
            ("/gestion/registre", "Journal", REGLENT),
        ),
    ),
)
"""groupe, puis adresse, libellé et fonctions qui la voient : l'ordre est celui du menu"""


def montrer(
    request: AnyRequest,
    gabarit: str,
    contexte: Mapping[str, object] | None = None,
    *,
    bloc: str | None = None,
    statut: int = 200,
    entetes: Mapping[str, str] | None = None,
) -> Response[Any]:
    qui = agent(request)
    maintenant = instant(request)
    ou = str((contexte or {}).get("rubrique") or chemin_interne(request.scope["path"]))
    commun = {
        "menu_gestion": menu(_siennes(qui.role), ou),
        "agent": qui,
        "controle": qui.role in CONTROLENT,
        "depuis": lambda debut: depuis(debut, maintenant),
    }
    complet = commun | dict(contexte or {})
    return render(request, gabarit, complet, bloc=bloc, statut=statut, entetes=entetes)


def _siennes(role: RoleCompte) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for groupe, pages in RUBRIQUES:
        yield groupe, [(adresse, libelle) for adresse, libelle, roles in pages if role in roles]


def depuis(debut: datetime, maintenant: datetime) -> str:
    """« aujourd’hui », « depuis 1 jour », « depuis 4 jours » : en jours de Paris."""
    jours = (jour_de_paris(maintenant) - jour_de_paris(debut)).days
    if jours <= 0:
        return "aujourd’hui"
    return f"depuis {jours} jour{'s' if jours > 1 else ''}"
