"""Ce que le candidat emporte : ses échéances (fichier, abonnement), ses données, l'histoire de son dossier."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icalendar import Calendar
from playwright.sync_api import Browser, Request, expect

from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir, ouvrir_un_appareil
from tests.e2e.pages.compte import lien_du
from tests.e2e.pages.espace import Activites, MesDonnees, MesEcheances, emporter
from tests.e2e.pages.gestion import Gestion
from tests.e2e.pages.onglets import Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import DACK, HorlogeDEssai, copier_le_modele

CLOTURE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
RAPPEL = "[CYCLADES] Votre inscription n’est pas finie"


def s_inscrire(visite: Visite) -> str:
    candidature = visite.reprendre_a("recapitulatif")
    visite.est_sur("Récapitulatif")
    Recapitulatif(visite).enregistrer()
    return candidature


def titres(fichier: bytes) -> list[str]:
    return [str(evenement["SUMMARY"]) for evenement in Calendar.from_ical(fichier).walk("VEVENT")]


def test_dack_emporte_ses_echeances_s_abonne_puis_revoque(visite: Visite, ouvrir: Ouvrir):
    visite.connecter()
    echeances = MesEcheances(visite)
    echeances.ouvrir()
    expect(visite.page.get_by_role("heading", name="Aucune échéance à venir")).to_be_visible()
    s_inscrire(visite)
    echeances.ouvrir()
    principal = visite.page.get_by_role("main")
    expect(principal).to_contain_text("30/11/2026 à 18 h (heure de Paris)")
    verifier_l_acces(visite, "échéances")
    fichier = echeances.telecharger().read_bytes()
    assert len(titres(fichier)) == principal.get_by_role("listitem").count() > 1
    assert b"ACCRALL" not in fichier

    visite.appuyer("Créer mon adresse d’abonnement")
    adresse = echeances.adresse_secrete.input_value()
    verifier_l_acces(visite, "échéances, abonné")
    agenda = ouvrir(js=False).page.request  # un logiciel d'agenda n'a pas de session
    assert titres(agenda.get(adresse).body()) == titres(fichier)
    visite.appuyer("Changer cette adresse")
    expect(echeances.adresse_secrete).not_to_have_value(adresse)
    nouvelle = echeances.adresse_secrete.input_value()
    assert (agenda.get(adresse).status, agenda.get(nouvelle).status) == (404, 200)
    visite.appuyer("Supprimer cette adresse")
    expect(echeances.adresse_secrete).to_have_count(0)
    assert agenda.get(nouvelle).status == 404


def test_dack_emporte_ses_donnees_et_les_lit_sans_reseau(visite: Visite, ouvrir: Ouvrir, tmp_path: Path):
    s_inscrire(visite)
    MesDonnees(visite).ouvrir()
    verifier_l_acces(visite, "mes données")
    donnees = json.loads(emporter(visite, "Télécharger pour un logiciel").read_bytes())
    assert donnees["candidat"][0]["nom_famille"] == "ACCRALL"
    assert [version["numero"] for version in donnees["version_candidature"]] == [1]
    copie = tmp_path / "mes-donnees.html"
    copie.write_bytes(emporter(visite, "Télécharger à lire").read_bytes())

    ailleurs = ouvrir(js=visite.js, offline=True)
    demandees: list[str] = []

    def noter(requete: Request) -> None:
        demandees.append(requete.url)

    ailleurs.page.on("request", noter)
    ailleurs.aller(copie.as_uri())
    ailleurs.est_sur("Mes données")
    expect(ailleurs.page.get_by_role("heading", level=2, name="Versions enregistrées")).to_be_visible()
    expect(ailleurs.page.locator("body")).to_contain_text("15 voie verte")
    ailleurs.page.wait_for_load_state("networkidle")
    assert demandees == [copie.as_uri()], "le fichier se suffit : rien d’autre n’est demandé"
    debord = ailleurs.page.evaluate("document.documentElement.scrollWidth") if visite.js else 0
    assert debord <= 360


def test_l_histoire_du_dossier_dit_qui_l_a_consulte(visite: Visite, ouvrir: Ouvrir):
    candidature = s_inscrire(visite)
    activites = Activites(visite, candidature)
    activites.ouvrir()
    visite.suivre("Histoire de mon dossier")
    visite.est_sur("Histoire de mon dossier")
    expect(visite.page.get_by_role("main")).to_contain_text("Aucun agent n’a consulté ce dossier.")
    agent = ouvrir(js=visite.js)
    Gestion(agent).reprendre()
    agent.aller(f"/gestion/candidatures/{candidature}/pieces")
    agent.est_sur("ACCRALL Dack")
    visite.page.reload()
    faits = visite.page.get_by_role("main").get_by_role("listitem")
    expect(faits.filter(has_text="Dossier consulté")).to_contain_text("Gestionnaire, académie de Toulouse")
    expect(faits.filter(has_text="Inscription enregistrée")).to_contain_text("version 1")
    expect(visite.page.get_by_role("main")).not_to_contain_text("CASTERA")
    verifier_l_acces(visite, "histoire du dossier")


def test_la_page_de_verification_dit_ce_que_vaut_chaque_version(visite: Visite, ouvrir: Ouvrir):
    candidature = s_inscrire(visite)
    visite.aller(f"/candidatures/{candidature}/onglets/identification")
    visite.remplir("Téléphone fixe", "0561000000")
    visite.appuyer("Suivant")
    visite.est_sur("Informations candidature")
    visite.aller_a(candidature, "recapitulatif")
    Recapitulatif(visite).enregistrer()
    ancien, courant = (
        ligne["code"]
        for ligne in visite.serveur.lignes("SELECT code FROM document WHERE type = 'confirmation' ORDER BY numero")
    )
    visite.aller(f"/candidatures/{candidature}/documents")
    visite.suivre("Lire en page web : Confirmation d’inscription, version 2")
    visite.est_sur("Confirmation d’inscription")
    expect(visite.page.get_by_role("main")).to_contain_text(courant[:4])
    passant = ouvrir(js=visite.js)
    passant.aller("/verifier")
    passant.remplir("Code de vérification", f"{ancien[:4]} {ancien[4:].lower()}")
    passant.appuyer("Vérifier")
    expect(passant.page.get_by_text("Document remplacé par la version 02")).to_be_visible()
    verifier_l_acces(passant, "document remplacé")
    passant.aller(f"/verifier/{courant}")
    expect(passant.page.get_by_text("Document valable")).to_be_visible()
    expect(passant.page.get_by_role("main")).not_to_contain_text("ACCRALL")


def test_le_rappel_attend_le_serveur_arrete_part_une_fois_et_mene_au_brouillon(
    chromium: Browser, modele: Path, tmp_path: Path, horloge: HorlogeDEssai, js: bool
):
    """Arrêté sept jours avant la clôture, le serveur repart le lendemain, puis s'arrête jusqu'à l'avant-veille."""
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    with Serveur(donnees, horloge) as serveur, ouvrir_un_appareil(chromium, serveur, js=js) as visite:
        candidature = visite.reprendre_a("qualification")
    horloge.instant = CLOTURE - timedelta(days=6)
    with Serveur(donnees, horloge) as serveur, ouvrir_un_appareil(chromium, serveur, js=js) as visite:
        mail = serveur.attendre_le_courriel(RAPPEL)
        assert mail["To"] == DACK.courriel
        visite.connecter()
        visite.aller(lien_du(mail))
        visite.est_sur("Mes activités")
        visite.suivre("Reprendre à l’étape 3")
        visite.est_sur("Qualification présentée")
        assert candidature in visite.page.url
    horloge.instant = CLOTURE - timedelta(days=1, hours=20)
    with Serveur(donnees, horloge) as serveur:
        serveur.attendre_les_courriels(RAPPEL, 2)
        paliers = serveur.lignes("SELECT palier FROM rappel_envoye ORDER BY palier DESC")
        assert [ligne["palier"] for ligne in paliers] == [7, 2], "une fois chacun"
        assert len(serveur.courriels(RAPPEL)) == 2
