"""Les routes des agents : un gestionnaire ne crée personne."""

from app.comptes.guards import reserve_gestion
from app.gestion.agents import agents_http, export_http
from app.gestion.page import ADMINISTRENT

routes = [
    reserve_gestion(
        agents_http.liste,
        export_http.exporter_les_agents,
        agents_http.preparer_l_invitation,
        agents_http.inviter,
        agents_http.montrer_l_agent,
        agents_http.changer,
        agents_http.reinviter_l_agent,
        agents_http.confirmer_la_desactivation,
        agents_http.desactiver,
        agents_http.reactiver,
        roles=ADMINISTRENT,
    ),
]
