"""Les routes de la gestion, sujet par sujet. La fonction est gardée dans chacun ; la portée est dans chaque requête."""

from litestar import Router

from app.comptes.guards import reserve_gestion
from app.gestion import accueil
from app.gestion.agents.controllers import routes as agents
from app.gestion.candidatures.controllers import routes as candidatures
from app.gestion.controle.controllers import routes as controle
from app.gestion.corrections.controllers import routes as corrections
from app.gestion.etablissements.controllers import routes as etablissements
from app.gestion.guichet.controllers import routes as guichet
from app.gestion.messages.controllers import routes as messages
from app.gestion.mon_compte.controllers import routes as mon_compte
from app.gestion.publications.controllers import routes as publications
from app.gestion.redoublants.controllers import routes as redoublants
from app.gestion.referentiel.controllers import routes as referentiel
from app.gestion.registre.controllers import routes as registre
from app.gestion.services.controllers import routes as services
from app.gestion.tableau.controllers import routes as tableau

router = Router(
    "/",
    route_handlers=[
        reserve_gestion(accueil.accueil),
        *candidatures,
        *controle,
        *corrections,
        *etablissements,
        *guichet,
        *publications,
        *redoublants,
        *referentiel,
        *services,
        *agents,
        *messages,
        *mon_compte,
        *tableau,
        *registre,
    ],
)
