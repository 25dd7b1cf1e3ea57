"""Les routes des redoublants : les seuls gestionnaires, pour leurs académies."""

from app.comptes.guards import reserve_gestion
from app.gestion.page import CONTROLENT
from app.gestion.redoublants import export_http
from app.gestion.redoublants import redoublants_http as ecran

routes = (
    reserve_gestion(
        ecran.choisir,
        export_http.exporter_les_preparations,
        export_http.exporter_les_ajournes,
        ecran.essayer_une_preparation,
        ecran.relire,
        ecran.preparer,
        ecran.annuler_la_preparation,
        roles=CONTROLENT,
    ),
)
