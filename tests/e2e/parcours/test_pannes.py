"""Ce qui arrive pour de vrai : session finie, deux appareils, double clic, clôture pendant qu'on écrit."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import Connexion
from tests.e2e.pages.onglets import Identification, Informations, Numero, Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.instance import DACK, MOT_DE_PASSE

CLOTURE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
VOIE = "Numéro, rue, voie"


def test_la_session_finie_au_milieu_d_un_onglet_rend_la_saisie_apres_connexion(visite: Visite):
    visite.reprendre_a("identification")
    Identification(visite).remplir(mobile="06 12 34 56 78")
    visite.remplir("Complément adresse 2", "Bâtiment « Été » & Cie")
    visite.au_repos()
    visite.serveur.horloge.avancer(hours=3)
    visite.appuyer("Suivant")
    visite.est_sur("Veuillez vous identifier")
    expect(visite.page.get_by_role("heading", name="Vos réponses sont gardées")).to_be_visible()
    Connexion(visite).entrer(DACK.courriel, MOT_DE_PASSE, arrivee="Vos réponses vous attendent")
    visite.appuyer("Envoyer mes réponses")
    Informations(visite).est_la()
    Informations(visite).revenir()
    Identification(visite).est_la()
    expect(visite.champ("Complément adresse 2")).to_have_value("Bâtiment « Été » & Cie")
    expect(visite.champ(VOIE)).to_have_value("15 voie verte")


@pytest.mark.avec_js
def test_le_reseau_coupe_se_dit_et_reessayer_reprend_ou_l_on_en_etait(ouvrir: Ouvrir):
    visite = ouvrir(js=True)
    visite.surveillance.tolerer("ERR_INTERNET_DISCONNECTED|Failed to load|HTMX|htmx")
    visite.reprendre_a("identification")
    Identification(visite).remplir()
    visite.au_repos()
    visite.page.context.set_offline(True)
    visite.remplir("Complément adresse 1", "Bâtiment B")
    visite.appuyer("Suivant")
    alerte = visite.page.get_by_role("alert")
    expect(alerte).to_contain_text("Le portail ne répond pas")
    expect(alerte).to_contain_text("Vos réponses sont toujours à l’écran")
    expect(visite.champ("Complément adresse 1")).to_have_value("Bâtiment B")
    visite.page.context.set_offline(False)
    visite.appuyer("Réessayer")
    Informations(visite).est_la()
    Informations(visite).revenir()
    expect(visite.champ("Complément adresse 1")).to_have_value("Bâtiment B")


@pytest.mark.parametrize("choix", ["ici", "ailleurs", "corriger"])
def test_deux_appareils_voient_les_deux_reponses_et_aucune_ne_se_perd(visite: Visite, ouvrir: Ouvrir, choix: str):
    candidature = visite.reprendre_a("identification")
    autre = ouvrir(js=visite.js)
    autre.connecter()
    autre.aller_a(candidature, "identification")
    Identification(autre).remplir()
    autre.remplir(VOIE, "1 rue de l’Autre")
    Identification(autre).continuer()

    visite.remplir(VOIE, "2 rue d’Ici")
    visite.appuyer("Suivant")
    expect(visite.page.get_by_role("heading", name="Ces réponses ont changé sur un autre appareil")).to_be_visible()
    ligne = visite.page.get_by_role("definition").filter(has_text="Gardée")
    expect(ligne.filter(has_text="1 rue de l’Autre").filter(has_text="2 rue d’Ici")).to_be_visible()
    attendue = {"ici": "2 rue d’Ici", "ailleurs": "1 rue de l’Autre", "corriger": "3 rue Neuve"}[choix]
    if choix == "ici":
        visite.appuyer("Remplacer par celles tapées ici")
    elif choix == "ailleurs":
        visite.appuyer("Garder celles de l’autre appareil")
    else:
        visite.remplir(VOIE, attendue)
        visite.appuyer("Suivant")
        Informations(visite).est_la()
        Informations(visite).revenir()
    Identification(visite).est_la()
    expect(visite.champ(VOIE)).to_have_value(attendue)
    expect(visite.page.get_by_role("heading", name="Ces réponses ont changé")).to_have_count(0)


@pytest.mark.avec_js
def test_une_case_cochee_sur_une_page_depassee_montre_les_deux_reponses(ouvrir: Ouvrir):
    visite, autre = ouvrir(js=True), ouvrir(js=True)
    candidature = visite.reprendre_a("informations")
    autre.connecter()
    autre.aller_a(candidature, "informations")
    autre.choisir("Catégorie du candidat", "INDIVIDUEL SALARIE")
    autre.au_repos()
    visite.choisir("Catégorie du candidat", "EX. SCOLAIRE")
    expect(visite.page.get_by_role("heading", name="Ces réponses ont changé sur un autre appareil")).to_be_visible()
    expect(visite.page.get_by_role("heading", level=1)).to_have_count(1)
    ligne = visite.page.get_by_role("definition").filter(has_text="INDIVIDUEL SALARIE")
    expect(ligne.filter(has_text="EX. SCOLAIRE")).to_be_visible()


def test_un_double_clic_sur_enregistrer_n_enregistre_qu_une_fois(visite: Visite):
    visite.reprendre_a("recapitulatif")
    visite.page.get_by_role("button", name="Enregistrer", exact=True).dblclick()
    Numero(visite).est_la()
    assert versions(visite) == 1
    visite.page.go_back()
    Recapitulatif(visite).est_la()
    expect(visite.page.get_by_role("button", name="Enregistrer", exact=True)).to_have_count(0)
    assert versions(visite) == 1
    assert len(visite.serveur.lignes("SELECT id FROM courriel WHERE nature = 'enregistrement'")) == 1


def test_une_seconde_avant_la_cloture_l_inscription_s_enregistre(visite: Visite):
    visite.serveur.horloge.instant = CLOTURE.replace(hour=16, minute=59, second=59)
    visite.reprendre_a("recapitulatif")
    Recapitulatif(visite).enregistrer()
    assert versions(visite) == 1


def test_a_l_instant_de_la_cloture_rien_ne_s_enregistre_et_le_brouillon_reste_lisible(visite: Visite):
    visite.serveur.horloge.instant = CLOTURE.replace(hour=16, minute=50)
    visite.reprendre_a("recapitulatif")
    visite.serveur.horloge.instant = CLOTURE
    visite.appuyer("Enregistrer")
    recapitulatif = Recapitulatif(visite)
    expect(recapitulatif.etat).to_contain_text("Les inscriptions sont fermées depuis le 30/11/2026 à 18 h")
    expect(recapitulatif.etat).to_contain_text("cap@toulouse.exemple.fr")
    expect(recapitulatif.valeur("Adresse")).to_contain_text("15 voie verte")
    expect(visite.page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    assert versions(visite) == 0
    assert visite.serveur.lignes("SELECT id FROM courriel") == []


def test_un_onglet_envoye_a_la_cloture_ne_change_plus_le_brouillon(visite: Visite):
    visite.serveur.horloge.instant = CLOTURE.replace(hour=16, minute=50)
    candidature = visite.reprendre_a("recapitulatif")
    visite.aller_a(candidature, "identification")
    visite.remplir(VOIE, "2 rue Tardive")
    visite.serveur.horloge.instant = CLOTURE
    visite.appuyer("Suivant")
    recapitulatif = Recapitulatif(visite)
    expect(recapitulatif.etat).to_contain_text("Les inscriptions sont fermées")
    expect(recapitulatif.valeur("Adresse")).to_contain_text("15 voie verte")


def versions(visite: Visite) -> int:
    return len(visite.serveur.lignes("SELECT id FROM version_candidature"))


def test_apres_l_enregistrement_une_modification_donne_la_version_deux(visite: Visite):
    candidature = visite.reprendre_a("recapitulatif")
    Recapitulatif(visite).enregistrer()
    visite.aller_a(candidature, "identification")
    visite.remplir(VOIE, "4 rue Nouvelle")
    visite.appuyer("Suivant")
    Informations(visite).est_la()
    visite.aller_a(candidature, "recapitulatif")
    expect(visite.page.get_by_role("heading", name=re.compile("vos modifications ne sont pas encore"))).to_be_visible()
    numero = Recapitulatif(visite).enregistrer()
    expect(numero.numero_inscription).to_have_text("001")
    expect(visite.page.get_by_text(re.compile("version 0?2", re.IGNORECASE)).first).to_be_visible()
    assert versions(visite) == 2
