"""Ôte d'une feuille de style ou d'un script ce que le navigateur ne lit pas, par des règles prudentes."""

import re


def reduire_css(texte: str) -> str:
    """Commentaires et espaces superflus. Les chaînes sont laissées telles quelles ; une espace qui sépare deux
    sélecteurs, ou entoure + et - dans calc(), aussi."""
    return "".join(
        morceau if rang % 2 else _reduire_hors_chaine(morceau)
        for rang, morceau in enumerate(_CHAINE.split(_sans_commentaire(texte)))
    ).strip()


def reduire_js(texte: str) -> str:
    """Lignes vides, lignes de commentaire entières et retrait : rien qui demande de comprendre la langue.

    Un gabarit de chaîne sur plusieurs lignes y perdrait son retrait : portail.js n'en a pas, un test y veille.
    """
    lignes = (ligne.strip() for ligne in texte.splitlines())
    return "\n".join(ligne for ligne in lignes if ligne and not ligne.startswith("//")) + "\n"


_CHAINE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)
_CHAINE_OU_COMMENTAIRE = re.compile(_CHAINE.pattern + r"|/\*.*?\*/", re.DOTALL)


def _sans_commentaire(texte: str) -> str:
    return _CHAINE_OU_COMMENTAIRE.sub(lambda trouve: trouve[1] or " ", texte)


def _reduire_hors_chaine(texte: str) -> str:
    texte = re.sub(r"\s+", " ", texte)
    texte = re.sub(r" ?([{};,]) ?", r"\1", texte)
    texte = re.sub(r"([{;(] ?[-\w]+) ?: (?=\S|$)", r"\1:", texte)
    return texte.replace(";}", "}")
