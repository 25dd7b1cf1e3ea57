"""Les deux exemples du guide, au tableau près, et les lignes écrites : les mêmes avec et sans JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import ouvrir_un_appareil
from tests.e2e.pages.onglets import Acquis, Epreuves, Qualification, Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.e2e.parcours.scenario import commencer, jusqu_a_qualification, jusqu_au_recapitulatif
from tests.e2e.serveur import Serveur
from tests.instance import HorlogeDEssai, copier_le_modele

DACK_AU_GUIDE = [
    "EP1 - Arts appliqués et histoire de la broderie | Inscrit | Ponctuel",
    "EP2 - Mise en oeuvre | Inscrit | Ponctuel",
    "EP2A - Mise en oeuvre - Broderie machine guidée main | Inscrit | Ponctuel",
    "EG1 - Français, histoire-géographie, enseignement moral et civique | Dispense | ",
    "EG1A - Français écrit | Dispense | ",
    "EG1B - Français oral | Dispense | ",
    "EG1C - Histoire-géographie et enseignement moral et civique | Dispense | ",
    "EG2 - Etude mathématique et scientifique | Dispense | ",
    "EG3 - Education physique et sportive | Dispense | ",
    "EG4 - Langue Vivante Etrangère - Allemand | Inscrit | Ponctuel",
    "EG4A - Langue vivante : écrite - Allemand | Inscrit | Ponctuel",
    "EG4B - Langue vivante : orale - Allemand | Inscrit | Ponctuel",
    "EG5 - Prévention, santé, environnement | Dispense | ",
]
AGREMENT = "Accompagnant éducatif petite enfance ep1,ep3 pour l’acquisition de l’agrément assistant(e) maternel(le)"
ECRITES = {
    "version_candidature": "SELECT numero, brouillon, fiche FROM version_candidature ORDER BY numero",
    "epreuve_candidature": """SELECT ordre, code, repere, libelle, nature, position, evaluation, est_certaine
        FROM epreuve_candidature ORDER BY ordre""",
    "piece_demandee": """SELECT code, libelle, groupe, groupe_libelle, mode, est_obligatoire, est_certaine,
        documents_acceptes, ordre, statut, retiree_le FROM piece_demandee ORDER BY ordre""",
    "document": "SELECT type, numero, depot_ouvre_le, depot_ferme_le, remplace_le FROM document ORDER BY type",
    "courriel": """SELECT nature, destinataire, sujet, texte FROM courriel WHERE nature = 'enregistrement'""",
    "candidature": "SELECT etat, numero_inscription, version, brouillon, concurrences FROM candidature",
    "evenement": "SELECT nature, detail FROM evenement ORDER BY id",
}


def inscrire_dack(visite: Visite) -> None:
    commencer(visite)
    recapitulatif = jusqu_au_recapitulatif(visite)
    assert recapitulatif.epreuves == DACK_AU_GUIDE
    expect(recapitulatif.valeur("Titulaire")).to_contain_text("Titulaire d'un autre CAP")
    expect(recapitulatif.valeur("Type de droit")).to_contain_text("Année : 2020 Académie : TOULOUSE")
    numero = recapitulatif.enregistrer()
    expect(numero.numero_inscription).to_have_text("001")


def inscrire_pour_l_agrement(visite: Visite) -> None:
    commencer(visite)
    jusqu_a_qualification(visite)
    qualification = Qualification(visite)
    qualification.chercher("petite enfance", AGREMENT)
    expect(visite.page.get_by_role("heading", name="Petite enfance : deux spécialités différentes")).to_be_visible()
    visite.choisir("Situation professionnelle", "Assistant(e) maternel(le)")
    qualification.forme("Globale")
    visite.mettre_a_jour()
    expect(qualification.forme_finale).to_contain_text("Globale")
    qualification.continuer()
    Acquis(visite).continuer()
    Epreuves(visite).continuer()
    recapitulatif = Recapitulatif(visite)
    assert [ligne.split(" - ")[0] for ligne in recapitulatif.epreuves] == ["EP1", "EP3"]
    expect(recapitulatif.valeur("Situation professionnelle")).to_have_text("Assistant(e) maternel(le)")
    expect(recapitulatif.valeur("Forme de passage finale")).to_have_text("Globale")
    recapitulatif.enregistrer()


@pytest.mark.parametrize("inscrire", [inscrire_dack, inscrire_pour_l_agrement])
def test_un_exemple_du_guide_s_inscrit_pareil_avec_et_sans_javascript(
    inscrire: Any, modele: Path, tmp_path: Path, chromium: Browser
):
    ecrit = {js: lignes_ecrites(inscrire, modele, tmp_path / str(js), chromium, js=js) for js in (True, False)}
    for table in ECRITES:
        assert ecrit[True][table], f"rien n’est écrit dans {table}"
        assert ecrit[True][table] == ecrit[False][table], table


def lignes_ecrites(inscrire: Any, modele: Path, donnees: Path, chromium: Browser, *, js: bool) -> dict[str, Any]:
    with Serveur(copier_le_modele(modele, donnees), HorlogeDEssai()) as serveur:
        with ouvrir_un_appareil(chromium, serveur, js=js) as visite:
            inscrire(visite)
        adresse = serveur.adresse
        lues = {table: serveur.lignes(requete) for table, requete in ECRITES.items()}
        assert not serveur.pannes
    for courriel in lues["courriel"]:
        courriel["texte"] = courriel["texte"].replace(adresse, "https://portail")
    return lues
