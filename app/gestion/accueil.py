"""L'accueil de la gestion : ce qui attend, et depuis quand."""

from typing import Any

from litestar import Response, get

from app.comptes.portail import AnyRequest, agent, database
from app.comptes.second_facteur import codes_restants
from app.gestion.controle.attente import charges
from app.gestion.page import LISENT_LES_PIECES, montrer

PEU_DE_CODES = 2


@get("/gestion")
async def accueil(request: AnyRequest) -> Response[Any]:
    qui = agent(request)
    restants = await database(request).lire(codes_restants, qui.compte_id)
    lit = qui.role in LISENT_LES_PIECES
    contexte = {
        "codes_restants": restants if restants <= PEU_DE_CODES else None,
        "charges": await database(request).lire(charges, qui.academies) if lit else (),
        "lit_les_pieces": lit,
    }
    return montrer(request, "gestion/accueil.html", contexte)
