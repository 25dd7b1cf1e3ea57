from app.comptes.guards import reserve_gestion
from app.gestion.page import LISENT_LES_PIECES
from app.gestion.tableau import export_http, tableau_http

routes = (
    reserve_gestion(
        tableau_http.tableau, tableau_http.recompter, export_http.exporter_un_tableau, roles=LISENT_LES_PIECES
    ),
)
