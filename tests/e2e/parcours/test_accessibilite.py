"""Chaque page et chaque état d'erreur que l'on atteint, passés à axe."""

from datetime import UTC, datetime

import pytest

from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.pages.compte import Accueil
from tests.e2e.pages.onglets import Acquis, Identification, Informations, Qualification, Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.e2e.parcours.scenario import AUTRE_CAP, AUTRE_DIPLOME, choisir_les_epreuves

PUBLIQUES = (
    "/", "/periodes", "/simulateur", "/aide", "/aide/pieces", "/mentions-legales", "/accessibilite", "/verifier",
    "/verifier/ABCDEFGHJKMN", "/connexion", "/compte/creation", "/compte/attente", "/compte/mot-de-passe-oublie",
    "/compte/mot-de-passe-oublie/envoye", "/compte/activation/inconnu", "/inconnue",
)  # fmt: skip


@pytest.mark.parametrize("moitie", [0, 1])
def test_les_pages_publiques(visite: Visite, moitie: int):
    for chemin in PUBLIQUES[moitie::2]:
        visite.aller(chemin)
        verifier_l_acces(visite, chemin)


def test_la_creation_du_compte_et_ses_erreurs(visite: Visite):
    accueil = Accueil(visite)
    accueil.ouvrir()
    creation = accueil.creer_un_compte()
    visite.appuyer("Créer le compte")
    assert visite.erreurs
    verifier_l_acces(visite, "création, toutes les erreurs")
    creation.remplir(nom="Accrall", prenoms="Dack", naissance="28/11/2004", courriel="dack@gmial.com")
    creation.ne_a("014 - Calvados", "may", "MAY-SUR-ORNE")
    verifier_l_acces(visite, "création remplie")
    creation.valider()
    verifier_l_acces(visite, "écran d’attente, domaine douteux")
    visite.suivre("L’adresse mail n’est pas la bonne")
    verifier_l_acces(visite, "attente, adresse")
    visite.page.go_back()
    visite.appuyer("J’ai bien reçu le mail")
    verifier_l_acces(visite, "attente, code oublié")


def test_la_connexion_refusee(visite: Visite):
    visite.aller("/connexion")
    visite.appuyer("Se connecter")
    verifier_l_acces(visite, "connexion vide")
    visite.remplir("Identifiant de connexion", "dack@exemple.fr")
    visite.remplir("Mot de passe", "Mauvais!27")
    visite.appuyer("Se connecter")
    assert visite.erreurs
    verifier_l_acces(visite, "connexion refusée")


def test_m_inscrire_et_l_espace(visite: Visite):
    visite.connecter()
    for chemin in ("/inscriptions", "/inscriptions/nouvelle", "/compte", "/compte/mot-de-passe", "/echeances"):
        visite.aller(chemin)
        verifier_l_acces(visite, chemin)
    for academie in ("16", "12", "06"):
        visite.aller(f"/inscriptions/nouvelle?examen=CAP&session=cap-2027-06&academie={academie}")
        verifier_l_acces(visite, f"académie {academie}")


@pytest.mark.parametrize("onglet", ["identification", "informations", "qualification", "epreuves"])
def test_un_onglet_vide_puis_en_erreur(visite: Visite, onglet: str):
    visite.reprendre_a(onglet)
    verifier_l_acces(visite, onglet)
    visite.appuyer("Suivant")
    assert visite.erreurs
    verifier_l_acces(visite, f"{onglet}, erreurs")


def test_les_onglets_remplis_jusqu_au_numero(visite: Visite):
    candidature = visite.reprendre_a("identification")
    Identification(visite).remplir()
    verifier_l_acces(visite, "identification remplie")
    Identification(visite).continuer()
    Informations(visite).remplir()
    Informations(visite).continuer()
    Qualification(visite).chercher("petite enfance", "Accompagnant éducatif petite enfance")
    verifier_l_acces(visite, "petite enfance, avertissement")
    Qualification(visite).chercher("broderie", "Arts de la broderie")
    Qualification(visite).forme()
    Qualification(visite).continuer()
    acquis = Acquis(visite)
    acquis.declarer(AUTRE_DIPLOME, AUTRE_CAP)
    visite.appuyer("Suivant")
    assert visite.erreurs
    verifier_l_acces(visite, "acquis, erreurs")
    acquis.obtenu("2020", "Toulouse")
    acquis.basculer("EG2")
    verifier_l_acces(visite, "acquis, une épreuve repassée")
    acquis.continuer()
    choisir_les_epreuves(visite)
    verifier_l_acces(visite, "récapitulatif")
    visite.aller(f"/candidatures/{candidature}/apercu")
    verifier_l_acces(visite, "aperçu")
    visite.page.go_back()
    Recapitulatif(visite).enregistrer()
    verifier_l_acces(visite, "numéro")
    visite.suivre("lire en page web")
    verifier_l_acces(visite, "confirmation en page web")
    for chemin in ("/inscriptions", f"/candidatures/{candidature}/documents", f"/candidatures/{candidature}"):
        visite.aller(chemin)
        verifier_l_acces(visite, chemin)


def test_le_service_ferme_et_la_page_depassee(visite: Visite):
    candidature = visite.reprendre_a("recapitulatif")
    visite.aller_a(candidature, "identification")
    ancienne = visite.page.context.new_page()
    autre = Visite(ancienne, visite.serveur, visite.surveillance, js=visite.js)
    autre.aller_a(candidature, "identification")
    autre.remplir("Numéro, rue, voie", "1 rue de l’Autre")
    autre.appuyer("Suivant")
    autre.est_sur("Informations candidature")
    visite.remplir("Numéro, rue, voie", "2 rue d’Ici")
    visite.appuyer("Suivant")
    visite.page.get_by_role("heading", name="Ces réponses ont changé").wait_for()
    verifier_l_acces(visite, "deux réponses")
    visite.serveur.horloge.instant = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    visite.connecter()
    visite.aller_a(candidature, "recapitulatif")
    verifier_l_acces(visite, "récapitulatif, service fermé")
    visite.aller("/inscriptions")
    verifier_l_acces(visite, "mes inscriptions, service fermé")
