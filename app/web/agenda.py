"""Un calendrier iCalendar (RFC 5545) : des échéances, avec un rappel la veille.

Les instants sont en UTC : l'agenda du candidat les montre à son heure, et aucune définition de fuseau n'est à
transporter. L'identifiant d'un évènement ne change jamais, pour qu'un fichier repris remplace l'ancien.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

PLI = 75  # octets d'une ligne, hors fin de ligne (RFC 5545, 3.1)


@dataclass(frozen=True, slots=True)
class Evenement:
    uid: str
    instant: datetime
    titre: str
    texte: str
    adresse: str
    rappel: str
    """la veille ; vide : aucun"""


def calendrier(evenements: tuple[Evenement, ...], *, titre: str, maintenant: datetime) -> bytes:
    lignes = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cyclades//Inscription au CAP//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_texte(titre)}",
    ]
    for evenement in evenements:
        lignes += _evenement(evenement, maintenant)
    lignes.append("END:VCALENDAR")
    return b"".join(morceau + b"\r\n" for ligne in lignes for morceau in _plier(ligne))


def _evenement(evenement: Evenement, maintenant: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_texte(evenement.uid)}",
        f"DTSTAMP:{_utc(maintenant)}",
        f"DTSTART:{_utc(evenement.instant)}",
        f"SUMMARY:{_texte(evenement.titre)}",
        f"DESCRIPTION:{_texte(evenement.texte)}",
        f"URL:{_adresse(evenement.adresse)}",
        "TRANSP:TRANSPARENT",  # une échéance n'occupe pas la journée
        *(_rappel(evenement.rappel) if evenement.rappel else ()),
        "END:VEVENT",
    ]


def _rappel(texte: str) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_texte(texte)}", "TRIGGER:-P1D", "END:VALARM"]


def _utc(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant is timezone-aware")
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _texte(valeur: str) -> str:
    """Un texte libre ne peut ni finir sa ligne, ni en commencer une autre."""
    lignes = "\n".join(valeur.splitlines())
    visible = "".join(lettre for lettre in lignes if lettre == "\n" or lettre.isprintable() or lettre == "\xa0")
    return visible.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _adresse(valeur: str) -> str:
    """Une URI ne s'échappe pas comme un texte : elle n'a simplement ni espace ni fin de ligne."""
    return "".join(lettre for lettre in valeur if lettre.isprintable() and not lettre.isspace())


def _plier(ligne: str) -> Iterator[bytes]:
    """Coupe entre deux caractères, jamais dans un caractère ; la suite commence par une espace."""
    courant = b""
    for lettre in ligne:
        octets = lettre.encode("utf-8", "replace")
        if len(courant) + len(octets) > PLI:
            yield courant
            courant = b" "
        courant += octets
    yield courant
