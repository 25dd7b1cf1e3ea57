"""Ce que le banc calcule avant de conclure : un verdict, un rapport, un temps de processeur."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.bench.tableau import Ligne, Releve, en_alternance, rapport
from tests.bench.terrain import Service


def ligne(valeur: float, sens="au plus") -> Ligne:
    return Ligne("attente", valeur, "ms", *((10, 30) if sens == "au plus" else (30, 10)), sens)


def test_une_mesure_vise_juste_tient_ou_passe_sous_son_plancher() -> None:
    for sens, valeurs in {"au plus": (10, 30, 31), "au moins": (30, 10, 9)}.items():
        juste, tient, sous = (str(ligne(valeur, sens)) for valeur in valeurs)
        assert "visée atteinte" in juste
        assert "tient" in tient
        assert "SOUS LE PLANCHER" in sous


def test_le_banc_echoue_sous_un_plancher_et_dit_ce_qu_il_n_a_pas_mesure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    releve = Releve()
    assert releve.manque("wrk", "débit")
    releve.dire("une inscription entière", "41 s")
    releve.noter(ligne(20))
    assert releve.conclure(tmp_path / "banc.json") == 0
    releve.noter(ligne(31))
    assert releve.conclure(tmp_path / "banc.json") == 1
    ecrit = json.loads((tmp_path / "banc.json").read_text())
    assert [mesure["tient"] for mesure in ecrit["lignes"]] == [True, False]
    assert ecrit["omises"] == {"débit": "wrk n’est pas installé"}
    assert ecrit["a_cote"] == {"une inscription entière": "41 s"}
    assert "non mesuré : wrk" in capsys.readouterr().out


def test_un_outil_present_ne_fait_rien_omettre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrk").write_text("#!/bin/sh\n")
    (tmp_path / "wrk").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    releve = Releve()
    assert not releve.manque("wrk", "débit")
    assert releve.omises == {}


def test_les_mesures_alternent_dans_un_sens_puis_dans_l_autre() -> None:
    ordre: list[str] = []

    def mesure(nom: str) -> float:
        ordre.append(nom)
        return float(len(ordre))

    relevees = en_alternance(3, petit=partial(mesure, "petit"), grand=partial(mesure, "grand"))
    assert ordre == ["petit", "grand", "grand", "petit", "petit", "grand"]
    assert relevees == {"petit": [1, 4, 5], "grand": [2, 3, 6]}


def test_un_rapport_est_la_mediane_des_rapports_de_chaque_tour() -> None:
    """Une machine deux fois plus lente au dernier tour l'est pour les deux mesures."""
    assert rapport([2, 2, 8], [1, 1, 4]) == 2
    assert rapport([2, 2, 100], [1, 1, 1]) == 2


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="le temps d’un processus s’y lit sous Linux")
def test_le_temps_de_processeur_d_un_service_est_celui_de_tous_ses_fils() -> None:
    service = Service([], Path(), 0)
    service.enfant = type("Enfant", (), {"pid": os.getpid()})()
    with ThreadPoolExecutor(1) as fil:
        avant = service.processeur()
        assert fil.submit(sum, range(2_000_000)).result() > 0
        assert 0.001 < service.processeur() - avant < 5
