"""Les routes publiques. Aucune ne demande de compte, aucune n'écrit."""

from litestar import Router

from app.accueil.pages import accessibilite, accueil, aide, favicon, mentions_legales, pieces
from app.accueil.recherche import agenda, recherche
from app.accueil.robots import robots
from app.accueil.simulateur import simulateur

router = Router(
    path="/",
    route_handlers=[
        accueil,
        recherche,
        agenda,
        simulateur,
        aide,
        pieces,
        mentions_legales,
        accessibilite,
        robots,
        favicon,
    ],
)
