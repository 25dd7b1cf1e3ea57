"""Les réglages d'une instance, lus une seule fois de l'environnement au démarrage.

Une valeur fausse arrête le démarrage par une phrase que comprend la personne qui héberge le portail :
un réglage mal lu qui passerait en silence enverrait les liens des mails à une mauvaise adresse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from app.durees import JOURS_MAX, PHRASES, Conservation, Rotation, variable

JETON_MIN = 24


class Impossible(Exception):  # noqa: N818 — les exceptions du domaine parlent français
    """Une commande ne peut pas se faire. Le message est la phrase à montrer telle quelle."""


class ReglageInvalide(Impossible):
    pass


@dataclass(frozen=True)
class Reglages:
    donnees: Path = Path("donnees")
    base: str = ""
    """`postgresql://…` pour plusieurs processus, ou `sqlite:///…` ; vide : SQLite dans le dossier des données."""
    url_publique: str = "http://127.0.0.1:8000"
    """Sans barre finale. Tout lien d'un mail en vient, jamais de l'en-tête Host."""
    smtp: str | None = None
    """`smtp[s]://utilisateur:secret@hote:port` ; absent : les mails sont des fichiers .eml."""
    expediteur: str = "Cyclades <ne-pas-repondre@cyclades.invalid>"
    hote: str = "127.0.0.1"
    port: int = 8000
    clamd: str = ""
    """Antivirus facultatif : « hôte:port », ou le chemin de la socket de clamd ; vide : aucun."""
    recapitulatif: bool = False
    """Un mail par jour au candidat dont des pièces ont été contrôlées. Non : « Je ne reçois pas de mail automatique. »
    (guide, chapitre 12)"""
    sauvegardes: Path | None = None
    """Où se fait chaque jour une sauvegarde ; absent : aucune ne se fait seule."""
    conservation: Conservation = field(default_factory=Conservation)
    """Ce que `purger` et l'entretien effacent, en jours (voir durees.py)."""
    rotation: Rotation = field(default_factory=Rotation)
    """Les sauvegardes programmées que l'on garde."""
    metriques: str = ""
    """Le jeton que présente la supervision pour lire /metriques ; vide : cette page n'existe pas."""
    mot_de_passe_max: int = 20
    """20 est la règle du guide. Au-delà (jusqu'à 128), la longueur remplace la composition."""

    @property
    def adresse_base(self) -> str:
        return self.base or f"sqlite:///{self.donnees / 'cyclades.db'}"

    @property
    def est_partagee(self) -> bool:
        """Plusieurs processus peuvent servir cette instance : la base et le dossier des données sont à tous."""
        return self.base.startswith("postgresql")

    @property
    def est_https(self) -> bool:
        return self.url_publique.startswith("https://")

    @property
    def cookie_session(self) -> str:
        """Le préfixe `__Host-` interdit à un domaine voisin de poser le cookie ; il exige https."""
        return "__Host-session" if self.est_https else "session"

    @property
    def cookie_visiteur(self) -> str:
        """Cookie anonyme, sans identité : il ne sert qu'à lier un formulaire à son navigateur."""
        return "__Host-visiteur" if self.est_https else "visiteur"


def depuis_environnement(environ: Mapping[str, str]) -> Reglages:
    defaut = Reglages()
    lus = Reglages(
        donnees=Path(environ.get("CYCLADES_DONNEES") or defaut.donnees),
        base=_base(environ.get("CYCLADES_BASE", "")),
        url_publique=_url_publique(environ.get("CYCLADES_URL_PUBLIQUE") or defaut.url_publique),
        smtp=_smtp(environ.get("CYCLADES_SMTP")),
        expediteur=_expediteur(environ.get("CYCLADES_EXPEDITEUR") or defaut.expediteur),
        hote=environ.get("CYCLADES_HOTE") or defaut.hote,
        port=_entier(environ, "CYCLADES_PORT", defaut.port, 0, 65535),
        clamd=_clamd(environ.get("CYCLADES_CLAMD", "")),
        recapitulatif=_oui(environ, "CYCLADES_RECAPITULATIF"),
        sauvegardes=_sauvegardes(environ.get("CYCLADES_SAUVEGARDES"), environ.get("CYCLADES_DONNEES")),
        metriques=_metriques(environ.get("CYCLADES_METRIQUES", "")),
        conservation=Conservation(
            **{nom: _entier(environ, variable(nom), getattr(defaut.conservation, nom), 1, JOURS_MAX) for nom in PHRASES}
        ),
        rotation=Rotation(
            jours=_entier(environ, "CYCLADES_SAUVEGARDES_JOURS", defaut.rotation.jours, 1, 366),
            semaines=_entier(environ, "CYCLADES_SAUVEGARDES_SEMAINES", defaut.rotation.semaines, 1, 520),
        ),
        mot_de_passe_max=_entier(environ, "CYCLADES_MOT_DE_PASSE_MAX", defaut.mot_de_passe_max, 20, 128),
    )

    if lus.est_partagee and lus.sauvegardes:
        raise ReglageInvalide(
            "CYCLADES_SAUVEGARDES ne vaut que pour SQLite : sauvegardez PostgreSQL par pg_dump, et le dossier des "
            "données par vos moyens."
        )
    return lus


def _base(valeur: str) -> str:
    """Elle porte souvent un mot de passe : elle n'est jamais répétée."""
    genre, separateur, reste = valeur.partition("://")
    if not valeur or (genre == "sqlite" and reste):
        return valeur
    if genre not in {"postgres", "postgresql"} or not reste:
        raise ReglageInvalide(
            "CYCLADES_BASE doit s’écrire postgresql://utilisateur:secret@hote/base, ou rester vide : SQLite."
        )
    if find_spec("psycopg") is None:
        raise ReglageInvalide(
            "CYCLADES_BASE nomme une base PostgreSQL, et son pilote n’est pas installé : "
            "« .venv/bin/python -m pip install --require-hashes -r requirements-postgresql.lock »."
        )
    return f"postgresql{separateur}{reste}"


def _url_publique(valeur: str) -> str:
    try:
        parties = urlsplit(valeur)
        correcte = parties.scheme in {"http", "https"} and parties.hostname and parties.port != 0
    except ValueError:
        correcte = False
    if not correcte or parties.path.strip("/") or parties.query or parties.fragment or parties.username:
        raise ReglageInvalide(
            "CYCLADES_URL_PUBLIQUE doit être l’adresse du portail, sans chemin, "
            f"par exemple https://examens.exemple.fr : « {valeur} » ne convient pas."
        )
    return valeur.rstrip("/")


def _smtp(valeur: str | None) -> str | None:
    if not valeur:
        return None
    try:
        parties = urlsplit(valeur)
        correcte = parties.scheme in {"smtp", "smtps"} and parties.hostname and parties.port != 0
    except ValueError:
        correcte = False
    if not correcte:
        # La valeur porte un mot de passe : elle n'est pas répétée.
        raise ReglageInvalide("CYCLADES_SMTP doit s’écrire smtp[s]://utilisateur:secret@hote:port.")
    return valeur


def _clamd(valeur: str) -> str:
    hote, _, port = valeur.rpartition(":")
    est_port = port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536
    if valeur and not valeur.startswith("/") and not (hote.strip("[]") and est_port):
        raise ReglageInvalide(
            "CYCLADES_CLAMD doit être « hôte:port » ou le chemin entier de la socket de clamd, par exemple "
            f"127.0.0.1:3310 ou /run/clamav/clamd.ctl : « {valeur} » ne convient pas."
        )
    return valeur


def _metriques(jeton: str) -> str:
    if jeton and not (len(jeton) >= JETON_MIN and jeton.isascii() and jeton.isprintable() and " " not in jeton):
        # C'est un secret : il n'est pas répété.
        raise ReglageInvalide(f"CYCLADES_METRIQUES doit être un jeton d’au moins {JETON_MIN} caractères, sans espace.")
    return jeton


def _sauvegardes(valeur: str | None, donnees: str | None) -> Path | None:
    if not valeur:
        return None
    dossier, source = Path(valeur).resolve(), Path(donnees or Reglages().donnees).resolve()
    if dossier == source or source in dossier.parents:
        raise ReglageInvalide(
            "CYCLADES_SAUVEGARDES doit être hors du dossier des données, et de préférence sur un autre disque."
        )
    return dossier


def _expediteur(valeur: str) -> str:
    if "@" not in valeur or not valeur.isprintable():
        raise ReglageInvalide(
            "CYCLADES_EXPEDITEUR doit être une adresse mail, par exemple Cyclades <examens@exemple.fr>."
        )
    return valeur


def _entier(environ: Mapping[str, str], nom: str, defaut: int, minimum: int, maximum: int) -> int:
    valeur = environ.get(nom) or str(defaut)
    est_entier = valeur.isascii() and valeur.isdecimal() and len(valeur) <= 6
    if not est_entier or not minimum <= int(valeur) <= maximum:
        raise ReglageInvalide(f"{nom} doit être un nombre de {minimum} à {maximum} : « {valeur} » ne convient pas.")
    return int(valeur)


def _oui(environ: Mapping[str, str], nom: str) -> bool:
    valeur = environ.get(nom) or "non"
    if valeur not in {"oui", "non"}:
        raise ReglageInvalide(f"{nom} doit être « oui » ou « non » : « {valeur} » ne convient pas.")
    return valeur == "oui"
