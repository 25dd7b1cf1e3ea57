"""Combien de temps se garde chaque chose. Tout est réglable ; ces valeurs-ci sont celles qu'on n'a pas réglées.

Ce qui tient à la mécanique (un lien, une session web, un envoi par morceaux) a sa durée à côté de son code ; la page
`.readme/donnees-personnelles.md` les dit toutes, table par table, et un test l'exige.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta

JOURS_MAX = 36_500


@dataclass(frozen=True, slots=True)
class Conservation:
    """En jours. Une fin de session d'examen est le premier jour du mois qui la suit."""

    brouillons: int = field(default=90, metadata={"phrase": "brouillons jamais enregistrés, après la clôture"})
    """le guide laisse s'inscrire jusqu'à la clôture ; ensuite un brouillon ne mène à rien"""
    pieces: int = field(default=365, metadata={"phrase": "pièces déposées et leurs contrôles, après la session"})
    """le temps des recours ; une pièce d'identité n'est pas une archive"""
    candidatures: int = field(default=1826, metadata={"phrase": "candidatures et tout leur dossier, après la session"})
    """une note se reporte cinq ans (code de l’éducation, D. 337-17)"""
    comptes: int = field(default=730, metadata={"phrase": "comptes sans candidature, après la dernière connexion"})
    """deux ans sans connexion : ce que la CNIL tient pour un compte inactif"""
    courriels: int = field(default=365, metadata={"phrase": "mails, après leur envoi"})
    corrections: int = field(
        default=365, metadata={"phrase": "demandes de correction et leurs preuves, une fois jugées"}
    )
    agents: int = field(
        default=1826, metadata={"phrase": "noms et adresses d’agents, après la fermeture de leur compte"}
    )

    def __getitem__(self, nom: str) -> timedelta:
        return timedelta(days=getattr(self, nom))


@dataclass(frozen=True, slots=True)
class Rotation:
    """Les sauvegardes gardées : la dernière de chaque jour, puis de chaque semaine."""

    jours: int = 7
    semaines: int = 8


PHRASES: Mapping[str, str] = {duree.name: duree.metadata["phrase"] for duree in fields(Conservation)}


def variable(nom: str) -> str:
    """« pieces » : CYCLADES_GARDER_PIECES."""
    return f"CYCLADES_GARDER_{nom.upper()}"


def en_clair(jours: int) -> str:
    """« 5 ans », « 90 jours » ; une année compte pour 365 jours, un jour de plus toutes les quatre."""
    annees = round(jours / 365.25)
    if annees and jours in (annees * 365, int(annees * 365.25)):
        return f"{annees}\N{NO-BREAK SPACE}an{'s' if annees > 1 else ''}"
    return f"{jours}\N{NO-BREAK SPACE}jour{'s' if jours > 1 else ''}"


def dites(conservation: Conservation, rotation: Rotation) -> dict[str, str]:
    """Ce que lit le candidat : chaque durée en mots."""
    return {nom: en_clair(getattr(conservation, nom)) for nom in PHRASES} | {"sauvegardes": rotation_dite(rotation)}


def rotation_dite(rotation: Rotation) -> str:
    return f"{max(rotation.semaines, -(-rotation.jours // 7))}\N{NO-BREAK SPACE}semaines"
