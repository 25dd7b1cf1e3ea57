"""Effacer ne suffit pas : une page que SQLite a réorganisée garde des copies, que seule une récriture ôte."""

import random
import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.unit.infra.jouet import base_ouverte

pytestmark = pytest.mark.sqlite("les octets de son fichier")

LIGNES = 20_000


def vivre(db: Session) -> None:
    """Des lignes qui naissent dans le désordre, grandissent et disparaissent, comme celles d'une vraie base."""
    hasard, vivantes = random.Random(3), []  # noqa: S311 — rejouable
    db.execute(text("create table vie (id text primary key, a text, j text)"))
    db.execute(text("create index ia on vie (a)"))
    for rang in range(LIGNES):
        cle = f"{hasard.getrandbits(64):016x}"
        vivantes.append(cle)
        valeurs = {
            "id": cle,
            "a": f"zq{rang:06}zq{'x' * hasard.randrange(40)}",
            "j": f"zq{rang:06}zq{'y' * hasard.randrange(600)}",
        }
        db.execute(text("insert into vie values (:id, :a, :j)"), valeurs)
        if rang % 7 == 0:
            grandir = {"id": hasard.choice(vivantes), "z": "z" * hasard.randrange(900)}
            db.execute(text("update vie set j = j || :z where id = :id"), grandir)
        if rang % 3 == 0:
            partie = vivantes.pop(hasard.randrange(len(vivantes)))
            db.execute(text("delete from vie where id = :id"), {"id": partie})


def effacees_mais_lues(donnees: Path, vivantes: set[str]) -> set[str]:
    octets = b"".join(f.read_bytes() for f in donnees.iterdir())
    return {lu.decode() for lu in re.findall(rb"zq(\d{6})zq", octets)} - vivantes


def restantes(db: Session) -> set[str]:
    return {a[2:8] for a in db.scalars(text("select a from vie"))}


async def test_ce_qu_un_effacement_laisse_dans_les_marges_s_en_va_au_compactage(tmp_path: Path):
    async with base_ouverte(tmp_path) as database:
        await database.ecrire(vivre)
        vivantes = await database.lire(restantes)
        assert await database.effacer_les_traces()
        assert effacees_mais_lues(tmp_path, vivantes), "si SQLite ne laissait plus rien, compacter serait de trop"
        await database.compacter()
        assert effacees_mais_lues(tmp_path, vivantes) == set()
        assert await database.lire(restantes) == vivantes
