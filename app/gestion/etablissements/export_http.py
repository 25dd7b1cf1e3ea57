"""Les établissements déclarés, en CSV."""

from collections.abc import AsyncIterator, Sequence

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.etablissements.actes import Fiche, etablissements_de
from app.gestion.etablissements.etablissements_http import LISTE
from app.gestion.export import consigner_l_export, en_csv
from app.infra.clock import jour_de_paris
from app.web.tableur import BOM, lignes_csv

COLONNES = ("UAI", "Établissement", "Type", "Ville", "Académie", "Personnes", "Coordonnées vérifiées le")


@get(LISTE + "/export")
async def exporter_les_etablissements(request: AnyRequest) -> Stream:
    qui, maintenant = agent(request), instant(request)
    nature = "exporter_les_etablissements"
    await database(request).ecrire(consigner_l_export, qui.compte_id, qui.academies, nature, "", maintenant)
    lus = await database(request).lire(etablissements_de, qui.academies)
    return en_csv("etablissements", _envoyer(lus), maintenant)


async def _envoyer(lus: Sequence[Fiche]) -> AsyncIterator[bytes]:
    yield BOM + lignes_csv([COLONNES, *map(_cellules, lus)])


def _cellules(e: Fiche) -> tuple[object, ...]:
    verifie_le = f"{jour_de_paris(e.verifie_le):%d/%m/%Y}" if e.verifie_le else ""
    return e.uai, e.nom, e.type.libelle, e.ville, e.academie, e.personnes, verifie_le
