"""Ce que JavaScript change : le foyer, le titre, l'historique, le brouillon gardé seul. Rien d'autre."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.onglets import Epreuves, Identification, Informations, Qualification
from tests.e2e.parcours.scenario import AUTRE_DIPLOME

pytestmark = pytest.mark.avec_js


def test_chaque_echange_place_le_foyer_le_titre_et_l_adresse(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    visite.reprendre_a("qualification")
    visite.aller(visite.page.url)
    visite.page.get_by_role("button", name="Suivant", exact=True).filter(visible=True).last.click()
    expect(visite.page.get_by_role("group", name=re.compile("à corriger"))).to_be_focused()
    expect(visite.page).to_have_title(re.compile(r"^Erreur\s: Qualification présentée"))
    Qualification(visite).chercher("broderie", "Arts de la broderie")
    Qualification(visite).forme()
    Qualification(visite).continuer()
    expect(visite.page).to_have_title(re.compile("^Acquis \\(étape 4 sur 7\\)"))
    expect(visite.page).to_have_url(re.compile("/onglets/acquis$"))
    expect(visite.page.get_by_role("heading", level=1)).to_be_focused()


def test_retour_et_avancer_montrent_la_bonne_page_avec_ce_qui_est_garde(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    visite.reprendre_a("informations")
    Informations(visite).remplir()
    Informations(visite).continuer()
    visite.page.go_back()
    Informations(visite).est_la()
    expect(visite.page).to_have_url(re.compile("/onglets/informations$"))
    expect(visite.champ("Catégorie du candidat")).to_have_value("INDIVIDUEL_SALARIE")
    visite.page.go_forward()
    Qualification(visite).est_la()
    expect(visite.page).to_have_url(re.compile("/onglets/qualification$"))


def test_une_case_cochee_ouvre_la_suite_et_garde_le_foyer(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    visite.reprendre_a("acquis")
    case = visite.case(AUTRE_DIPLOME)
    case.focus()
    visite.page.keyboard.press("Space")
    expect(visite.page.get_by_role("group", name="Quel diplôme avez-vous obtenu ?")).to_be_visible()
    expect(case).to_be_focused()
    expect(case).to_be_checked()
    expect(visite.page).to_have_title(re.compile("^Acquis "))


def test_un_champ_change_se_garde_seul_et_la_phrase_le_dit(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    visite.reprendre_a("identification")
    visite.serveur.horloge.avancer(minutes=5)
    visite.remplir("Numéro, rue, voie", "3 rue du Moulin")
    visite.champ("Numéro, rue, voie").press("Tab")
    expect(Identification(visite).etat).to_contain_text("Brouillon gardé à 14\u00a0h\u00a007")
    expect(visite.champ("Complément adresse 1")).to_be_focused()
    visite.page.reload()
    expect(visite.champ("Numéro, rue, voie")).to_have_value("3 rue du Moulin")


def test_ce_qui_se_tape_pendant_un_echange_lent_n_est_pas_efface(ouvrir: Ouvrir):
    """Réseau lent : la réponse à une case arrive quand la personne écrit déjà plus bas."""
    visite = ouvrir(js=True)
    visite.reprendre_a("acquis", entame={"familles": ["AUTRE_DIPLOME"], "acquis": [{"code": "CAP_AUTRE"}]})
    with visite.ralentir():
        visite.cocher("EG2")
        visite.champ("Année").press_sequentially("2020")
        visite.au_repos()
    expect(visite.champ("Année")).to_have_value("2020")
    visite.champ("Année").press("Tab")
    with visite.page.expect_response("**/onglets/acquis"):
        visite.choisir("Académie", "Toulouse")
    visite.page.reload()
    expect(visite.champ("Année")).to_have_value("2020")


def test_un_double_clic_sur_suivant_n_avance_que_d_un_onglet(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    visite.reprendre_a("epreuves")
    Epreuves(visite).option("EP2A", "Broderie machine guidée main")
    Epreuves(visite).option("Langue vivante étrangère", "Allemand")
    visite.page.get_by_role("button", name="Suivant", exact=True).filter(visible=True).last.dblclick()
    visite.est_sur("Récapitulatif")
