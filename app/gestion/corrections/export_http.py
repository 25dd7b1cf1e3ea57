"""Les demandes de correction en attente, en CSV : qui demande quoi, depuis quand ; ni valeur souhaitée ni preuve."""

from collections.abc import AsyncIterator, Collection

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, database
from app.gestion.choix_academie import choix_academie
from app.gestion.corrections.demandes_http import LISTE
from app.gestion.corrections.lecture import EnAttente, demandes_en_attente
from app.gestion.export import Lignes, exporter, le
from app.infra.database import Database

COLONNES = ("N° candidat", "Nom de famille", "Prénoms", "Information", "Demandée le", "Académie")


@get(LISTE + "/export")
async def exporter_les_demandes(request: AnyRequest) -> Stream:
    academies = (await choix_academie(request)).academies
    lots = _lots(database(request), academies)
    return await exporter(
        request, "corrections", COLONNES, lots, nature="exporter_les_corrections", academies=academies
    )


async def _lots(base: Database, academies: Collection[str]) -> AsyncIterator[Lignes]:
    suite = ""
    while True:
        lignes, suite = await base.lire(demandes_en_attente, academies, apres=suite)
        yield map(_cellules, lignes)
        if not suite:
            return


def _cellules(ligne: EnAttente) -> tuple[str, ...]:
    return (
        ligne.numero_candidat,
        ligne.nom,
        ligne.prenoms,
        ligne.champ.libelle,
        le(ligne.demandee_le),
        ligne.academies,
    )
