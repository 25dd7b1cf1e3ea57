"""Les routes de « Mon compte » : tout agent, pour le sien."""

from app.comptes.guards import reserve_gestion
from app.gestion.mon_compte import mon_compte_http

routes = [
    reserve_gestion(
        mon_compte_http.mon_compte,
        mon_compte_http.demander_le_mot_de_passe,
        mon_compte_http.changer_le_mot_de_passe,
        mon_compte_http.demander_le_telephone,
        mon_compte_http.changer_le_telephone,
        mon_compte_http.demander_les_codes,
        mon_compte_http.changer_les_codes,
    ),
]
