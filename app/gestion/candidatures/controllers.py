"""Les routes des candidatures : la liste, le dossier, et ce qu'on y fait."""

from app.comptes.guards import reserve_gestion
from app.gestion.candidatures import documents_http, dossier_http, liste_http
from app.gestion.page import LISENT_LES_PIECES

routes = (
    reserve_gestion(
        liste_http.liste,
        liste_http.chercher,
        dossier_http.dossier,
        dossier_http.comparer_deux_versions,
        documents_http.ouvrir_un_document,
        roles=LISENT_LES_PIECES,
    ),
)
