"""Le service des examens : se connecter avec un second facteur, contrôler des pièces, relancer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.gestion import Gestion, Relances
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import HENRI, LUCIE, HorlogeDEssai, copier_le_modele
from tests.unit.gestion.decor import deposer_des_dossiers, ecrire

BUREAU = {"width": 1280, "height": 900}
ALIX = "EXEMPLE Alix"


@pytest.fixture
def dossiers(modele: Path, tmp_path: Path) -> list[str]:
    """Avant le serveur : huit dossiers, quatre pièces envoyées chacun."""
    return deposer_des_dossiers(copier_le_modele(modele, tmp_path / "donnees"), 8)


@pytest.fixture
def serveur(dossiers: list[str], tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Serveur]:
    with Serveur(tmp_path / "donnees", horloge) as serveur:
        yield serveur
        assert not serveur.pannes, "\n".join(serveur.pannes)


@pytest.fixture
def visite(ouvrir: Ouvrir, js: bool) -> Visite:
    return ouvrir(js=js, viewport=BUREAU)


def statuts(serveur: Serveur) -> dict[str, int]:
    lignes = serveur.lignes("SELECT statut, count(*) AS n FROM piece_demandee GROUP BY statut")
    return {ligne["statut"]: ligne["n"] for ligne in lignes}


def test_de_la_connexion_au_dossier_suivant(visite: Visite):
    gestion = Gestion(visite)
    gestion.entrer()
    gestion.prendre_la_plus_ancienne(ALIX)
    for code in ("CINSIG01", "NATIDE01", "EXPPRO01"):
        gestion.est_devant(code)
        gestion.decider("Conforme")
    gestion.est_devant("ACQDIP01")
    gestion.decider("Non conforme", motif="2. Une face ou une page manque", message="Le verso du relevé.")
    visite.est_sur("EXEMPLE Bilal")
    assert statuts(visite.serveur) == {"aucun": 29, "conforme": 3, "non_conforme": 1}
    (piece,) = visite.serveur.lignes("SELECT commentaire FROM piece_demandee WHERE statut = 'non_conforme'")
    assert piece["commentaire"].endswith("et toutes les pages. Le verso du relevé.")


def test_se_dedire_laisser_et_relancer_un_par_un_puis_tous(visite: Visite, dossiers: list[str]):
    gestion = Gestion(visite)
    gestion.reprendre()
    gestion.prendre_la_plus_ancienne(ALIX)
    gestion.decider("Non conforme", motif="1. Illisible")
    visite.suivre("CINSIG01")
    visite.appuyer("Annuler le statut « Non conforme »".replace("« ", "«\u00a0").replace(" »", "\u00a0»"))
    gestion.est_devant("CINSIG01")
    gestion.decider("Non conforme", motif="5. Périmé")
    visite.appuyer("Relancer ce candidat")
    expect(visite.page.get_by_text("Le candidat est relancé")).to_be_visible()
    visite.appuyer("Laisser ce dossier")
    visite.est_sur("Pièces à contrôler")
    assert visite.serveur.lignes("SELECT * FROM prise_en_main") == []
    for dossier in dossiers[1:4]:  # Bilal, Chloé et Driss : l'état civil a été refusé
        refuser = "UPDATE piece_demandee SET statut = 'non_conforme' WHERE code = 'NATIDE01' AND candidature_id = :id"
        ecrire(visite.serveur.donnees, refuser, id=dossier)
    relances = Relances(visite)
    relances.ouvrir()
    expect(relances.ligne(ALIX)).to_contain_text("relancé aujourd’hui")
    relances.cocher("EXEMPLE Bilal")
    verifier_l_acces(visite, "dossiers incomplets")
    visite.appuyer("Relancer les candidats cochés")
    expect(visite.page.get_by_role("heading", name="1 candidat relancé")).to_be_visible()
    relances.relancer_tous(4)
    expect(visite.page.get_by_role("heading", name=re.compile(": 2 candidats relancés"))).to_be_visible()
    expect(visite.page.get_by_text(re.compile("2 laissés de côté"))).to_be_visible()
    verifier_l_acces(visite, "tous relancés")
    partis = visite.serveur.attendre_les_courriels("Des pièces justificatives manquent", 4)
    assert sorted(mail["To"] for mail in partis) == [f"candidat{rang}@exemple.fr" for rang in range(4)]


def test_le_second_agent_est_prevenu(visite: Visite, ouvrir: Ouvrir):
    gestion = Gestion(visite)
    gestion.reprendre()
    gestion.prendre_la_plus_ancienne(ALIX)
    autre = ouvrir(js=visite.js, viewport=BUREAU)
    Gestion(autre).reprendre(HENRI)
    autre.page.goto(visite.page.url)
    expect(autre.page.get_by_role("heading", name="Régine CASTERA contrôle ce dossier")).to_be_visible()
    expect(autre.page.get_by_role("button", name="Enregistrer, pièce suivante")).to_have_count(0)
    autre.aller("/gestion")
    Gestion(autre).prendre_la_plus_ancienne("EXEMPLE Bilal")


def test_l_apercu_se_dessine(visite: Visite):
    gestion = Gestion(visite)
    gestion.reprendre()
    gestion.prendre_la_plus_ancienne(ALIX)
    image = visite.page.get_by_role("img", name="Aperçu du fichier déposé")
    expect(image).to_be_visible()
    if visite.js:
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500


def test_l_apercu_en_panne_se_dit_et_le_fichier_se_telecharge(visite: Visite):
    """L'ouvrier qui dessine ne répond pas : contrôler continue."""
    visite.page.context.route("**/apercu/*", lambda route: route.fulfill(status=404, body=""))
    gestion = Gestion(visite)
    gestion.reprendre()
    gestion.prendre_la_plus_ancienne(ALIX)
    if visite.js:
        expect(visite.page.get_by_text("L’aperçu ne peut pas se dessiner en ce moment")).to_be_visible()
    else:
        expect(visite.page.get_by_alt_text("S’il ne paraît pas, téléchargez le fichier")).to_be_visible()
    with visite.page.expect_download() as recu:
        visite.suivre("Télécharger")
    assert recu.value.path().read_bytes().startswith(b"%PDF")
    gestion.decider("Conforme")
    gestion.est_devant("NATIDE01")


def test_trente_pieces_controlees_au_clavier_seul(ouvrir: Ouvrir):
    """Pas une fois la souris : de l'accueil au trentième verdict, dont six « Non conforme » motivés."""
    visite = ouvrir(js=True, viewport=BUREAU)
    Gestion(visite).reprendre()
    page = visite.page
    tabuler_jusqu_a(page, "Contrôler le dossier le plus ancien")
    page.keyboard.press("Enter")
    for rang in range(30):
        expect(visite.case("Conforme")).to_be_focused()
        page.wait_for_load_state("load")  # le foyer vient avant les touches du script
        jugee = page.locator("form[data-touches]").get_attribute("action")
        for touche in ("n", str(1 + rang % 9)) if rang % 5 == 4 else ("c",):
            page.keyboard.press(touche)
        page.keyboard.press("Enter")
        expect(page.locator(f'form[action="{jugee}"]')).to_have_count(0)
    assert statuts(visite.serveur) == {"aucun": 3, "conforme": 24, "non_conforme": 6}
    motifs = visite.serveur.lignes("SELECT DISTINCT commentaire FROM piece_demandee WHERE statut = 'non_conforme'")
    assert len(motifs) >= 5, "chaque touche a donné son motif"


def test_sans_script_les_fleches_et_entree_suffisent(ouvrir: Ouvrir):
    visite = ouvrir(js=False, viewport=BUREAU)
    Gestion(visite).reprendre()
    page = visite.page
    tabuler_jusqu_a(page, "Contrôler le dossier le plus ancien")
    page.keyboard.press("Enter")
    for code in ("CINSIG01", "NATIDE01", "EXPPRO01", "ACQDIP01"):
        Gestion(visite).est_devant(code)
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    visite.est_sur("EXEMPLE Bilal")
    page.keyboard.press("ArrowDown")  # « Non conforme »
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    Gestion(visite).est_devant("NATIDE01")
    assert statuts(visite.serveur) == {"aucun": 28, "conforme": 4, "non_conforme": 1}


def test_une_lettre_tapee_dans_le_message_n_est_pas_une_commande(ouvrir: Ouvrir):
    visite = ouvrir(js=True, viewport=BUREAU)
    gestion = Gestion(visite)
    gestion.reprendre()
    gestion.prendre_la_plus_ancienne(ALIX)
    message = visite.champ("Message au candidat")
    message.press_sequentially("ncrp1")
    expect(message).to_have_value("ncrp1")
    expect(visite.case("Conforme")).not_to_be_checked()
    visite.page.keyboard.press("Control+Enter")
    assert visite.erreurs == ["Choisissez un statut"]


def tabuler_jusqu_a(page: Page, bouton: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == bouton:
            return
    raise AssertionError(f"« {bouton} » ne s’atteint pas au clavier")


def test_chaque_ecran_de_la_gestion_passe_axe(visite: Visite, dossiers: list[str]):
    gestion = Gestion(visite)
    visite.aller("/gestion/invitation/inconnue")
    verifier_l_acces(visite, "invitation périmée")
    gestion.entrer()
    verifier_l_acces(visite, "accueil")
    for chemin in ("/gestion/pieces", "/gestion/pieces?statut=recue", "/gestion/pieces?numero=1", "/gestion/relances"):
        visite.aller(chemin)
        verifier_l_acces(visite, chemin)
    visite.aller(f"/gestion/candidatures/{dossiers[0]}/pieces")
    verifier_l_acces(visite, "dossier à prendre")
    visite.appuyer("Contrôler ce dossier")
    gestion.est_devant("CINSIG01")
    verifier_l_acces(visite, "poste")
    visite.appuyer("Enregistrer, pièce suivante")
    assert visite.erreurs
    verifier_l_acces(visite, "poste, erreur")
    gestion.decider("Non conforme", motif="4. Mauvais document")
    visite.suivre("CINSIG01")
    verifier_l_acces(visite, "pièce jugée, dépôt possible")
    visite.suivre("HANMED01")
    verifier_l_acces(visite, "pièce du courrier")


def test_le_second_facteur_et_la_lecture_seule_passent_axe(visite: Visite, dossiers: list[str]):
    visite.aller("/connexion/code")
    visite.est_sur("Veuillez vous identifier")
    verifier_l_acces(visite, "connexion, code trop tard")
    gestion = Gestion(visite)
    visite.aller("/connexion")
    visite.remplir("Identifiant de connexion", LUCIE.courriel)
    visite.remplir("Mot de passe", "Essai-gestion-2027!")
    visite.appuyer("Se connecter")
    visite.est_sur("Code de vérification")
    verifier_l_acces(visite, "code")
    visite.remplir("Code de vérification", "abc")
    visite.appuyer("Vérifier le code")
    assert visite.erreurs
    verifier_l_acces(visite, "code refusé")
    gestion.reprendre(LUCIE)
    visite.aller(f"/gestion/candidatures/{dossiers[0]}/pieces")
    verifier_l_acces(visite, "lecture seule")
