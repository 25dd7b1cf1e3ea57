"""Les routes du contrôle des pièces et des relances."""

from app.comptes.guards import reserve_gestion
from app.gestion.controle import attente_http, controle_http, exports_http, fichiers_http, relances_http
from app.gestion.page import CONTROLENT, LISENT_LES_PIECES

routes = (
    reserve_gestion(
        attente_http.file_d_attente,
        controle_http.poste,
        fichiers_http.apercu,
        fichiers_http.telecharger,
        fichiers_http.revenir,
        relances_http.dossiers_incomplets,
        exports_http.exporter_la_file,
        exports_http.exporter_les_incomplets,
        roles=LISENT_LES_PIECES,
    ),
    reserve_gestion(
        controle_http.prendre_ce_dossier,
        controle_http.rendre_ce_dossier,
        controle_http.suivante,
        controle_http.decider,
        controle_http.annuler,
        fichiers_http.deposer,
        relances_http.relancer_en_nombre,
        relances_http.relancer_tous,
        relances_http.relancer_un_candidat,
        roles=CONTROLENT,
    ),
)
