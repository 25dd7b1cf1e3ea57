"""La page du DPO dit chaque table, et chaque durée y est celle du code et de l'écran."""

import re
from datetime import timedelta
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

import app.tables
from app.conservation.purge import REGLES
from app.durees import PHRASES, Conservation, Rotation, en_clair, variable
from app.infra.database import Base
from tests.instance import RACINE
from tests.unit.conservation.canari import D_AGENT, tables_d_un_compte

assert app.tables
PAGE = (RACINE / ".readme" / "donnees-personnelles.md").read_text("utf-8")
UNITES = {"jours": "days", "heures": "hours", "minutes": "minutes", "semaines": "weeks"}
SANS = "sans donnée personnelle"


def rangees(titre: str) -> list[list[str]]:
    """Les cases d'une table de la page, sans son en-tête."""
    section = PAGE.split(f"\n## {titre}\n")[1].split("\n## ")[0]
    lignes = [ligne for ligne in section.splitlines() if ligne.startswith("|")]
    return [[case.strip() for case in ligne.strip("|").split("|")] for ligne in lignes[2:]]


DUREES = {nom: (valeur, source) for nom, valeur, source in rangees("Durées")}
TABLES = {nom.strip("`"): duree for nom, _quoi, _pourquoi, duree in rangees("Table par table")}


def test_chaque_table_de_la_base_y_est_et_rien_d_autre():
    assert set(TABLES) == set(Base.metadata.tables)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_chaque_table_a_une_duree_nommee(table: str):
    duree = TABLES[table]
    if duree == SANS:
        assert table not in tables_d_un_compte() - {"edition_referentiel", "relance_en_nombre"}
    elif not duree.startswith("sans limite : "):
        assert set(duree.split(", ")) <= set(DUREES)
        assert table in tables_d_un_compte() | D_AGENT | {"tentative", "publication"}


@pytest.mark.parametrize("nom", sorted(PHRASES))
def test_une_duree_reglable_est_celle_du_reglage(nom: str):
    valeur, source = DUREES[nom]
    assert source == f"`{variable(nom)}`"
    assert re.match(rf"{getattr(Conservation(), nom)} jours\b", valeur)


@pytest.mark.parametrize("nom", sorted(set(DUREES) - set(PHRASES) - {"sauvegardes"}))
def test_une_duree_du_code_est_celle_du_code(nom: str):
    valeur, source = DUREES[nom]
    nombre, unite = valeur.replace(",", " ").split()[:2]
    module, _, constante = source.strip("`").rpartition(".")
    assert attrgetter(constante)(import_module(module)) == timedelta(**{UNITES[unite]: int(nombre)})


def test_la_rotation_des_sauvegardes_est_celle_du_reglage():
    rotation = Rotation()
    assert DUREES["sauvegardes"][0] == f"{rotation.jours} jours, puis {rotation.semaines} semaines"


def test_toute_duree_sert():
    citees = {nom for duree in TABLES.values() for nom in duree.split(", ")}
    assert set(DUREES) - citees == {"sauvegardes"}
    assert {regle.duree for regle in REGLES} <= set(DUREES)


def test_les_reglages_sont_dits_a_qui_heberge():
    guide = Path(RACINE / "README.md").read_text("utf-8") + (RACINE / ".readme" / "administrer.md").read_text("utf-8")
    for nom in PHRASES:
        assert variable(nom) in guide, f"{variable(nom)} n’est dit nulle part à qui héberge"


@pytest.mark.parametrize(
    ("jours", "dits"), [(1, "1 jour"), (90, "90 jours"), (365, "1 an"), (730, "2 ans"), (1826, "5 ans")]
)
def test_une_duree_se_lit(jours: int, dits: str):
    assert en_clair(jours) == dits.replace(" ", "\N{NO-BREAK SPACE}")
