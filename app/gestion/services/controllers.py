"""Les routes des services. Un lecteur lit ; un gestionnaire règle ceux de ses académies ; l'administrateur, tous."""

from app.comptes.guards import reserve_gestion
from app.gestion.page import ADMINISTRENT, LISENT_LES_SERVICES, REGLENT
from app.gestion.services import (
    apercu_http,
    export_http,
    prolongation_http,
    services_http,
    sessions_http,
    specialites_http,
)

routes = [
    reserve_gestion(
        services_http.liste,
        services_http.montrer_le_service,
        apercu_http.voir_a_une_autre_date,
        export_http.exporter_les_services,
        export_http.exporter_les_services_a_une_autre_date,
        roles=LISENT_LES_SERVICES,
    ),
    reserve_gestion(
        services_http.preparer_l_ouverture,
        services_http.ouvrir_un_service,
        services_http.preparer_la_modification,
        services_http.modifier_le_service,
        prolongation_http.preparer_la_prolongation,
        prolongation_http.prolonger,
        prolongation_http.confirmer_la_fermeture,
        prolongation_http.fermer_le_service,
        specialites_http.montrer_les_specialites,
        export_http.exporter_les_specialites,
        specialites_http.enregistrer_les_specialites,
        roles=REGLENT,
    ),
    reserve_gestion(sessions_http.lister_les_sessions, sessions_http.creer_la_session, roles=ADMINISTRENT),
]
