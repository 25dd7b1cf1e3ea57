"""Le règlement que lit un visiteur : celui qui est publié maintenant."""

from typing import cast

from app.comptes.portail import AnyRequest, database
from app.infra.database import Indisponible
from app.referentiel.reglements import ReferentielAbsent, Reglements
from app.regles.referentiel import Reglement


async def reglement_actif(request: AnyRequest) -> Reglement:
    """Une instance neuve n'en a pas encore : c'est un 503, pas une anomalie."""
    reglements = cast(Reglements, request.app.state.reglements)
    try:
        return (await reglements.actif(database(request))).reglement
    except ReferentielAbsent as absent:
        raise Indisponible("no referentiel is published") from absent
