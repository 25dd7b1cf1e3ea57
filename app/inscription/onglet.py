"""Ce qu'est un onglet : un module qui pose des questions et reporte les réponses au brouillon.

Les questions se déduisent du dossier ; une question qui ne se pose pas n'existe pas dans le formulaire, et seules
celles qui étaient dans la page envoyée sont relues. Ce qui est tapé et n'est pas lisible reste au brouillon, à côté.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

from app.regles.controle import Anomalie
from app.regles.dossier import Brouillon, Dossier
from app.web.forms import CasesACocher, Champ, Formulaire, Option

TOURS = 6
"""Une réponse ouvre des questions dont la réponse en ouvre d'autres : la cascade des acquis a trois degrés."""


@dataclass(frozen=True, slots=True)
class Listes:
    """Ce qu'un onglet propose et que le règlement ne contient pas."""

    pays: tuple[Option, ...] = ()
    nationalites: tuple[Option, ...] = ()
    academies: tuple[Option, ...] = ()
    localites: tuple[str, ...] = ()
    """communes du code postal tapé"""
    recherche: str = ""
    """mots cherchés dans la liste des spécialités"""


@dataclass(frozen=True, slots=True)
class Lecture:
    """Un envoi lu : le dossier qu'il donne, et ce qui a été tapé, tel quel."""

    dossier: Dossier
    brutes: Mapping[str, list[str]]


class Onglet(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def titre(self) -> str: ...
    @property
    def champs(self) -> tuple[str, ...]:
        """Réponses du brouillon que cet onglet possède."""

    def questions(self, dossier: Dossier, listes: Listes) -> dict[str, Champ]: ...
    def valeurs(self, dossier: Dossier) -> Mapping[str, object]:
        """Les réponses déjà au brouillon, par nom de question."""

    def reporter(self, lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
        """Le brouillon, avec ces réponses en plus."""


def formulaire(onglet: Onglet, dossier: Dossier, listes: Listes) -> Formulaire:
    """Le formulaire tel que le brouillon le remplit, valeurs illisibles comprises."""
    questions = onglet.questions(dossier, listes)
    rendu = Formulaire(questions, valeurs=onglet.valeurs(dossier))
    for nom, textes in dossier.brouillon.saisies.get(onglet.slug, {}).items():
        if nom in rendu:
            rendu[nom].process(_Saisie(nom, textes))
    return rendu


def lire(onglet: Onglet, dossier: Dossier, listes: Listes, recu: Mapping[str, Any]) -> Lecture:
    """Reporte ce qui a été envoyé. On relit tant que les réponses ouvrent des questions présentes dans l'envoi."""
    questions = onglet.questions(dossier, listes)
    lecture = _un_tour(onglet, dossier, questions, recu)
    for _ in range(TOURS - 1):
        ouvertes = onglet.questions(lecture.dossier, listes)
        if _sont_les_memes(questions, ouvertes):
            break
        questions, avant = ouvertes, lecture.dossier.brouillon
        lecture = _un_tour(onglet, lecture.dossier, questions, recu)
        if lecture.dossier.brouillon == avant:
            break
    return lecture


def montrer_anomalies(rendu: Formulaire, anomalies: tuple[Anomalie, ...]) -> None:
    """Met chaque anomalie à côté de sa question ; celle dont la question n'est pas à l'écran va à la première."""
    for champ in rendu:
        champ.errors = list(champ.process_errors)
    premiere = next((champ.name for champ in rendu), "")
    for anomalie in anomalies:
        nom = anomalie.champ if anomalie.champ in rendu else premiere
        if nom and not rendu[nom].errors:
            rendu.ajouter_erreur(nom, anomalie.message)


def _sont_les_memes(avant: Mapping[str, Champ], apres: Mapping[str, Champ]) -> bool:
    """Mêmes noms, mêmes sortes, mêmes réponses proposées : les réponses n'ont rien ouvert ni rien fermé. WTForms tient
    une question non encore posée pour sa classe et ses arguments."""
    return avant.keys() == apres.keys() and all(
        (a.field_class, a.args, a.kwargs) == (b.field_class, b.args, b.kwargs)
        for a, b in zip(avant.values(), apres.values(), strict=True)
    )


def _un_tour(onglet: Onglet, dossier: Dossier, questions: Mapping[str, Champ], recu: Mapping[str, Any]) -> Lecture:
    envoye = Formulaire(questions, recu)
    lues: dict[str, Any] = {}
    saisies: dict[str, tuple[str, ...]] = {}
    for champ in envoye:
        if not _est_dans_lenvoi(champ, recu):
            continue
        if champ.process_errors:
            saisies[champ.name] = tuple(champ.textes)
        else:
            lues[champ.name] = champ.data
    brouillon = onglet.reporter(lues, dossier)
    gardees = {nom: textes for nom, textes in brouillon.saisies.get(onglet.slug, {}).items() if nom not in lues}
    toutes = {slug: valeurs for slug, valeurs in brouillon.saisies.items() if slug != onglet.slug}
    if gardees | saisies:
        toutes[onglet.slug] = gardees | saisies
    reporte = Dossier(dossier.identite, brouillon.avec(saisies=toutes), dossier.reglement, dossier.contexte)
    return Lecture(reporte, envoye.valeurs_brutes())


def valeurs_simples(dossier: Dossier, champs: tuple[str, ...]) -> dict[str, object]:
    """Pour un onglet dont chaque question porte le nom de sa réponse."""
    return {champ: getattr(dossier.brouillon, champ) for champ in champs}


def reporter_simplement(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    """Pour un onglet dont chaque question porte le nom de sa réponse ; un texte vidé redevient vide, pas absent."""
    vide = {champ.name: champ.default for champ in fields(Brouillon)}
    return dossier.brouillon.avec(
        **{nom: ("" if valeur is None and vide[nom] == "" else valeur) for nom, valeur in lues.items()}
    )


def _est_dans_lenvoi(champ: Champ, recu: Mapping[str, Any]) -> bool:
    return champ.name in recu or (isinstance(champ, CasesACocher) and champ.est_posee)


class _Saisie(dict[str, list[str]]):
    """Un champ seul, tel que tapé, dans la forme que WTForms relit."""

    def __init__(self, nom: str, textes: tuple[str, ...]) -> None:
        super().__init__({nom: list(textes)})

    def getlist(self, nom: str) -> list[str]:
        return self.get(nom, [])
