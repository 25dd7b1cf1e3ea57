"""Les routes de la gestion. La fonction est gardée ici ; la portée est dans chaque requête."""

from litestar import Router

from app.comptes.guards import reserve_gestion
from app.gestion import accueil

router = Router("/", route_handlers=[reserve_gestion(accueil.accueil)])
