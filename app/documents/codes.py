"""Le code de vérification imprimé sur un document : recopié d'un papier, dicté au téléphone, lu dans un QR."""

import secrets

# L'alphabet de Crockford, sans I, L, O ni U : 12 signes de 5 bits font 60 bits, hors de portée d'une énumération.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGUEUR = 12
GROUPE = 4
CONFUSIONS = str.maketrans("OIL", "011")
SAISIE_MAX = 64


def nouveau_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))


def en_groupes(code: str) -> str:
    """« 7K3M-0QXW-95TB »."""
    return "-".join(code[debut : debut + GROUPE] for debut in range(0, len(code), GROUPE))


def normaliser(saisie: str) -> str | None:
    """Le code que la personne a voulu taper : casse, espaces et tirets ne comptent pas, O vaut 0, I et L valent 1.

    Nul : aucun code ne s'écrit ainsi.
    """
    if len(saisie) > SAISIE_MAX:
        return None
    code = "".join(signe for signe in saisie.upper() if signe.isalnum()).translate(CONFUSIONS)
    return code if len(code) == LONGUEUR and set(code) <= set(ALPHABET) else None
