from app.comptes.guards import reserve
from app.inscription import enregistrement_http, nouvelle_http, onglets_http

router = reserve(
    nouvelle_http.choisir,
    nouvelle_http.valider,
    enregistrement_http.relire,
    enregistrement_http.valider,
    enregistrement_http.recevoir_le_numero,
    enregistrement_http.apercevoir,
    onglets_http.chercher_specialites,
    onglets_http.reprendre,
    onglets_http.montrer,
    onglets_http.recevoir,
)
