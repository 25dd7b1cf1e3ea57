"""La table ASVS ne promet rien sans test : une ligne « tenue » nomme un test qui existe."""

import ast
import re
from functools import cache

import pytest

from tests.instance import RACINE

PAGE = (RACINE / ".readme" / "asvs.md").read_text("utf-8")
LIGNES = [
    [case.strip() for case in ligne.strip("|").split("|")] for ligne in PAGE.splitlines() if re.match(r"\| \d", ligne)
]
ETATS = {"tenue", "en partie", "non tenue", "hébergeur", "sans objet"}
NIVEAUX = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123", "2.1": "122", "2.2": "112",
    "2.3": "12223", "2.4": "23", "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333",
    "3.6": "3", "3.7": "22333", "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222", "5.1": "2",
    "5.2": "112333", "5.3": "113", "5.4": "222", "6.1": "122", "6.2": "111111112222", "6.3": "11223333",
    "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222", "7.1": "222", "7.2": "1111",
    "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22", "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222", "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23",
    "11.6": "23", "11.7": "33", "12.1": "12233", "12.2": "11", "12.3": "22223", "13.1": "2333", "13.2": "222223",
    "13.3": "2233", "13.4": "1222233", "14.1": "22", "14.2": "12223333", "14.3": "122", "15.1": "12233",
    "15.2": "12233", "15.3": "1222222", "15.4": "3333", "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222",
    "16.5": "2223",
}  # fmt: skip
"""section → niveau de chacune de ses exigences, dans l'ordre (ASVS 5.0.0) ; les chapitres 10 et 17 sont à part"""
EXIGENCES = {f"{section}.{rang}": n for section, niveaux in NIVEAUX.items() for rang, n in enumerate(niveaux, 1)}


@cache
def fonctions_de(fichier: str) -> frozenset[str]:
    """Les fonctions de test de ce fichier, celles d'une classe comprises."""
    arbre = ast.parse((RACINE / "tests" / "unit" / fichier).read_text("utf-8"))
    return frozenset(
        noeud.name for noeud in ast.walk(arbre) if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_les_niveaux_1_et_2_y_sont_en_entier_une_fois_chacun():
    numeros = [ligne[0] for ligne in LIGNES]
    assert len(numeros) == len(set(numeros))
    assert {numero for numero, niveau in EXIGENCES.items() if niveau in "12"} <= set(numeros) <= set(EXIGENCES)
    assert "Les chapitres 10 (OAuth et OIDC) et 17 (WebRTC) sont sans objet" in PAGE


@pytest.mark.parametrize("ligne", LIGNES, ids=[ligne[0] for ligne in LIGNES])
def test_une_ligne_tenue_nomme_un_test_qui_existe_et_une_autre_sa_raison(ligne: list[str]):
    numero, niveau, etat, dit, preuve = ligne
    assert niveau == EXIGENCES[numero]
    assert etat in ETATS
    assert len(dit) >= 10, "rien n’est expliqué"
    preuves = re.findall(r"`([\w/]+\.py)::(test_\w+)`", preuve)
    assert bool(preuves) == (etat == "tenue"), "une preuve pour ce qui est tenu, et pour cela seul"
    for fichier, nom in preuves:
        assert nom in fonctions_de(fichier), f"{fichier}::{nom} n’existe pas"


def test_un_test_cite_au_fil_d_une_ligne_existe_aussi():
    connus = frozenset().union(*(fonctions_de(f.relative_to(RACINE / "tests" / "unit").as_posix()) for f in TOUS))
    cites = {nom for ligne in LIGNES for nom in re.findall(r"`(test_\w+)`", ligne[3])}
    assert cites
    assert cites <= connus, cites - connus


TOUS = sorted((RACINE / "tests" / "unit").rglob("test_*.py"))


def test_aucun_script_ne_garde_rien_dans_le_navigateur():
    notres = [script for script in (RACINE / "static" / "js").glob("*.js") if not script.name.startswith("htmx")]
    assert len(notres) >= 3
    for script in notres:
        assert not re.search(r"(local|session)Storage|indexedDB|document\.cookie", script.read_text("utf-8")), (
            script.name
        )
