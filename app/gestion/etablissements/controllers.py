"""Les routes des établissements : les seuls gestionnaires de leur académie."""

from app.comptes.guards import reserve_gestion
from app.gestion.etablissements import etablissements_http as ecran
from app.gestion.etablissements import export_http
from app.gestion.page import CONTROLENT

routes = (
    reserve_gestion(
        ecran.lister,
        export_http.exporter_les_etablissements,
        export_http.exporter_les_doublons,
        export_http.exporter_les_personnes,
        export_http.exporter_les_eleves_partis,
        ecran.declarer_un_etablissement,
        ecran.montrer_l_etablissement,
        ecran.inviter_quelqu_un,
        ecran.inviter_de_nouveau,
        ecran.retirer_quelqu_un,
        ecran.rendre_un_compte,
        roles=CONTROLENT,
    ),
)
