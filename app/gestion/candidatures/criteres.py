"""Ce que l'agent demande à la liste : des filtres, qui sont dans l'adresse, et ce qu'il cherche, qui n'y est pas."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from app.candidatures.annuaire import mots
from app.gestion.candidatures.portee import Service
from app.regles.vocabulaire import EtatCandidature

LISTE = "/gestion/candidatures"
TOUTES = "toutes"
A_CONFIRMER = "a_confirmer"
NUMERO = re.compile(r"([0-9]{11})(?:[-/]?([0-9]{3}))?")
LONGUEUR = 100


class Genre(StrEnum):
    NUMERO = "numero"
    COURRIEL = "courriel"
    NOM = "nom"
    ILLISIBLE = "illisible"
    """des chiffres qui ne font pas un numéro, ou rien qui se cherche"""


@dataclass(frozen=True, slots=True)
class Cherche:
    """Ce qui a été tapé, compris comme un numéro, une adresse mail ou un nom."""

    genre: Genre
    texte: str
    mots: tuple[str, ...] = ()
    numero_candidat: str = ""
    numero_inscription: str = ""


@dataclass(frozen=True, slots=True)
class Criteres:
    """Des valeurs déjà bornées à la portée de l'agent : `services` n'a que les siens."""

    services: tuple[Service, ...]
    etats: tuple[EtatCandidature, ...] = tuple(EtatCandidature)
    specialite: str = ""
    etablissement: str = ""
    dispense_a_confirmer: bool = False
    """seuls les inscrits en ont une : `etats` le dit aussi"""
    cherche: Cherche | None = None
    filtres: Mapping[str, str] = field(default_factory=dict)
    """nom → valeur, tels que dans l'adresse"""

    @property
    def periodes(self) -> tuple[str, ...]:
        return tuple(service.periode_id for service in self.services)

    @property
    def academies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(service.academie_code for service in self.services))

    def adresse(self, chemin: str = LISTE, **autres: str) -> str:
        lus = {nom: valeur for nom, valeur in {**self.filtres, **autres}.items() if valeur}
        return f"{chemin}?{urlencode(lus)}" if lus else chemin


def comprendre(texte: str) -> Cherche | None:
    texte = " ".join(texte.split())[:LONGUEUR]
    if not texte:
        return None
    if numero := NUMERO.fullmatch(texte.replace(" ", "")):
        return Cherche(Genre.NUMERO, texte, numero_candidat=numero[1], numero_inscription=numero[2] or "")
    if "@" in texte:
        return Cherche(Genre.COURRIEL, texte)
    trouves = tuple(dict.fromkeys(mots(texte)))
    if not trouves or all(mot.isdecimal() for mot in trouves):
        return Cherche(Genre.ILLISIBLE, texte)
    return Cherche(Genre.NOM, texte, trouves)


def criteres(
    lus: Mapping[str, str],
    services: Sequence[Service],
    cherche: Cherche | None,
    *,
    specialites: Collection[str],
    etablissements: Collection[str],
) -> Criteres:
    """Une valeur inconnue ne filtre rien : une adresse abîmée montre la liste, pas une page d'erreur.

    Sans session dite, la plus récente.
    """
    sessions = dict.fromkeys(service.session_id for service in services)
    session = lus.get("session", "")
    if session not in sessions and session != TOUTES:
        session = next(iter(sessions), "")
    academie = lus.get("academie", "")
    if academie not in {service.academie_code for service in services}:
        academie = ""
    etat = lus.get("etat", "")
    etats = tuple(EtatCandidature(etat) for _ in (0,) if etat in tuple(EtatCandidature))
    specialite = lus.get("specialite", "") if lus.get("specialite", "") in specialites else ""
    etablissement = lus.get("etablissement", "") if lus.get("etablissement", "") in etablissements else ""
    a_confirmer = lus.get("dispense", "") == A_CONFIRMER
    retenus = etats or tuple(EtatCandidature)
    return Criteres(
        services=tuple(
            service
            for service in services
            if session in (TOUTES, service.session_id) and academie in ("", service.academie_code)
        ),
        etats=tuple(e for e in retenus if e is EtatCandidature.INSCRIT) if a_confirmer else retenus,
        specialite=specialite,
        etablissement=etablissement,
        dispense_a_confirmer=a_confirmer,
        cherche=cherche,
        filtres={
            "session": session,
            "academie": academie,
            "etat": etat if etats else "",
            "specialite": specialite,
            "etablissement": etablissement,
            "dispense": A_CONFIRMER if a_confirmer else "",
        },
    )
