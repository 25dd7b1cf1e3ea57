"""L'environnement Jinja : rien d'indéfini ne s'affiche en silence, tout est échappé, les dates sont françaises."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

DOSSIER = Path(__file__).resolve().parents[2] / "templates"
PARIS = ZoneInfo("Europe/Paris")
INSECABLE = "\N{NO-BREAK SPACE}"
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip


def creer_environnement(statique: Callable[[str], str], dossiers: Sequence[Path] = (DOSSIER,)) -> Environment:
    environnement = Environment(
        loader=FileSystemLoader(dossiers),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=[SansRetrait],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environnement.globals["statique"] = statique
    environnement.filters.update(
        date_fr=date_fr,
        fin_paris=fin_paris,
        heure_fr=heure_fr,
        instant_paris=instant_paris,
        jour_fr=jour_fr,
        jour_long=jour_long,
        typo=typo,
    )
    return environnement


class SansRetrait(Extension):
    """Ôte le retrait des lignes d'une page : 40 octets compressés de moins à chaque lecture, budget oblige."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE) if (name or "").endswith(".html") else source


def date_fr(jour: date) -> str:
    """29/11/2026. Un instant est d'abord ramené au jour qu'il est à Paris."""
    jour = _a_paris(jour) if isinstance(jour, datetime) else jour
    return f"{jour.day:02}/{jour.month:02}/{jour.year:04}"


def heure_fr(instant: datetime) -> str:
    """« 14 h 02 », « 18 h », à l'heure de Paris."""
    local = _a_paris(instant)
    minutes = f"{INSECABLE}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{INSECABLE}h{minutes}"


def instant_paris(instant: datetime) -> str:
    """« 29/11/2026 à 18 h (heure de Paris) »."""
    return f"{date_fr(instant)} à {heure_fr(instant)} (heure de Paris)"


def fin_paris(ferme_le: datetime) -> str:
    """Ce qui suit « avant le », « jusqu’au » : « 30/11/2026 à 23 h 59 (heure de Paris) » pour une fin à minuit."""
    return instant_paris(derniere_minute(ferme_le))


def derniere_minute(ferme_le: datetime) -> datetime:
    """La fin est exclue : un service qui ferme à minuit est ouvert la veille jusqu'à 23 h 59."""
    local = _a_paris(ferme_le)
    return ferme_le - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else ferme_le


def jour_fr(jour: date) -> str:
    """« lundi 07/12/2026 »."""
    local = _a_paris(jour) if isinstance(jour, datetime) else jour
    return f"{JOURS[local.weekday()]} {date_fr(local)}"


def jour_long(jour: date) -> str:
    """« mardi 24 novembre 2026 » ; le premier du mois se dit « 1er »."""
    local = _a_paris(jour) if isinstance(jour, datetime) else jour
    quantieme = "1er" if local.day == 1 else str(local.day)
    return f"{JOURS[local.weekday()]} {quantieme} {MOIS[local.month - 1]} {local.year}"


def typo(texte: str) -> Markup | str:
    """Pose les espaces insécables du français, sans jamais en ajouter là où il n'y avait pas d'espace.

    Un texte déjà échappé (Markup) le reste ; un texte brut reste brut, et sera échappé par le gabarit.
    """
    brut = str(texte) if not isinstance(texte, Markup) else texte.unescape()
    for motif, remplacement in _ESPACES:
        brut = motif.sub(remplacement, brut)
    return escape(brut) if isinstance(texte, Markup) else brut


_ESPACES = (
    (re.compile(r" +(?=[:;?!»%€])"), INSECABLE),
    (re.compile(r"« +"), f"«{INSECABLE}"),
    (re.compile(r"(?<=\bN°) +(?=\d)"), INSECABLE),
    (re.compile(r"(?<=\d) +(?=h\b)"), INSECABLE),
    (re.compile(r"(?<=\d\N{NO-BREAK SPACE}h) +(?=\d)"), INSECABLE),
    (re.compile(r"(?<=\d) +(?=[kMG]o\b)"), INSECABLE),
)


def _a_paris(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant is timezone-aware")
    return instant.astimezone(PARIS)
