"""Les agents, en CSV."""

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, database, instant
from app.gestion.agents.agents_http import LISTE
from app.gestion.agents.lecture import tous_les_agents
from app.gestion.export import exporter, un_lot

COLONNES = ("Nom", "Prénoms", "Adresse mail", "Fonction", "Académies", "État")


@get(LISTE + "/export")
async def exporter_les_agents(request: AnyRequest) -> Stream:
    lus, maintenant = await database(request).lire(tous_les_agents), instant(request)
    lots = un_lot(
        (a.nom, a.prenoms, a.courriel, a.role.libelle, ", ".join(a.noms_academies), a.etat(maintenant)[0]) for a in lus
    )
    return await exporter(request, "agents", COLONNES, lots, nature="exporter_les_agents", academies=None)
