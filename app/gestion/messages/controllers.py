"""Les routes des messages : un gestionnaire pour ses académies, l'administrateur pour toutes et pour tous."""

from app.comptes.guards import reserve_gestion
from app.gestion.messages import export_http, messages_http
from app.gestion.page import REGLENT

routes = [
    reserve_gestion(
        messages_http.liste,
        export_http.exporter_les_messages,
        messages_http.preparer_l_annonce,
        messages_http.enregistrer_l_annonce,
        messages_http.relire_l_annonce,
        messages_http.changer,
        messages_http.retirer,
        roles=REGLENT,
    ),
]
