"""Un instant et un lieu dans les mots d'un candidat : l'heure de Paris, qui fait foi, et la sienne à côté."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.infra.clock import PARIS
from app.referentiel.fiches import FicheAcademie, FicheSession
from app.web.gabarits import INSECABLE, MOIS, derniere_minute

# La préposition ne se déduit pas du nom. Un lieu absent d'ici se dit « heure locale ».
LIEUX = {
    "28": "à La Réunion",
    "31": "en Martinique",
    "32": "en Guadeloupe",
    "33": "en Guyane",
    "40": "en Nouvelle-Calédonie",
    "41": "en Polynésie française",
    "42": "à Wallis-et-Futuna",
    "43": "à Mayotte",
    "44": "à Saint-Pierre-et-Miquelon",
    "E-GB": "au Royaume-Uni",
    "E-MA": "au Maroc",
}


@dataclass(frozen=True, slots=True)
class Horaire:
    """Un instant à l'heure de Paris, et l'heure locale quand elle diffère (sinon vide)."""

    paris: str
    local: str = ""


def horaire(instant: datetime, academie: FicheAcademie) -> Horaire:
    a_paris, sur_place = instant.astimezone(PARIS), instant.astimezone(ZoneInfo(academie.fuseau))
    if a_paris.utcoffset() == sur_place.utcoffset():
        return Horaire(_jour_et_heure(a_paris))
    heure = _heure(sur_place) if sur_place.date() == a_paris.date() else _jour_et_heure(sur_place)
    return Horaire(_jour_et_heure(a_paris), f"{heure} {LIEUX.get(academie.code, '(heure locale)')}")


def moment(instant: datetime, academie: FicheAcademie) -> str:
    """« 10/12/2026 à 18 h (heure de Paris), 21 h à La Réunion »."""
    dit = horaire(instant, academie)
    return f"{dit.paris} (heure de Paris){f', {dit.local}' if dit.local else ''}"


def fin(ferme_le: datetime, academie: FicheAcademie) -> str:
    """Ce qui suit « avant le » : une fin à minuit, à Paris, se dit la veille à 23 h 59."""
    return moment(derniere_minute(ferme_le), academie)


def nom_academie(academie: FicheAcademie) -> str:
    """« ACADÉMIE DE LA GUADELOUPE » devient « Académie de la Guadeloupe » : `nom` garde ses majuscules propres."""
    if academie.est_centre_etranger:
        return f"Centre à l’étranger{INSECABLE}: {academie.nom}"
    debut = academie.libelle.removesuffix(academie.nom.upper())
    if debut == academie.libelle:
        return academie.libelle
    return debut.capitalize().replace("'", "’") + academie.nom


def nom_session(session: FicheSession) -> str:
    """« CAP, juin 2027 »."""
    return f"{session.examen}, {MOIS[session.mois - 1]} {session.annee}"


def _jour_et_heure(local: datetime) -> str:
    return f"{local.day:02}/{local.month:02}/{local.year:04} à {_heure(local)}"


def _heure(local: datetime) -> str:
    minutes = f"{INSECABLE}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{INSECABLE}h{minutes}"
