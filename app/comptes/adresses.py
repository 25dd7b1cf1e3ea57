"""L'adresse mail est l'identifiant du compte (guide, chapitre 3) ; pour un élève, « prenom.nom » (chapitre 8)."""

import unicodedata


def normaliser(identifiant: str) -> str:
    """La forme comparée : ni la casse ni la forme Unicode ne font deux comptes.

    Sans arobase, ni les accents ni les espaces : « Zoé.Le Goff » se reconnaît.
    """
    forme = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", identifiant.strip()).casefold())
    if "@" in forme:
        return forme
    nue = "".join(lettre for lettre in unicodedata.normalize("NFD", forme) if not unicodedata.combining(lettre))
    return "".join(nue.split())


def est_une_adresse(identifiant: str) -> bool:
    return "@" in identifiant
