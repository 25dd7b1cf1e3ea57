"""Les routes du référentiel. Un gestionnaire lit ; l'administrateur propose et publie."""

from app.comptes.guards import reserve_gestion
from app.comptes.models import RoleCompte
from app.gestion.page import LISENT_LE_REFERENTIEL
from app.gestion.referentiel import export_http, referentiel_http

routes = (
    reserve_gestion(
        referentiel_http.accueil,
        referentiel_http.fichiers_en_vigueur,
        referentiel_http.fichiers,
        referentiel_http.edition,
        export_http.exporter_les_editions,
        export_http.exporter_la_difference,
        export_http.exporter_les_effets,
        roles=LISENT_LE_REFERENTIEL,
    ),
    reserve_gestion(
        referentiel_http.televerser,
        referentiel_http.revenir,
        referentiel_http.publier,
        referentiel_http.y_renoncer,
        roles=frozenset({RoleCompte.ADMINISTRATEUR}),
    ),
)
