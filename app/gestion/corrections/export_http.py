"""Les demandes de correction en attente, en CSV : qui demande quoi, depuis quand ; ni valeur souhaitée ni preuve."""

from collections.abc import AsyncIterator, Collection

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.corrections.demandes_http import LISTE
from app.gestion.corrections.lecture import EnAttente, demandes_en_attente
from app.gestion.export import consigner_l_export, en_csv
from app.infra.clock import en_paris
from app.infra.database import Database
from app.web.tableur import BOM, lignes_csv

COLONNES = ("N° candidat", "Nom de famille", "Prénoms", "Information", "Demandée le", "Académie")


@get(LISTE + "/export")
async def exporter_les_demandes(request: AnyRequest) -> Stream:
    qui, maintenant = agent(request), instant(request)
    nature = "exporter_les_corrections"
    await database(request).ecrire(consigner_l_export, qui.compte_id, qui.academies, nature, "", maintenant)
    return en_csv("corrections", _envoyer(database(request), qui.academies), maintenant)


async def _envoyer(base: Database, academies: Collection[str]) -> AsyncIterator[bytes]:
    yield BOM + lignes_csv([COLONNES])
    suite = ""
    while True:
        lignes, suite = await base.lire(demandes_en_attente, academies, apres=suite)
        yield lignes_csv(map(_cellules, lignes))
        if not suite:
            return


def _cellules(ligne: EnAttente) -> tuple[str, ...]:
    le = f"{en_paris(ligne.demandee_le):%d/%m/%Y %H:%M}"
    return ligne.numero_candidat, ligne.nom, ligne.prenoms, ligne.champ.libelle, le, ligne.academies
