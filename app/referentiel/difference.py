"""Ce qui sépare deux règlements, dit champ par champ : pur, sans base."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CLES = ("code", "repere", "nom", "matiere")
LONGUEUR = 160


@dataclass(frozen=True, slots=True)
class Changement:
    ou: str
    """« specialites › 50024127 Arts de la broderie › epreuves › EP1 › libelle »"""
    avant: str
    """vide : ajouté"""
    apres: str
    """vide : retiré"""

    @property
    def genre(self) -> str:
        if not self.avant:
            return "ajouté"
        return "modifié" if self.apres else "retiré"


def difference(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> Iterator[Changement]:
    return _dans(avant, apres, ())


def _dans(avant: Any, apres: Any, chemin: tuple[str, ...]) -> Iterator[Changement]:
    if avant == apres:
        return
    gauche, droite = _par_cle(avant), _par_cle(apres)
    if gauche is None or droite is None:
        yield Changement(" › ".join(chemin), _mots(avant), _mots(apres))
        return
    for cle in dict.fromkeys((*gauche, *droite)):
        nom = _nom(cle, droite.get(cle, gauche.get(cle)))
        yield from _dans(gauche.get(cle), droite.get(cle), (*chemin, nom))


def _par_cle(valeur: Any) -> Mapping[str, Any] | None:
    """Une table par ses clés, une liste de tables par leur code ; nul pour tout le reste."""
    if isinstance(valeur, Mapping):
        return valeur
    if isinstance(valeur, list) and valeur and all(isinstance(v, Mapping) for v in valeur):
        for cle in CLES:
            codes = [v.get(cle) for v in valeur]
            if all(isinstance(code, str) for code in codes) and len(set(codes)) == len(codes):
                return dict(zip(codes, valeur, strict=True))
    return None


def _nom(cle: str, valeur: Any) -> str:
    libelle = valeur.get("titre") or valeur.get("libelle") if isinstance(valeur, Mapping) else None
    return f"{cle} {libelle}" if isinstance(libelle, str) and libelle != cle else cle


def _mots(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, Mapping):
        texte = str(valeur.get("titre") or valeur.get("libelle") or ", ".join(map(str, valeur)) or "(vide)")
    elif isinstance(valeur, bool):
        texte = "oui" if valeur else "non"
    elif isinstance(valeur, Sequence) and not isinstance(valeur, str):
        texte = ", ".join(_mots(v) for v in valeur) or "(vide)"
    else:
        texte = str(valeur) or "(vide)"
    return texte if len(texte) <= LONGUEUR else f"{texte[:LONGUEUR]}…"
