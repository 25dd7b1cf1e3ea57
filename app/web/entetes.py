"""Lecture de l'en-tête Accept-Encoding (RFC 9110 § 12.5.3) : « br;q=0 » refuse br."""


def accepte(entete: str, codage: str) -> bool:
    poids: dict[str, float] = {}
    for morceau in entete.split(","):
        nom, *parametres = morceau.split(";")
        poids[nom.strip().lower()] = _poids(parametres)
    return poids.get(codage, poids.get("*", 0.0)) > 0


def _poids(parametres: list[str]) -> float:
    for parametre in parametres:
        cle, _, valeur = parametre.partition("=")
        if cle.strip().lower() == "q":
            try:
                return float(valeur)
            except ValueError:
                return 0.0
    return 1.0
