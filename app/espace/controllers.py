from app.comptes.guards import reserve
from app.espace import activites_http, depot_http, desinscription_http, inscriptions_http, pieces_http, versions_http

router = reserve(
    inscriptions_http.mes_inscriptions,
    inscriptions_http.confirmer_la_suppression,
    inscriptions_http.supprimer,
    activites_http.mes_activites,
    activites_http.les_formulaires,
    pieces_http.mes_justificatifs,
    depot_http.ajouter,
    pieces_http.confirmer_le_retrait,
    pieces_http.supprimer,
    pieces_http.relire,
    pieces_http.j_ai_fourni,
    pieces_http.annuler,
    versions_http.mes_versions,
    versions_http.comparer_deux_versions,
    versions_http.confirmer_l_abandon,
    versions_http.abandonner,
    desinscription_http.confirmer_la_desinscription,
    desinscription_http.se_desinscrire,
)
