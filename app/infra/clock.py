"""L'heure du portail : tout instant est en UTC et le sait ; Paris ne sert qu'à montrer et à juger.

« L'horloge du serveur, à l'heure de Paris, fait foi » : la clôture d'un service se juge en jours et en
heures de Paris, changements d'heure compris, jamais dans le fuseau de la machine.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def maintenant() -> datetime:
    """Le seul appel à l'horloge de la machine : partout ailleurs l'instant arrive en argument."""
    return datetime.now(UTC)  # noqa: TID251 — c'est ici que le temps entre dans le portail


def en_paris(instant: datetime) -> datetime:
    """Refuse un instant naïf : le convertir supposerait en silence le fuseau de la machine."""
    if instant.tzinfo is None:
        raise ValueError("an instant is timezone-aware")
    return instant.astimezone(PARIS)


def jour_de_paris(instant: datetime) -> date:
    """Le jour qu'il est à Paris : 23 h 30 UTC la veille de Noël, c'est déjà Noël."""
    return en_paris(instant).date()
