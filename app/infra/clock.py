"""L'heure du portail : tout instant est en UTC et le sait ; Paris ne sert qu'à montrer et à juger.

« L'horloge du serveur, à l'heure de Paris, fait foi » : la clôture d'un service se juge en jours et en
heures de Paris, changements d'heure compris, jamais dans le fuseau de la machine.
"""

from datetime import UTC, date, datetime, time, timedelta
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


class HeureImpossible(ValueError):  # noqa: N818 — le message est la phrase à montrer
    """Au changement d'heure : cette heure de Paris n'existe pas, ou elle arrive deux fois. Le texte le dit."""


def instant_de_paris(jour: date, heure: time) -> datetime:
    """L'instant qu'annonce une horloge de Paris, en UTC. Rien n'est deviné au changement d'heure."""
    avant, apres = (datetime.combine(jour, heure.replace(fold=pli), tzinfo=PARIS) for pli in (0, 1))
    if avant.utcoffset() == apres.utcoffset():
        return avant.astimezone(UTC)
    ecart = apres.astimezone(UTC) - avant.astimezone(UTC)
    quand = f"le {jour.day:02}/{jour.month:02}/{jour.year:04}"
    debut = heure.replace(minute=0, second=0, microsecond=0, fold=0)
    suite = (datetime.combine(jour, debut) + timedelta(hours=1)).time()
    choisir = f"choisissez {(debut.hour - 1) % 24} h 59 ou {suite.hour} h"
    if ecart < timedelta(0):
        raise HeureImpossible(
            f"{quand}, {_dite(heure)} n’existe pas : les horloges passent à l’heure d’été ; {choisir}"
        )
    raise HeureImpossible(
        f"{quand}, {_dite(heure)} arrive deux fois : les horloges passent à l’heure d’hiver ; {choisir}"
    )


def _dite(heure: time) -> str:
    return f"{heure.hour} h {heure.minute:02}" if heure.minute else f"{heure.hour} h"
