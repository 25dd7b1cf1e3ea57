"""Ce que les moteurs de recherche peuvent lire."""

from litestar import MediaType, get

# Les pages publiques se trouvent par un moteur de recherche ; les autres n'ont rien à y montrer.
ROBOTS = """User-agent: *
Disallow: /candidatures/
Disallow: /compte
Disallow: /connexion
Disallow: /documents/
Disallow: /inscriptions
Disallow: /verifier
"""


@get("/robots.txt", media_type=MediaType.TEXT, opt={"public": True}, cache_control=None)
async def robots() -> str:
    return ROBOTS
