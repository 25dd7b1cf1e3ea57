"""Ce qu'un fichier de référence peut contenir, dit comme une donnée : chaque champ, son type, ses valeurs.

La forme se juge avant le fond : un renvoi ne se vérifie qu'entre des tables bien formées.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from app.referentiel.rapport import LigneCsv, Noeud


@dataclass(frozen=True, slots=True)
class Champ:
    """`juger` rend une phrase, vide si la valeur convient. `forme` : celle des tables qu'il contient."""

    juger: Callable[[Any], str]
    requis: bool = True
    forme: "Forme | None" = None


Forme = Mapping[str, Champ]


def texte(parmi: Collection[str] = (), *, motif: str = "", vide: bool = False, requis: bool = True) -> Champ:
    modele = re.compile(motif) if motif else None

    def juger(valeur: Any) -> str:
        if not isinstance(valeur, str):
            return f"un texte entre guillemets est attendu, lu {montrer(valeur)}"
        if not valeur.strip():
            return "" if vide else "ne peut pas être vide"
        if parmi and valeur not in parmi:
            return inconnu(valeur, parmi)
        if modele and not modele.fullmatch(valeur):
            return f"« {valeur} » n’a pas la forme attendue"
        return ""

    return Champ(juger, requis)


def booleen(*, requis: bool = True) -> Champ:
    def juger(valeur: Any) -> str:
        return "" if isinstance(valeur, bool) else f"true ou false est attendu, lu {montrer(valeur)}"

    return Champ(juger, requis)


def entier(mini: int, maxi: int, *, requis: bool = True) -> Champ:
    def juger(valeur: Any) -> str:
        if isinstance(valeur, bool) or not isinstance(valeur, int):
            return f"un nombre entier est attendu, lu {montrer(valeur)}"
        return "" if mini <= valeur <= maxi else f"{valeur} est hors de {mini} à {maxi}"

    return Champ(juger, requis)


def coefficient(*, requis: bool = True) -> Champ:
    def juger(valeur: Any) -> str:
        if isinstance(valeur, bool) or not isinstance(valeur, int | float) or not math.isfinite(valeur):
            return f"un nombre est attendu, lu {montrer(valeur)}"
        return "" if 0 < valeur <= 20 else f"{valeur} : un coefficient est plus grand que 0, et 20 au plus"

    return Champ(juger, requis)


def note(*, requis: bool = True) -> Champ:
    def juger(valeur: Any) -> str:
        if isinstance(valeur, bool) or not isinstance(valeur, int | float) or not 0 <= valeur <= 20:
            return f"une note sur 20 est attendue, lu {montrer(valeur)}"
        return ""

    return Champ(juger, requis)


def jour(*, requis: bool = True) -> Champ:
    def juger(valeur: Any) -> str:
        est_jour = type(valeur) is date
        return "" if est_jour else f"une date sans guillemets est attendue (2020-11-30), lu {montrer(valeur)}"

    return Champ(juger, requis)


def textes(parmi: Collection[str] = (), *, vide: bool = True, requis: bool = True) -> Champ:
    un = texte(parmi)

    def juger(valeur: Any) -> str:
        if not isinstance(valeur, list):
            return f"une liste de textes est attendue, lu {montrer(valeur)}"
        if not valeur and not vide:
            return "la liste ne peut pas être vide"
        phrase = next((phrase for v in valeur if (phrase := un.juger(v))), "")
        return phrase or (f"{montrer(double)} y est deux fois" if (double := premier_double(valeur)) else "")

    return Champ(juger, requis)


def table(forme: Forme, *, requis: bool = True) -> Champ:
    def juger(valeur: Any) -> str:
        return "" if isinstance(valeur, dict) else f"une table est attendue, lu {montrer(valeur)}"

    return Champ(juger, requis, forme)


def tables(forme: Forme, *, vide: bool = False, requis: bool = True) -> Champ:
    """Liste de tables (`[[pieces]]`), ou table de tables (`[matieres.EPS]`)."""

    def juger(valeur: Any) -> str:
        membres = list(valeur.values()) if isinstance(valeur, dict) else valeur
        if not isinstance(membres, list) or not all(isinstance(v, dict) for v in membres):
            return f"une suite de tables est attendue, lu {montrer(valeur)}"
        return "" if membres or vide else "il en faut au moins une"

    return Champ(juger, requis, {"*": Champ(lambda _: "", forme=forme)})


def paires(parmi: Collection[str] = (), *, listes: bool = False, requis: bool = True) -> Champ:
    """Table de textes (`{ EPS = "texte" }`), ou de listes de textes."""
    membre = textes(parmi, vide=False) if listes else texte(parmi)

    def juger(valeur: Any) -> str:
        if not isinstance(valeur, dict):
            return f"une table est attendue, lu {montrer(valeur)}"
        return next((f"{cle} : {phrase}" for cle, v in valeur.items() if (phrase := membre.juger(v))), "")

    return Champ(juger, requis)


def controler_forme(noeud: Noeud, forme: Forme) -> None:
    for cle in noeud.valeur:
        if cle not in forme:
            noeud.erreur_de_forme(cle, f"champ inconnu{proche(cle, forme)}")
    for cle, champ in forme.items():
        if cle not in noeud.valeur:
            if champ.requis:
                noeud.erreur_de_forme(cle, "champ obligatoire absent")
        elif phrase := champ.juger(noeud[cle]):
            noeud.erreur_de_forme(cle, phrase)
        elif champ.forme and "*" in champ.forme:
            for enfant in noeud.enfants(cle):
                controler_forme(enfant, champ.forme["*"].forme or {})
        elif champ.forme and (sous_table := noeud.enfant(cle)):
            controler_forme(sous_table, champ.forme)


def controler_ligne(ligne: LigneCsv, forme: Forme) -> bool:
    bonne = True
    for colonne, champ in forme.items():
        if phrase := champ.juger(ligne.valeurs[colonne]):
            ligne.erreur(colonne, phrase)
            bonne = False
    return bonne


def inconnu(valeur: object, connus: Collection[str]) -> str:
    """« x » n'est pas connu, avec la liste si elle est courte, sinon le plus ressemblant."""
    if len(connus) <= 8:
        return f"« {valeur} » n’est pas connu : {', '.join(sorted(connus))}"
    return f"« {valeur} » n’est pas connu{proche(str(valeur), connus)}"


def proche(valeur: str, connus: Collection[str]) -> str:
    ressemblants = get_close_matches(valeur, list(connus), n=1)
    return f" ; vouliez-vous dire « {ressemblants[0]} » ?" if ressemblants else ""


def montrer(valeur: object) -> str:
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, str):
        return f"« {valeur[:40]} »"
    if isinstance(valeur, list):
        return "une liste"
    return "une table" if isinstance(valeur, dict) else str(valeur)


def premier_double(valeurs: Collection[Any]) -> Any:
    vues: list[Any] = []
    for valeur in valeurs:
        if valeur in vues:
            return valeur
        vues.append(valeur)
    return None
