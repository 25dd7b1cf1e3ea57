"""À quelle ligne d'un texte TOML se trouve une valeur : `tomllib` lit les valeurs et oublie les lignes."""

import re
from collections import Counter

Chemin = tuple[str | int, ...]

ENTETE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
CLE = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=\s*(.*)$")
CHAINE = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


class Reperes:
    """Une lecture ligne à ligne suffit : le fichier a déjà été jugé bien formé par `tomllib`."""

    def __init__(self, texte: str) -> None:
        self._lignes: dict[Chemin, int] = {}
        self._rangs: Counter[Chemin] = Counter()
        self._base: Chemin = ()
        self._ouvert: Chemin | None = None  # tableau dont le crochet fermant est plus bas
        self._profondeur = 0
        self._dans_texte_long = False
        for numero, ligne in enumerate(texte.split("\n"), 1):
            self._lire(numero, ligne)

    def ligne(self, chemin: Chemin) -> int:
        """Celle de la valeur, ou à défaut de la table la plus proche qui la contient."""
        for longueur in range(len(chemin), 0, -1):
            if numero := self._lignes.get(chemin[:longueur]):
                return numero
        return 1

    def _lire(self, numero: int, ligne: str) -> None:
        if self._dans_texte_long or '"""' in ligne or "'''" in ligne:
            debut = not self._dans_texte_long
            guillemets = ligne.count('"""') + ligne.count("'''")
            self._dans_texte_long ^= guillemets % 2 == 1
            if not debut:
                return
        if self._ouvert is not None:
            self._continuer_tableau(numero, ligne)
        elif entete := ENTETE.match(ligne):
            self._ouvrir_table(numero, entete[1] == "[[", _pas(entete[2]))
        elif cle := CLE.match(ligne):
            chemin = (*self._base, *_pas(cle[1]))
            self._lignes[chemin] = numero
            if cle[2].startswith("["):
                self._ouvert = chemin
                self._suivre_crochets(cle[2])

    def _ouvrir_table(self, numero: int, est_liste: bool, pas: list[str]) -> None:
        chemin: Chemin = ()
        for nom in pas[:-1]:
            chemin = (*chemin, nom)
            if chemin in self._rangs:
                chemin = (*chemin, self._rangs[chemin] - 1)
        chemin = (*chemin, pas[-1])
        self._lignes.setdefault(chemin, numero)
        if est_liste:
            self._rangs[chemin] += 1
            chemin = (*chemin, self._rangs[chemin] - 1)
        self._base = chemin
        self._lignes[chemin] = numero

    def _continuer_tableau(self, numero: int, ligne: str) -> None:
        assert self._ouvert is not None  # noqa: S101 — l'appelant vient de le lire
        if ligne.lstrip().startswith("{"):
            self._lignes[(*self._ouvert, self._rangs[self._ouvert])] = numero
            self._rangs[self._ouvert] += 1
        self._suivre_crochets(ligne)

    def _suivre_crochets(self, texte: str) -> None:
        nu = CHAINE.sub("", texte).partition("#")[0]
        self._profondeur += nu.count("[") - nu.count("]")
        if self._profondeur <= 0:
            self._ouvert, self._profondeur = None, 0


def _pas(nom: str) -> list[str]:
    return [pas.strip().strip("\"'") for pas in nom.split(".")]
