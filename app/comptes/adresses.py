"""L'adresse mail est l'identifiant du compte (guide, chapitre 3)."""

import unicodedata


def normaliser(adresse: str) -> str:
    """La forme comparée : ni la casse ni la forme Unicode ne font deux comptes."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", adresse.strip()).casefold())
