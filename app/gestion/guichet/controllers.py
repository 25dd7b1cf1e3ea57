from app.comptes.guards import reserve_gestion
from app.gestion.guichet import guichet_http
from app.gestion.page import CONTROLENT

routes = (
    reserve_gestion(
        guichet_http.accueillir, guichet_http.inscrire, guichet_http.reprendre_au_guichet, roles=CONTROLENT
    ),
)
