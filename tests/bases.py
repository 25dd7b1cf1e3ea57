"""Où est la base d'un essai : le fichier qu'il nomme ou, avec `pytest --postgresql`, une base PostgreSQL à ce nom."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from app.infra.database import url_sqlite
from app.settings import Reglages
from tests import postgresql

NOM = "cyclades.db"


class Bases:
    """Les bases que ce processus de test a créées sur son serveur PostgreSQL ; sans lui, des fichiers."""

    serveur = ""
    creees: dict[Path, str] = {}  # noqa: RUF012 — une par processus de test


@contextmanager
def sur_postgresql() -> Iterator[None]:
    with postgresql.serveur() as Bases.serveur:
        yield
    Bases.serveur = ""


def adresse(fichier: Path) -> str:
    """Vide tant que rien n'y a créé de tables."""
    if not Bases.serveur:
        return url_sqlite(fichier)
    if fichier not in Bases.creees:
        _creer(fichier, "template0")
    return _url(fichier)


def adresse_de(donnees: Path) -> str:
    """Celle d'un dossier de données."""
    return adresse(donnees / NOM)


def reglages_de(donnees: Path, **autres: Any) -> Reglages:
    return Reglages(donnees=donnees, base=adresse_de(donnees) if Bases.serveur else "", **autres)


def declarer(monkeypatch: pytest.MonkeyPatch, donnees: Path) -> None:
    """Dans l'environnement, pour une commande."""
    monkeypatch.setenv("CYCLADES_DONNEES", str(donnees))
    if Bases.serveur:
        monkeypatch.setenv("CYCLADES_BASE", adresse_de(donnees).replace("+psycopg", ""))


def copier(source: Path, cible: Path) -> None:
    """Aucune connexion ne doit être ouverte sur `source`."""
    if not Bases.serveur:
        shutil.copyfile(source, cible)
        return
    jeter(cible)
    _creer(cible, _nom(source))


def jeter(dossier: Path) -> None:
    """Les bases de ce dossier ; il n'en reste rien."""
    for fichier in [f for f in Bases.creees if f.is_relative_to(dossier)]:
        postgresql.executer(Bases.serveur, f'DROP DATABASE "{Bases.creees.pop(fichier)}" WITH (FORCE)')


def _creer(fichier: Path, modele: str) -> None:
    nom = _nom(fichier)
    postgresql.executer(Bases.serveur, f'CREATE DATABASE "{nom}" TEMPLATE "{modele}"')
    Bases.creees[fichier] = nom


def _nom(fichier: Path) -> str:
    return f"essai_{hashlib.sha256(str(fichier).encode()).hexdigest()[:16]}"


def _url(fichier: Path) -> str:
    return make_url(Bases.serveur).set(database=_nom(fichier)).render_as_string(hide_password=False)
