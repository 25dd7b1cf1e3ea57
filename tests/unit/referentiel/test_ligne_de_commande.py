import json
from pathlib import Path

import pytest

from app.infra.database import Database
from app.referentiel.ligne_de_commande import commande_charger, commande_verifier
from app.referentiel.reglements import version_active
from tests.unit.referentiel.test_erreurs_de_dossier import alterer


def test_verifier_donne_les_effectifs(dossier: Path, capsys: pytest.CaptureFixture[str]):
    assert commande_verifier(dossier, en_json=False) == 0
    sortie = capsys.readouterr()
    assert "     52  spécialités\n" in sortie.out
    assert "     38  académies\n" in sortie.out
    assert sortie.out.endswith("Aucune erreur.\n")


def test_verifier_en_json_se_lit_par_un_programme(dossier: Path, capsys: pytest.CaptureFixture[str]):
    assert commande_verifier(dossier, en_json=True) == 0
    sortie = capsys.readouterr()
    lu = json.loads(sortie.out)
    assert (lu["valide"], lu["effectifs"]["pays et statuts"], lu["erreurs"]) == (True, 252, [])
    assert sortie.err == ""


def test_verifier_montre_toutes_les_erreurs_et_echoue(dossier: Path, capsys: pytest.CaptureFixture[str]):
    ligne = alterer(dossier, "pays.csv", ";Afghan;", ";;")
    (dossier / "langues.csv").unlink()
    assert commande_verifier(dossier, en_json=False) == 1
    assert capsys.readouterr().err.splitlines()[1:] == [
        "langues.csv: fichier absent",
        f"pays.csv:{ligne}: nationalite : un État ou un statut a une nationalité",
        "2 erreurs : rien n’est chargé.",
    ]


def test_les_erreurs_en_json_ont_leur_lieu(dossier: Path, capsys: pytest.CaptureFixture[str]):
    ligne = alterer(dossier, "pays.csv", ";Afghan;", ";;")
    (dossier / "langues.csv").unlink()
    assert commande_verifier(dossier, en_json=True) == 1
    assert json.loads(capsys.readouterr().out) == {
        "valide": False,
        "erreurs": [
            {"fichier": "langues.csv", "ligne": None, "champ": None, "message": "fichier absent"},
            {
                "fichier": "pays.csv",
                "ligne": ligne,
                "champ": "nationalite",
                "message": "un État ou un statut a une nationalité",
            },
        ],
    }


async def test_charger_dit_ce_qui_change_puis_que_rien_n_a_change(
    base: Database, dossier: Path, capsys: pytest.CaptureFixture[str]
):
    assert await commande_charger(base, dossier, en_json=False) == 0
    premiere = capsys.readouterr().out.splitlines()
    assert "académies : 38 ajoutés, 0 modifiés, 0 retirés" in premiere
    assert premiere[-1] == "Règlement n° 1 publié."
    assert await commande_charger(base, dossier, en_json=False) == 0
    assert capsys.readouterr().out == "Rien n’a changé (règlement n° 1).\n"
    alterer(dossier, "pays.csv", ";Afghan;", ";Afghane;")
    assert await commande_charger(base, dossier, en_json=True) == 0
    lu = json.loads(capsys.readouterr().out)
    assert lu["tables"]["pays"] == {"ajoutes": 0, "modifies": 1, "retires": 0}
    assert (lu["version"], lu["reglement_est_nouveau"]) == (1, False)


async def test_une_erreur_suffit_a_ne_rien_charger(base: Database, dossier: Path, capsys: pytest.CaptureFixture[str]):
    alterer(dossier, "pays.csv", ";Afghan;", ";;")
    assert await commande_charger(base, dossier, en_json=False) == 1
    assert "1 erreur : rien n’est chargé." in capsys.readouterr().err
    assert await base.lire(version_active) is None
