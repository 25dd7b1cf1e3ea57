"""Peut-on inscrire, modifier, se désinscrire, déposer à cet instant ? L'horloge du serveur décide."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.regles.vocabulaire import EtatService

__all__ = [
    "PARIS", "EtatService", "Periode", "apres_jours", "est_ouvert", "etat", "jour_de_paris", "jours_avant_fermeture",
    "session_est_close",
]  # fmt: skip

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Periode:
    """Instants avec fuseau. L'ouverture est comprise, la fermeture ne l'est pas."""

    ouvre_le: datetime
    ferme_le: datetime

    def __post_init__(self) -> None:
        if self.ouvre_le.tzinfo is None or self.ferme_le.tzinfo is None:
            raise ValueError("une période se donne en instants avec fuseau")
        if self.ouvre_le.astimezone(UTC) >= self.ferme_le.astimezone(UTC):
            raise ValueError("une période ferme après avoir ouvert")


def etat(periode: Periode, instant: datetime) -> EtatService:
    """Rien ne s'enregistre à l'instant de fermeture ni après.

    On compare en temps universel : deux instants d'un même fuseau se comparent sinon à l'aiguille, et l'heure
    qui revient en octobre compterait deux fois.
    """
    instant = instant.astimezone(UTC)
    if instant < periode.ouvre_le.astimezone(UTC):
        return EtatService.A_VENIR
    return EtatService.OUVERT if instant < periode.ferme_le.astimezone(UTC) else EtatService.FERME


def est_ouvert(periode: Periode, instant: datetime) -> bool:
    return etat(periode, instant) is EtatService.OUVERT


def jours_avant_fermeture(periode: Periode, instant: datetime) -> int:
    """Nuits de Paris avant le jour de fermeture : 0 le jour même, négatif après, changement d'heure ou non."""
    return (jour_de_paris(periode.ferme_le) - jour_de_paris(instant)).days


def session_est_close(annee: int, instant: datetime) -> bool:
    """Close au 1er janvier qui suit l'année d'examen, heure de Paris : d'ici là tombent encore convocations,
    résultats, relevés de notes et épreuves de remplacement de septembre."""
    return jour_de_paris(instant).year > annee


def jour_de_paris(instant: datetime) -> date:
    return instant.astimezone(PARIS).date()


def apres_jours(instant: datetime, jours: int) -> datetime:
    """Même heure de Paris, tant de jours après : un délai en jours ne glisse pas au changement d'heure."""
    return (instant.astimezone(PARIS) + timedelta(days=jours)).astimezone(instant.tzinfo)
