"""Les routes des publications. Ce que chacun publie est borné par sa fonction, dans chaque requête."""

from app.comptes.guards import reserve_gestion
from app.gestion.page import PUBLIENT
from app.gestion.publications import essais_http, export_http, libres_http, publications_http

routes = (
    reserve_gestion(
        essais_http.liste,
        export_http.exporter_les_services,
        export_http.exporter_les_publications,
        export_http.exporter_les_documents,
        export_http.exporter_l_essai,
        essais_http.nouvelle,
        essais_http.modele,
        essais_http.essayer,
        libres_http.nouveau,
        libres_http.essayer_un_pdf,
        publications_http.publication,
        publications_http.fichier_annote,
        publications_http.apercu,
        publications_http.apercu_pdf,
        publications_http.lancement,
        publications_http.arret,
        publications_http.oubli,
        roles=PUBLIENT,
    ),
)
