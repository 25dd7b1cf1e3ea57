from app.comptes.guards import reserve
from app.espace import activites_http, desinscription_http, inscriptions_http, versions_http

router = reserve(
    inscriptions_http.mes_inscriptions,
    inscriptions_http.confirmer_la_suppression,
    inscriptions_http.supprimer,
    activites_http.mes_activites,
    activites_http.les_formulaires,
    activites_http.mes_justificatifs,
    versions_http.mes_versions,
    versions_http.comparer_deux_versions,
    versions_http.confirmer_l_abandon,
    versions_http.abandonner,
    desinscription_http.confirmer_la_desinscription,
    desinscription_http.se_desinscrire,
)
