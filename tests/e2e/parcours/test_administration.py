"""Le service des examens fait vivre une session : services, messages, comptes d'agents, journal."""

import re
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect

from tests.depart import ouvrir_un_brouillon, reponses
from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import Connexion
from tests.e2e.pages.gestion import Gestion
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import ADA, MOT_DE_PASSE_AGENT, REGINE

BUREAU = {"width": 1280, "height": 900}
TOULOUSE = "Académie de Toulouse, CAP, juin 2027"
PHRASE = "une phrase assez longue"


@pytest.fixture
def visite(ouvrir: Ouvrir, js: bool) -> Visite:
    return ouvrir(js=js, viewport=BUREAU)


def registre(serveur: Serveur) -> list[tuple[Any, ...]]:
    """Les mêmes lignes avec et sans JavaScript."""
    lignes = serveur.lignes("SELECT acteur, nature, academie_code, detail FROM registre ORDER BY id")
    return [tuple(ligne.values()) for ligne in lignes]


def voit(visite: Visite, texte: str) -> None:
    expect(visite.page.get_by_text(texte).first).to_be_visible()


def au_service(visite: Visite) -> None:
    Gestion(visite).reprendre(REGINE)
    Gestion(visite).rubrique("Services")
    visite.suivre("Académie de Toulouse")
    visite.est_sur(TOULOUSE)


def test_prolonger_un_service_et_le_candidat_le_voit(visite: Visite, ouvrir: Ouvrir):
    au_service(visite)
    visite.suivre("Prolonger")
    visite.est_sur("Prolonger le service")
    visite.appuyer("Prolonger")
    assert visite.erreurs == ["Renseignez le jour de la clôture des inscriptions", "Renseignez l’avis public"]
    visite.remplir("Nouvelle clôture", "07/12/2026")
    visite.remplir("Avis public", "Clôture repoussée d’une semaine.")
    visite.appuyer("Prolonger")
    visite.est_sur(TOULOUSE)
    voit(visite, "La clôture est repoussée")
    candidat = ouvrir(js=visite.js)
    candidat.aller("/periodes")
    ligne = candidat.page.get_by_role("row").filter(has_text="Académie de Toulouse")
    expect(ligne).to_contain_text("07/12/2026 à 18")
    expect(ligne).to_contain_text("Clôture repoussée d’une semaine.")
    agenda = candidat.page.request.get(str(ligne.get_by_role("link").get_attribute("href")))
    assert "DTSTART:20261207T170000Z" in agenda.text()
    assert registre(visite.serveur) == [
        ("regine", "prolonger_un_service", "16", "avis_public ; ferme_le=2026-11-30T17:00Z→2026-12-07T17:00Z")
    ]


def test_avancer_la_cloture_se_confirme_apres_avoir_lu_ce_que_cela_fait(visite: Visite):
    ouvrir_un_brouillon(visite.serveur.donnees, reponses("acquis"), instant=visite.serveur.horloge.instant)
    au_service(visite)
    visite.suivre("Modifier")
    visite.remplir("Clôture", "20/11/2026")
    visite.appuyer("Enregistrer")
    voit(visite, "1 brouillon n’est pas enregistré")
    visite.appuyer("Enregistrer quand même")
    visite.est_sur(TOULOUSE)
    visite.suivre("Spécialités")
    visite.cocher("Arts de la broderie")
    visite.remplir("Message aux candidats, Boulanger", "Épreuves pratiques à Albi.")
    visite.appuyer("Enregistrer")
    voit(visite, "des candidats ont choisi ces spécialités")
    visite.appuyer("Enregistrer quand même")
    visite.est_sur(TOULOUSE)
    visite.suivre("Fermer maintenant")
    visite.est_sur("Fermer les inscriptions maintenant")
    visite.appuyer("Fermer maintenant")
    voit(visite, "Le service est fermé")
    natures = [ligne[1] for ligne in registre(visite.serveur)]
    assert natures == ["modifier_un_service", "regler_les_specialites", "fermer_un_service"]


def test_de_la_session_neuve_a_son_premier_service(visite: Visite):
    Gestion(visite).reprendre(ADA)
    visite.aller("/gestion/sessions")
    visite.remplir("Année", "2028")
    visite.appuyer("Créer la session")
    voit(visite, "La session est créée")
    visite.choisir("Académie ou centre à l’étranger", "Académie de La Réunion")
    visite.appuyer("Préparer son ouverture")
    visite.est_sur("Ouvrir un service")
    jours = {"Ouverture": "01/10/2027", "Clôture": "31/10/2027", "Début du dépôt": "01/10/2027"}
    for intitule, jour in (jours | {"Fin du dépôt": "30/11/2027"}).items():
        visite.remplir(intitule, jour)
    heures = visite.champ("Heure de Paris")
    for rang, heure in enumerate(("9 h", "2 h 30", "9 h", "18 h")):
        heures.nth(rang).fill(heure)
    visite.appuyer("Créer le service")
    assert "2 h 30 arrive deux fois" in visite.erreurs[0].replace("\xa0", " ")
    heures.nth(1).fill("18 h")
    visite.appuyer("Créer le service")
    visite.est_sur("Académie de La Réunion, CAP, juin 2028")
    voit(visite, "à La Réunion")
    visite.aller("/gestion/apercu")
    visite.remplir("Jour", "30/10/2027")
    visite.remplir("Heure de Paris", "12")
    visite.appuyer("Voir")
    voit(visite, "S’inscrire, modifier, se désinscrire")
    assert [ligne[:2] for ligne in registre(visite.serveur)] == [
        ("ada", "creer_une_session"),
        ("ada", "ouvrir_un_service"),
    ]


def test_un_message_se_relit_avant_de_paraitre(visite: Visite, ouvrir: Ouvrir):
    Gestion(visite).reprendre(ADA)
    Gestion(visite).rubrique("Messages")
    visite.suivre("Écrire un message")
    visite.remplir("Titre", "Le portail ferme samedi")
    visite.remplir("Texte", "Entretien de 8 h à 10 h.\n\nVos brouillons sont gardés.")
    visite.cocher("Alerte")
    visite.choisir("Pour qui", "Tous les visiteurs")
    visite.remplir("Fin", "15/11/2026")
    visite.champ("Heure de Paris").last.fill("10 h")
    visite.appuyer("Voir l’aperçu")
    expect(visite.page.get_by_role("heading", name="Le portail ferme samedi")).to_be_visible()
    voit(visite, "Pas encore enregistré")
    assert registre(visite.serveur) == []
    visite.appuyer("Enregistrer")
    visite.est_sur("Messages de l’accueil")
    visiteur = ouvrir(js=visite.js)
    visiteur.aller("/")
    expect(visiteur.page.get_by_role("heading", name="Le portail ferme samedi")).to_be_visible()
    voit(visiteur, "Vos brouillons sont gardés.")
    assert [ligne[:2] for ligne in registre(visite.serveur)] == [("ada", "annoncer")]


def test_de_l_invitation_d_un_agent_a_sa_desactivation(visite: Visite, ouvrir: Ouvrir):
    Gestion(visite).reprendre(ADA)
    Gestion(visite).rubrique("Agents")
    visite.suivre("Inviter un agent")
    visite.remplir("Adresse mail", "nadia@exemple.fr")
    visite.remplir("Nom", "NOUVELLE")
    visite.remplir("Prénoms", "Nadia")
    visite.cocher("Gestionnaire")
    visite.cocher("Académie de Toulouse")
    visite.appuyer("Envoyer l’invitation")
    visite.est_sur("NOUVELLE Nadia")
    mail = visite.serveur.attendre_le_courriel("Ouvrir mon compte de gestion")
    texte = mail.get_body(("plain",))
    assert texte
    adresse = re.search(r"/gestion/invitation/[\w-]+", texte.get_content())
    assert adresse
    nadia = ouvrir(js=visite.js, viewport=BUREAU)
    nadia.aller(adresse[0])
    cle = nadia.page.locator("#cle").inner_text().replace(" ", "")
    secours = nadia.page.locator("#codes-de-secours li").first.inner_text()
    nadia.remplir("Mot de passe", PHRASE)
    nadia.remplir("Confirmation du mot de passe", PHRASE)
    nadia.remplir("Code affiché par l’application", pyotp.TOTP(cle).at(visite.serveur.horloge.instant))
    nadia.cocher("J’ai noté")
    nadia.appuyer("Ouvrir mon compte")
    Connexion(nadia).entrer("nadia@exemple.fr", PHRASE, arrivee="Code de vérification")
    nadia.remplir("Code de vérification", secours)
    nadia.appuyer("Vérifier le code")
    nadia.est_sur("Accueil")
    visite.cocher("Lecteur")
    visite.appuyer("Enregistrer ses droits")
    voit(visite, "Ses droits sont changés")
    nadia.aller("/gestion/services")
    nadia.est_sur("Veuillez vous identifier")
    visite.suivre("Désactiver ce compte")
    visite.appuyer("Désactiver")
    voit(visite, "Ce compte est désactivé")
    assert [ligne[1] for ligne in registre(visite.serveur)] == [
        "inviter_un_agent",
        "accepter_une_invitation",
        "se_connecter",
        "changer_les_droits",
        "desactiver_un_agent",
    ]


def test_mon_compte_d_agent(visite: Visite):
    Gestion(visite).reprendre(REGINE)
    visite.aller("/gestion/compte")
    visite.suivre("Changer de téléphone")
    cle = visite.page.locator("#cle").inner_text().replace(" ", "")
    visite.remplir("Code affiché par l’application", pyotp.TOTP(cle).at(visite.serveur.horloge.instant))
    visite.remplir("Mot de passe actuel", MOT_DE_PASSE_AGENT)
    visite.appuyer("Enregistrer ce téléphone")
    voit(visite, "Votre nouveau téléphone est enregistré")
    visite.suivre("Refaire mes codes de secours")
    visite.cocher("J’ai noté")
    visite.remplir("Mot de passe actuel", MOT_DE_PASSE_AGENT)
    visite.appuyer("Mettre ces codes en service")
    voit(visite, "8 restants")
    visite.suivre("Changer de mot de passe")
    visite.remplir("Mot de passe actuel", MOT_DE_PASSE_AGENT)
    visite.remplir("Nouveau mot de passe", PHRASE)
    visite.remplir("Confirmation du nouveau mot de passe", PHRASE)
    visite.appuyer("Changer le mot de passe")
    voit(visite, "Votre mot de passe est changé")
    assert [ligne[1] for ligne in registre(visite.serveur)] == [
        "changer_de_telephone",
        "refaire_les_codes",
        "changer_son_mot_de_passe",
    ]


def test_le_journal_se_filtre_et_s_emporte(visite: Visite):
    Gestion(visite).reprendre(ADA)
    for annee in ("2028", "2029"):
        visite.aller("/gestion/sessions")
        visite.remplir("Année", annee)
        visite.appuyer("Créer la session")
        voit(visite, "La session est créée")
    Gestion(visite).rubrique("Journal")
    visite.remplir("Identifiant de l’objet", "cap-2028-06")
    visite.choisir("Acte", "Créer une session d’examen")
    visite.appuyer("Filtrer")
    lignes = visite.page.get_by_role("row").filter(has_text="Créer une session")
    expect(lignes).to_have_count(1)
    with visite.page.expect_download() as telechargement:
        visite.suivre("Exporter cette liste (CSV)")
    rangees = telechargement.value.path().read_text("utf-8-sig").splitlines()
    assert len(rangees) == 2
    assert rangees[1].startswith("1;10/11/2026 14:02:00;Ada RACINE;Créer une session d’examen;Session;cap-2028-06")


def test_chaque_ecran_de_l_administration_passe_axe(ouvrir: Ouvrir):
    """À 360 et 1280 px, erreurs comprises. Une fois : aucun de ces écrans n'a de script, le HTML est le même sans."""
    visite = ouvrir(js=True, viewport=BUREAU)
    Gestion(visite).reprendre(ADA)
    (toulouse,) = visite.serveur.lignes("SELECT id FROM periode_inscription WHERE academie_code = '16'")
    service = f"/gestion/services/{toulouse['id']}"
    (message,) = visite.serveur.lignes("SELECT id FROM message_accueil")
    chemins = [
        "/gestion/services",
        service,
        f"{service}/modification",
        f"{service}/prolongation",
        f"{service}/fermeture",
        f"{service}/specialites",
        "/gestion/services/nouveau?session=cap-2027-06&academie=01",
        "/gestion/sessions",
        "/gestion/apercu?jour=29/11/2026&heure=8",
        "/gestion/apercu?jour=28/03/2027&heure=2h30",
        "/gestion/messages",
        f"/gestion/messages/{message['id']}",
        "/gestion/agents",
        "/gestion/agents/nouveau",
        "/gestion/agents/regine",
        "/gestion/agents/regine/desactivation",
        "/gestion/compte",
        "/gestion/compte/mot-de-passe",
        "/gestion/compte/telephone",
        "/gestion/compte/codes",
        "/gestion/registre",
        "/gestion/registre?du=hier",
    ]
    for chemin in chemins:
        visite.aller(chemin)
        expect(visite.page.locator("script")).to_have_count(0)
        verifier_l_acces(visite, chemin)
    for chemin, bouton in (
        (f"{service}/prolongation", "Prolonger"),
        ("/gestion/agents/nouveau", "Envoyer l’invitation"),
    ):
        visite.aller(chemin)
        visite.appuyer(bouton)
        assert visite.erreurs
        verifier_l_acces(visite, f"{chemin}, erreurs")
    visite.aller(f"{service}/modification")
    visite.remplir("Clôture", "20/11/2026")
    visite.appuyer("Enregistrer")
    voit(visite, "lisez ce qui va changer")
    verifier_l_acces(visite, "effets à confirmer")
