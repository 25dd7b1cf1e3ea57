"""Aller, revenir, partir et reprendre : rien de ce qui est tapé ne se perd en chemin."""

import re

from playwright.sync_api import expect

from tests.e2e.pages.inscriptions import MesInscriptions
from tests.e2e.pages.onglets import Epreuves, Identification, Informations, Qualification, Recapitulatif
from tests.e2e.pages.visite import Visite


def test_precedent_ne_perd_rien_de_ce_qui_est_tape_meme_faux(visite: Visite):
    visite.reprendre_a("informations")
    informations = Informations(visite)
    visite.choisir("Catégorie du candidat", "INDIVIDUEL SALARIE")
    visite.mettre_a_jour()
    informations.repondre(informations.QUESTIONS[2], "Oui")
    informations.revenir()
    identification = Identification(visite)
    identification.est_la()
    visite.remplir("Téléphone mobile", "06 ça")
    visite.appuyer("Suivant")
    expect(visite.page).to_have_title(re.compile(r"^Erreur\s: "))
    visite.remplir("Téléphone mobile", "0612345678")
    identification.continuer()
    expect(visite.champ("Catégorie du candidat")).to_have_value("INDIVIDUEL_SALARIE")
    expect(visite.case("Oui", dans=informations.QUESTIONS[2])).to_be_checked()


def test_un_numero_faux_reste_au_brouillon_apres_un_detour(visite: Visite):
    """Une valeur qui n'est pas encore valable se garde aussi, à côté de son erreur."""
    candidature = visite.reprendre_a("informations")
    visite.aller_a(candidature, "identification")
    visite.remplir("Téléphone mobile", "06 ça")
    visite.appuyer("Suivant")
    assert visite.erreurs != []
    MesInscriptions(visite).ouvrir()
    MesInscriptions(visite).reprendre()
    Identification(visite).est_la()
    expect(visite.champ("Téléphone mobile")).to_have_value("06 ça")


def test_un_onglet_rempli_s_ouvre_depuis_la_barre_et_depuis_modifier(visite: Visite):
    visite.reprendre_a("recapitulatif")
    recapitulatif = Recapitulatif(visite)
    recapitulatif.est_la()
    barre = visite.page.get_by_role("navigation", name="Étapes de l’inscription")
    barre.get_by_text("Étape 6 sur 7").click()
    barre.get_by_role("link", name=re.compile("3 - Qualification présentée")).filter(visible=True).click()
    Qualification(visite).est_la()
    Qualification(visite).continuer()
    visite.page.go_back()
    Qualification(visite).est_la()
    visite.page.go_forward()
    visite.est_sur("Acquis")
    visite.appuyer("Suivant")
    Epreuves(visite).est_la()
    Epreuves(visite).continuer()
    visite.page.get_by_role("link", name=re.compile("Modifier.*Informations candidature")).click()
    Informations(visite).est_la()


def test_un_onglet_pas_encore_ouvert_ramene_a_celui_qui_manque(visite: Visite):
    candidature = visite.reprendre_a("qualification")
    visite.aller_a(candidature, "epreuves")
    Qualification(visite).est_la()
    barre = visite.page.get_by_role("navigation", name="Étapes de l’inscription")
    expect(barre.get_by_role("link", name=re.compile("5 - Épreuves"))).to_have_count(0)


def test_le_brouillon_se_reprend_le_lendemain_la_ou_il_en_etait(visite: Visite):
    visite.reprendre_a("informations")
    visite.choisir("Catégorie du candidat", "INDIVIDUEL SALARIE")
    visite.mettre_a_jour()
    visite.appuyer("Précédent")
    Identification(visite).est_la()
    visite.serveur.horloge.avancer(hours=20)
    visite.connecter()
    mes_inscriptions = MesInscriptions(visite)
    mes_inscriptions.ouvrir()
    expect(visite.page.get_by_text("Rien n’est enregistré")).to_be_visible()
    mes_inscriptions.reprendre()
    informations = Informations(visite)
    informations.est_la()
    expect(visite.champ("Catégorie du candidat")).to_have_value("INDIVIDUEL_SALARIE")
    expect(informations.etat).to_contain_text("Brouillon gardé le 10/11/2026")


def test_la_phrase_d_etat_dit_ce_qui_reste_et_jusqu_a_quand(visite: Visite):
    visite.reprendre_a("qualification")
    etat = Qualification(visite).etat
    expect(etat).to_contain_text("Votre inscription n’est pas enregistrée")
    expect(etat).to_contain_text("reste 4 étapes, avant le 30/11/2026 à 18 h (heure de Paris)")


def test_quitter_puis_supprimer_le_brouillon(visite: Visite):
    visite.reprendre_a("informations")
    visite.suivre("Quitter", exact=True)
    visite.est_sur("Mes inscriptions")
    visite.suivre("Supprimer ce brouillon")
    visite.est_sur("Supprimer ce brouillon ?")
    visite.appuyer("Supprimer")
    visite.est_sur("Mes inscriptions")
    expect(visite.page.get_by_text("Vous n’avez aucune candidature active.")).to_be_visible()


def test_la_liste_des_nationalites_se_deplie_et_garde_ce_qui_est_tape(visite: Visite):
    visite.reprendre_a("identification")
    nationalite = visite.champ("Nationalité")
    expect(nationalite.get_by_role("option")).to_have_count(3)
    visite.remplir("Numéro, rue, voie", "3 rue du Moulin")
    nationalite.focus()
    visite.choisir("Nationalité", "Autre nationalité\u00a0: voir la liste…")
    visite.mettre_a_jour()
    expect(nationalite.get_by_role("option", name="Belge")).to_have_count(1)
    if visite.js:
        expect(nationalite).to_be_focused()
    visite.choisir("Nationalité", "Belge")
    expect(visite.champ("Numéro, rue, voie")).to_have_value("3 rue du Moulin")
    visite.appuyer("Suivant")
    assert "Renseignez votre nationalité." not in visite.erreurs
    expect(nationalite).to_have_value("BE")
