"""Une liste de la gestion qui sort en CSV : lue et envoyée lot par lot, et sa sortie écrite au registre.

Un seul moyen pour toutes : les colonnes, les lignes, le nom de l'acte. Un tableau sans export fait échouer les tests.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from litestar.response import Stream
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.portee import Academies
from app.infra.clock import en_paris, jour_de_paris
from app.infra.registre import consigner
from app.web.tableur import BOM, lignes_csv

Lignes = Iterable[Sequence[object]]
INSTANCE = "instance"


async def exporter(
    request: AnyRequest,
    nom: str,
    colonnes: Sequence[str],
    lots: AsyncIterator[Lignes],
    *,
    nature: str,
    academies: Academies,
    filtres: str = "",
) -> Stream:
    """`academies` : celles dont la liste sort, nul pour l'instance entière ; `nature` : le nom de l'acte."""
    qui, maintenant = agent(request).compte_id, instant(request)
    await database(request).ecrire(consigner_l_export, qui, academies, nature, filtres, maintenant)
    return en_csv(nom, colonnes, lots, maintenant)


def en_csv(nom: str, colonnes: Sequence[str], lots: AsyncIterator[Lignes], maintenant: datetime) -> Stream:
    """Un fichier joint, que rien ne garde en chemin : `nom`, puis le jour à Paris."""
    return Stream(
        _octets(colonnes, lots),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{nom}-{jour_de_paris(maintenant):%Y-%m-%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


async def un_lot(lignes: Lignes) -> AsyncIterator[Lignes]:
    """Une liste courte, déjà lue."""
    yield lignes


def consigner_l_export(
    db: Session, agent_id: str, academies: Academies, nature: str, filtres: str, maintenant: datetime
) -> None:
    """Sortir des noms s'écrit : qui, quand, quels filtres ; jamais ce qui était cherché."""
    for academie in ("",) if academies is None else academies:
        consigner(
            db,
            acteur=agent_id,
            nature=nature,
            objet="academie" if academie else INSTANCE,
            objet_id=academie,
            academie=academie,
            detail=filtres,
            maintenant=maintenant,
        )


def le(quand: datetime | None) -> str:
    """« 10/11/2026 14:02 », à Paris : ce qu'un tableur prend pour une date ; vide pour ce qui n'a pas eu lieu."""
    return f"{en_paris(quand):%d/%m/%Y %H:%M}" if quand else ""


async def _octets(colonnes: Sequence[str], lots: AsyncIterator[Lignes]) -> AsyncIterator[bytes]:
    yield BOM + lignes_csv([colonnes])
    async for lignes in lots:
        yield lignes_csv(lignes)
