"""Les règles une par une (`[[textes]]`) : leur article, leur rédaction, leurs sessions d'application."""

from collections.abc import Iterable

from app.referentiel.formes import Forme, booleen, entier, texte
from app.referentiel.rapport import Noeud

SESSION = entier(2000, 2100, requis=False)
LIBRE = texte(requis=False)

TEXTE: Forme = {
    "code": texte(),
    "regle": texte(),
    "source": texte(),
    "version": LIBRE,
    "depuis": SESSION,
    "jusqu_a": SESSION,
    "verified": booleen(),
    "note": LIBRE,
}


def controler_textes(fichiers: Iterable[Noeud]) -> None:
    """Un code de règle est unique sur l'ensemble des fichiers : une situation d'exemple ne cite que lui."""
    deja: dict[str, str] = {}
    for fichier in fichiers:
        for t in fichier.enfants("textes"):
            if t["code"] in deja:
                t.erreur("code", f"« {t['code']} » est déjà dans {deja[t['code']]}")
            deja[t["code"]] = fichier.fichier.nom
            controler_sessions(t)


def controler_sessions(n: Noeud) -> None:
    if n.get("depuis", 2000) > n.get("jusqu_a", 2100):
        n.erreur("depuis", f"{n['depuis']} vient après jusqu_a ({n['jusqu_a']})")


def codes_uniques(noeuds: Iterable[Noeud]) -> None:
    deja: set[str] = set()
    for n in noeuds:
        if n["code"] in deja:
            n.erreur("code", f"« {n['code']} » y est déjà")
        deja.add(n["code"])
