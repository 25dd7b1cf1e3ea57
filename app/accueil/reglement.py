"""Le règlement que lit un visiteur : celui qui est publié maintenant."""

from typing import cast

from app.comptes.portail import AnyRequest, database
from app.referentiel.reglements import Reglements
from app.regles.referentiel import Reglement


async def reglement_actif(request: AnyRequest) -> Reglement:
    reglements = cast(Reglements, request.app.state.reglements)
    return (await reglements.actif(database(request))).reglement
