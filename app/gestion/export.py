"""Une liste de la gestion qui sort en CSV : lue et envoyée lot par lot, et sa sortie écrite au registre."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from litestar.response import Stream
from sqlalchemy.orm import Session

from app.infra.clock import jour_de_paris
from app.infra.registre import consigner


def en_csv(nom: str, morceaux: AsyncIterator[bytes], maintenant: datetime) -> Stream:
    """Un fichier joint, que rien ne garde en chemin : `nom`, puis le jour à Paris."""
    return Stream(
        morceaux,
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{nom}-{jour_de_paris(maintenant):%Y-%m-%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


def consigner_l_export(
    db: Session, agent_id: str, academies: Collection[str], nature: str, filtres: str, maintenant: datetime
) -> None:
    """Sortir des noms s'écrit : qui, quand, quels filtres ; jamais ce qui était cherché."""
    for academie in academies:
        consigner(
            db,
            acteur=agent_id,
            nature=nature,
            objet="academie",
            objet_id=academie,
            academie=academie,
            detail=filtres,
            maintenant=maintenant,
        )
