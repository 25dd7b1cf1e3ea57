"""Les routes du journal : un gestionnaire lit ses académies, l'administrateur tout."""

from app.comptes.guards import reserve_gestion
from app.gestion.page import REGLENT
from app.gestion.registre import registre_http

routes = [reserve_gestion(registre_http.journal, registre_http.exporter, roles=REGLENT)]
