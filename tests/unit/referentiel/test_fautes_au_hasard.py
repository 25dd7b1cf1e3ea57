"""Une ligne prise au hasard, effacée ou changée : le contrôle accepte ou dit une phrase, il ne tombe jamais."""

import random
import re
from pathlib import Path

import pytest

from app.referentiel.chargement import Erreur, ReferentielInvalide, lire_dossier

CLE = re.compile(r"^(\s*)([a-z_A-Z0-9]+) = .*$")
VALEURS = (
    "0",
    "-1",
    '"x"',
    '""',
    "[]",
    "[1]",
    "{}",
    "true",
    "nan",
    "[[]]",
    "[{ code = 1 }]",
    "2020-01-01",
    '["LV", "LV"]',
)
TOML = (
    "acquis.toml",
    "categories.toml",
    "pieces.toml",
    "epreuves_generales.toml",
    "specialites/arts-de-la-broderie.toml",
)
CSV = (
    "academies.csv",
    "departements.csv",
    "pays.csv",
    "langues.csv",
    "specialites_catalogue.csv",
    "etablissements.csv",
)


def gater_toml(lignes: list[str], hasard: random.Random) -> None:
    rang = hasard.choice([i for i, ligne in enumerate(lignes) if CLE.match(ligne)])
    if hasard.random() < 0.25:
        del lignes[rang]
    else:
        lignes[rang] = CLE.sub(rf"\1\2 = {hasard.choice(VALEURS)}", lignes[rang])


def gater_csv(lignes: list[str], hasard: random.Random) -> None:
    rang = hasard.randrange(len(lignes))
    champs = lignes[rang].split(";")
    champs[hasard.randrange(len(champs))] = hasard.choice(["", "x", "|", "é|", '"', "\0", "16|16", "999999999"])
    lignes[rang] = ";".join(champs)


@pytest.mark.parametrize("graine", range(80))
def test_une_ligne_gatee_ne_fait_pas_tomber_le_controle(dossier: Path, graine: int):
    hasard = random.Random(graine)  # noqa: S311 — un tirage rejouable, pas un secret
    fichier = hasard.choice(TOML + CSV)
    chemin = dossier / fichier
    lignes = chemin.read_text().split("\n")
    (gater_toml if fichier.endswith("toml") else gater_csv)(lignes, hasard)
    chemin.write_text("\n".join(lignes))
    erreurs = controler(dossier)
    assert all(e.message and e.ligne >= 0 for e in erreurs)
    assert all(e.ligne <= len(lignes) for e in erreurs if e.fichier == fichier)


def controler(dossier: Path) -> tuple[Erreur, ...]:
    try:
        assert lire_dossier(dossier).effectifs["spécialités"] == 52
    except ReferentielInvalide as refus:
        return refus.erreurs
    return ()
