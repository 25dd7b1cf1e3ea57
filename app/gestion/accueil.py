"""L'accueil de la gestion : ce qui attend, et depuis quand ; pour l'administrateur, comment va l'instance."""

from typing import Any

from litestar import Response, get

from app.comptes.models import RoleCompte
from app.comptes.portail import AnyRequest, agent, database, instant, reglages
from app.comptes.second_facteur import codes_restants
from app.exploitation.diagnostic.examens import diagnostiquer
from app.exploitation.diagnostic.observation import Niveau, Observation
from app.gestion.candidatures.a_confirmer import dispenses_a_confirmer
from app.gestion.controle.attente import charges, dossiers_tenus
from app.gestion.controle.relances import combien_d_incomplets
from app.gestion.page import LISENT_LES_PIECES, montrer

PEU_DE_CODES = 2
ORDRE = (Niveau.GRAVE, Niveau.ATTENTION, Niveau.BIEN)


@get("/gestion")
async def accueil(request: AnyRequest) -> Response[Any]:
    qui = agent(request)
    restants = await database(request).lire(codes_restants, qui.compte_id)
    lit = qui.role in LISENT_LES_PIECES
    contexte = {
        "codes_restants": restants if restants <= PEU_DE_CODES else None,
        "charges": await database(request).lire(charges, qui.academies) if lit else (),
        "lit_les_pieces": lit,
        "observations": await _observations(request) if qui.role is RoleCompte.ADMINISTRATEUR else None,
        "tenus": await database(request).lire(
            dossiers_tenus, qui.academies, agent_id=qui.compte_id, maintenant=instant(request)
        ),
        "dispenses": await database(request).lire(dispenses_a_confirmer, qui.academies, maintenant=instant(request))
        if lit
        else (),
        "incomplets": await database(request).lire(combien_d_incomplets, qui.academies) if lit else 0,
    }
    return montrer(request, "gestion/accueil.html", contexte)


async def _observations(request: AnyRequest) -> tuple[Observation, ...]:
    """Ce qui ne va pas d'abord, puis ce qui va."""
    toutes = await database(request).lire(diagnostiquer, reglages(request), instant(request), sans_attendre=True)
    return tuple(sorted(toutes, key=lambda o: ORDRE.index(o.niveau)))
