"""Des fichiers enregistrés par LibreOffice 7.4 : titre en cellules fusionnées, dates, nombres, répétitions.

Le CSV est celui qu'il propose en France : point-virgule, Windows-1252, dates « telles qu'affichées », donc sur deux
chiffres. Aucun ne nomme une personne réelle, ni son auteur.
"""

from pathlib import Path

import pytest

from tests.instance import BERTHE
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import chiffres, eleve, en_csv, erreurs_de, essayer
from tests.unit.etablissements.test_import import inscrits
from tests.unit.inscription.conftest import Portail

REELS = Path(__file__).parent / "reels"


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    return portail.navigateur(BERTHE)


@pytest.mark.parametrize("nom", ["titree.ods", "titree.xlsx", "titree.csv"])
def test_un_fichier_de_libreoffice_s_importe_tel_quel(portail: Portail, berthe: Navigateur, nom: str):
    page = essayer(berthe, (REELS / nom).read_bytes(), nom=nom)
    assert (erreurs_de(page), chiffres(page)["Nouveaux élèves"]) == ([], 5)
    berthe.envoyer({}, bouton="Confirmer l’import")
    lus = {
        ligne["identifiant"]: (ligne["nom_famille"], ligne["date_naissance"], ligne["lieu_naissance"])
        for ligne in inscrits(portail)
    }
    assert lus == {
        "acculi.accame": ("ACCAME", "2008-09-20", "TOULOUSE"),
        "bilal.exemple-oeuvrard": ("ÉXEMPLE-ŒUVRARD", "2009-03-12", "BOURG-EN-BRESSE"),
        "chloe.dexemple": ("D’EXEMPLE", "2009-06-30", "Fès"),
        "driss.exemple": ("EXEMPLE", "2008-11-02", "AJACCIO"),
        "driss.exemple2": ("EXEMPLE", "2008-11-02", "AJACCIO"),
    }


def test_une_ligne_garde_le_numero_que_montre_le_tableur(berthe: Navigateur):
    """Trois lignes vides avant les deux dernières : LibreOffice les écrit en une seule, répétée."""
    octets = (REELS / "titree.csv").read_bytes().replace(b"Ajaccio", b"Ajacio")
    assert [e[:2] for e in erreurs_de(essayer(berthe, octets))] == [
        ("Ligne 10", "Commune de naissance"),
        ("Ligne 11", "Commune de naissance"),
    ]


@pytest.mark.parametrize(("annee", "lue"), [("08", "2008"), ("85", "1985"), ("36", "1936"), ("14", "2014")])
def test_une_annee_sur_deux_chiffres_n_a_qu_un_sens_a_ces_ages(
    portail: Portail, berthe: Navigateur, annee: str, lue: str
):
    page = essayer(berthe, en_csv([eleve(date_naissance=f"20/09/{annee}")]))
    assert erreurs_de(page) == []
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert inscrits(portail)[0]["date_naissance"] == f"{lue}-09-20"


def test_une_annee_sur_deux_chiffres_qui_n_en_a_aucun_est_une_erreur(berthe: Navigateur):
    ((_, _, _, attendu),) = erreurs_de(essayer(berthe, en_csv([eleve(date_naissance="20/09/25")])))
    assert attendu == "une date entre 1936 et 2014"
