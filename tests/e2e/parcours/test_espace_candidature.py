"""L'espace du candidat après l'enregistrement : consulter, modifier, comparer, se désinscrire, se réinscrire."""

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import texte_du
from tests.e2e.pages.espace import Activites, Desinscription, MesVersions, enregistrer_les_modifications
from tests.e2e.pages.inscriptions import MesInscriptions
from tests.e2e.pages.onglets import Numero, Recapitulatif
from tests.e2e.pages.visite import Visite


def s_inscrire(visite: Visite) -> str:
    candidature = visite.reprendre_a("recapitulatif")
    visite.est_sur("Récapitulatif")
    Recapitulatif(visite).enregistrer()
    return candidature


def principal(visite: Visite) -> Locator:
    return visite.page.get_by_role("main")


def test_dack_consulte_modifie_et_compare(visite: Visite):
    candidature = s_inscrire(visite)
    activites = Activites(visite, candidature)
    activites.ouvrir()
    consultation = activites.mon_inscription()
    consultation.est_en_lecture_seule()
    expect(principal(visite)).to_contain_text("Version 01")

    identification = consultation.modifier()
    visite.remplir("Téléphone fixe", "0561000000")
    identification.continuer()
    expect(visite.page.get_by_role("status").first).to_contain_text("La version 01 reste valable.")
    enregistrer_les_modifications(visite)
    expect(principal(visite)).to_contain_text("Version 02")
    expect(Numero(visite).numero_inscription).to_have_text("001")
    visite.serveur.attendre_le_courriel("[CYCLADES] Votre inscription 001 est enregistrée")
    visite.serveur.attendre_le_courriel("[CYCLADES] Votre inscription 001 est modifiée (version 2)")

    activites.ouvrir()
    expect(principal(visite)).to_contain_text("Version 02, enregistrée le")
    visite.suivre("Mes versions")
    visite.est_sur("Mes versions")
    tableau = MesVersions(visite).comparer("01")
    expect(tableau).to_contain_text("Téléphone fixe")
    expect(tableau).to_contain_text("Ajouté")
    expect(tableau).to_contain_text("05 61 00 00 00")
    assert [v["version"] for v in visite.serveur.lignes("select version from candidature")] == [2]


def test_une_modification_abandonnee_laisse_la_version_intacte(visite: Visite):
    candidature = s_inscrire(visite)
    activites = Activites(visite, candidature)
    activites.ouvrir()
    activites.mon_inscription().modifier()
    visite.remplir("Téléphone fixe", "0561000000")
    visite.appuyer("Suivant")
    visite.est_sur("Informations candidature")
    activites.ouvrir()
    expect(principal(visite)).to_contain_text("enregistrer vos modifications, ou les abandonner")
    visite.suivre("Abandonner mes modifications")
    visite.est_sur("Abandonner vos modifications ?")
    visite.appuyer("Abandonner")
    visite.est_sur("Récapitulatif")
    expect(principal(visite)).to_contain_text("Version 01")
    expect(principal(visite)).not_to_contain_text("05 61 00 00 00")
    assert len(visite.serveur.lignes("select 1 from version_candidature")) == 1


def test_les_documents_remplaces_restent_lisibles_et_gardent_la_marque_de_lecture(visite: Visite):
    candidature = s_inscrire(visite)
    activites = Activites(visite, candidature)
    activites.ouvrir()
    activites.aller_a("Mes documents", "Mes documents")
    expect(principal(visite).get_by_text("Pas encore lu")).to_have_count(2)
    visite.suivre("Lire en page web : Confirmation d’inscription, version 1")
    visite.est_sur("Confirmation d’inscription")
    activites.ouvrir()
    activites.aller_a("Mes documents", "Mes documents")
    expect(principal(visite).get_by_text("Pas encore lu")).to_have_count(1)
    expect(principal(visite).get_by_text(re.compile("^Lu le 10/11/2026"))).to_have_count(1)

    activites.ouvrir()
    activites.mon_inscription().modifier()
    visite.remplir("Téléphone fixe", "0561000000")
    visite.appuyer("Suivant")
    enregistrer_les_modifications(visite)
    activites.ouvrir()
    activites.aller_a("Mes documents", "Mes documents")
    visite.page.get_by_text("Versions remplacées").click()
    expect(principal(visite).get_by_text("Remplacé par la version 2")).to_be_visible()
    visite.suivre("Lire en page web : Confirmation d’inscription, version 1")
    expect(principal(visite)).to_contain_text("Ce document est remplacé par la version 02")


def test_les_formulaires_et_les_justificatifs_disent_ce_qu_il_en_est(visite: Visite):
    candidature = s_inscrire(visite)
    activites = Activites(visite, candidature)
    activites.ouvrir()
    activites.aller_a("Les formulaires", "Les formulaires")
    expect(principal(visite)).to_contain_text("cette section n’est pas utilisée dans le cadre des examens")
    activites.aller_a("Mes justificatifs", "Mes justificatifs")
    expect(principal(visite)).to_contain_text(re.compile(r"Pièces justificatives conformes\s: 0 / \d"))
    expect(principal(visite)).to_contain_text("À déposer en ligne entre le")
    expect(principal(visite).get_by_text("À déposer", exact=True).first).to_be_visible()
    expect(principal(visite).get_by_role("button", name="J’ai fourni toutes mes pièces")).to_have_count(0)


def test_dack_se_desinscrit_puis_se_reinscrit(visite: Visite):
    s_inscrire(visite)
    desinscription = Desinscription(visite)
    desinscription.ouvrir()
    expect(principal(visite)).to_contain_text("Attention : vous vous apprêtez à vous désinscrire.")
    desinscription.renoncer()
    assert visite.serveur.lignes("select 1 from candidature where lower(etat) = 'inscrit'")

    desinscription.ouvrir()
    desinscription.confirmer()
    mail = visite.serveur.attendre_le_courriel("[CYCLADES] Vous êtes désinscrit (inscription 001)")
    assert "Arts de la broderie" in texte_du(mail)
    MesInscriptions(visite).ouvrir()
    expect(principal(visite)).to_contain_text("Vous n’avez aucune candidature active.")

    nouvelle = MesInscriptions(visite).s_inscrire()
    nouvelle.choisir("TOULOUSE")
    nouvelle.valider()
    expect(visite.champ("Numéro, rue, voie")).to_have_value("")
    visite.aller("/inscriptions")
    visite.suivre("Supprimer ce brouillon")
    visite.appuyer("Supprimer")
    visite.reprendre_a("recapitulatif")
    visite.est_sur("Récapitulatif")
    numero = Recapitulatif(visite).enregistrer()
    expect(numero.numero_inscription).to_have_text("002")


def test_apres_la_cloture_la_page_dit_a_qui_ecrire(visite: Visite):
    candidature = s_inscrire(visite)
    Desinscription(visite).ouvrir()
    visite.serveur.horloge.instant = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    visite.connecter()
    visite.page.reload()
    visite.est_sur("Vous ne pouvez pas vous désinscrire ici")
    expect(visite.page.get_by_role("link", name="cap@toulouse.exemple.fr")).to_be_visible()
    activites = Activites(visite, candidature)
    activites.ouvrir()
    consultation = activites.mon_inscription()
    consultation.est_en_lecture_seule()
    expect(consultation.bouton_modifier).to_have_count(0)


def test_un_brouillon_reprend_a_l_etape_que_dit_sa_carte(visite: Visite):
    visite.reprendre_a("qualification")
    MesInscriptions(visite).ouvrir()
    expect(principal(visite)).to_contain_text("Il reste 4 étapes")
    visite.suivre("Reprendre à l’étape 3")
    visite.est_sur("Qualification présentée")


@pytest.mark.parametrize("largeur", [320, 1200])
def test_chaque_page_de_l_espace_est_accessible_et_tient_en_largeur(ouvrir: Ouvrir, largeur: int):
    visite = ouvrir(js=True, viewport={"width": largeur, "height": 800})
    candidature = visite.reprendre_a("qualification")
    for page in (
        "/inscriptions",
        *(f"/candidatures/{candidature}{suite}" for suite in ("", "/pieces", "/suppression")),
    ):
        verifier_la_page(visite, page)
    visite.appuyer("Supprimer")
    candidature = s_inscrire(visite)
    visite.aller_a(candidature, "identification")
    visite.remplir("Téléphone fixe", "0561000000")
    visite.appuyer("Suivant")
    for suite in ("", "/abandon"):
        verifier_la_page(visite, f"/candidatures/{candidature}{suite}")
    enregistrer_les_modifications_depuis(visite, candidature)
    for suite in (
        "", "/formulaires", "/pieces", "/documents", "/versions", "/versions/1/2", "/onglets/recapitulatif",
        "/desinscription",
    ):  # fmt: skip
        verifier_la_page(visite, f"/candidatures/{candidature}{suite}")
    visite.appuyer("Me désinscrire")
    verifier_la_page(visite, f"/candidatures/{candidature}/desinscription")


def enregistrer_les_modifications_depuis(visite: Visite, candidature: str) -> None:
    visite.aller_a(candidature, "recapitulatif")
    Recapitulatif(visite).enregistrer()


def verifier_la_page(visite: Visite, adresse: str) -> None:
    visite.aller(adresse)
    resultat = Axe().run(visite.page)
    assert not resultat.response["violations"], f"{adresse} : {resultat.generate_report()}"
    debord = visite.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert debord <= 0, f"{adresse} défile en largeur de {debord} px"
