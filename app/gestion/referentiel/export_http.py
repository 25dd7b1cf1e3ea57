"""Les éditions du référentiel, ce que l'une d'elles change, et les candidatures qu'elle changerait, en CSV."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database
from app.gestion.export import exporter, le, un_lot
from app.gestion.portee import academies_de
from app.gestion.referentiel.queries import editions
from app.gestion.referentiel.referentiel_http import ACCUEIL, edition_ou_404

COLONNES = ("Édition", "Par", "Proposée le", "État", "En vigueur le")
COLONNES_DIFFERENCE = ("Où", "Quoi", "Avant", "Après")
COLONNES_EFFETS = ("N° candidat et d’inscription", "Académie", "Ce qui changerait")


@get(ACCUEIL + "/export")
async def exporter_les_editions(request: AnyRequest) -> Stream:
    portee = academies_de(agent(request))
    lots = un_lot(
        (e.nom, e.par, le(e.cree_le), e.libelle, le(e.publiee_le or e.active_le))
        for e in await database(request).lire(editions, portee, combien=None)
    )
    nature = "exporter_le_referentiel"
    return await exporter(request, "editions-du-referentiel", COLONNES, lots, nature=nature, academies=portee)


@get(ACCUEIL + "/editions/{edition_id:str}/difference/export")
async def exporter_la_difference(request: AnyRequest, edition_id: FromPath[str]) -> Stream:
    lue = await edition_ou_404(request, edition_id)
    return await exporter(
        request,
        "difference-du-referentiel",
        COLONNES_DIFFERENCE,
        un_lot(lue.difference.get("changements", [])),
        nature="exporter_le_referentiel",
        academies=academies_de(agent(request)),
        filtres=edition_id,
    )


@get(ACCUEIL + "/editions/{edition_id:str}/effets/export")
async def exporter_les_effets(request: AnyRequest, edition_id: FromPath[str]) -> Stream:
    """Des seules académies de l'agent."""
    lue = await edition_ou_404(request, edition_id)
    lots = un_lot((numeros, academie, " | ".join(quoi)) for academie, numeros, quoi in lue.effets.liste)
    return await exporter(
        request,
        "candidatures-qui-changeraient",
        COLONNES_EFFETS,
        lots,
        nature="exporter_les_effets_d_un_referentiel",
        academies=academies_de(agent(request)),
        filtres=edition_id,
    )
