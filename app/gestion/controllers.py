"""Les routes de la gestion. La fonction est gardée ici ; la portée est dans chaque requête."""

from litestar import Router

from app.comptes.guards import reserve_gestion
from app.gestion import accueil, attente_http, controle_http, fichiers_http, relances_http
from app.gestion.page import CONTROLENT, LISENT_LES_PIECES

router = Router(
    "/",
    route_handlers=[
        reserve_gestion(accueil.accueil),
        reserve_gestion(
            attente_http.file_d_attente,
            controle_http.poste,
            fichiers_http.apercu,
            fichiers_http.telecharger,
            relances_http.dossiers_incomplets,
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
            relances_http.relancer_un_candidat,
            roles=CONTROLENT,
        ),
    ],
)
