"""Le numéro d'un établissement (UAI) : sept chiffres et une lettre de contrôle, le reste de leur division par 23."""

LETTRES = "ABCDEFGHJKLMNPRSTUVWXYZ"


def lettre_de_controle(chiffres: str) -> str:
    return LETTRES[int(chiffres) % len(LETTRES)]


def est_un_uai(texte: str) -> bool:
    chiffres, lettre = texte[:7], texte[7:]
    sept = len(chiffres) == 7 and chiffres.isascii() and chiffres.isdecimal()
    return sept and lettre == lettre_de_controle(chiffres)
