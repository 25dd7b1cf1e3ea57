from app.comptes.guards import reserve_gestion
from app.gestion.corrections import demandes_http, export_http, identite_http
from app.gestion.page import CONTROLENT

routes = (
    reserve_gestion(
        demandes_http.en_attente,
        export_http.exporter_les_demandes,
        demandes_http.montrer_la_demande,
        demandes_http.telecharger_la_preuve,
        demandes_http.accepter_la_demande,
        demandes_http.refuser_la_demande,
        identite_http.montrer_l_identite,
        identite_http.corriger_l_identite,
        roles=CONTROLENT,
    ),
)
