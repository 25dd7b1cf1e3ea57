"""Le compte du candidat : le modifier, changer d'adresse, demander une correction, tout supprimer."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import Connexion, lien_du
from tests.e2e.pages.mon_compte import MonCompte
from tests.e2e.pages.onglets import Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.instance import DACK, MOT_DE_PASSE

NOUVELLE = "dack.nouveau@exemple.fr"
NOUVEAU_MOT = "Broderie-28!"


def sans_faute_d_accessibilite(visite: Visite) -> None:
    if not visite.js:  # axe est lui-même un script
        return
    fautes = Axe().run(visite.page, options={"resultTypes": ["violations"]})
    assert fautes.violations_count == 0, fautes.generate_report()
    largeur = visite.page.evaluate("document.documentElement.scrollWidth")
    assert largeur <= visite.page.viewport_size["width"], "la page déborde en largeur"  # type: ignore[index]  # fixée


def s_inscrire(visite: Visite) -> None:
    visite.reprendre_a("recapitulatif")
    visite.est_sur("Récapitulatif")
    Recapitulatif(visite).enregistrer()


def test_dack_modifie_son_etat_civil_et_sa_commune(visite: Visite):
    visite.connecter()
    compte = MonCompte(visite)
    compte.ouvrir()
    sans_faute_d_accessibilite(visite)
    visite.remplir("Prénoms", "Dack Léo")
    visite.remplir("Nom de famille", "Accrall-Dupré")
    visite.champ("Commune de naissance").fill("")
    if visite.js:
        visite.champ("Commune de naissance").press_sequentially("Caen")
        visite.au_repos()
    else:
        visite.remplir("Commune de naissance", "Caen")
        visite.appuyer("Rechercher la commune")
    expect(visite.case("CAEN")).to_be_checked()  # un nom entier et seul vaut choix
    visite.appuyer("Enregistrer")
    assert visite.erreurs == ["Recopiez le même nom de famille dans les deux champs"]
    expect(visite.champ("Prénoms")).to_have_value("Dack Léo")
    visite.remplir("Confirmation du nom de naissance", "Accrall-Dupré")
    compte.enregistrer()
    expect(compte.principal).to_contain_text("Vos informations sont enregistrées")
    (candidat,) = visite.serveur.lignes(
        "select nom_famille, prenoms, commune_naissance from candidat where compte_id = 'dack'"
    )
    assert candidat == {"nom_famille": "ACCRALL-DUPRÉ", "prenoms": "Dack Léo", "commune_naissance": "14118"}


def test_dack_change_d_adresse_et_l_ancienne_revient_dessus(visite: Visite, ouvrir: Ouvrir):
    visite.connecter()
    compte = MonCompte(visite)
    compte.ouvrir()
    compte.changer_d_adresse(NOUVELLE, MOT_DE_PASSE)
    expect(compte.principal).to_contain_text("Un mail est parti à votre nouvelle adresse")
    mail = visite.serveur.attendre_le_courriel("[CYCLADES] Confirmer ma nouvelle adresse mail")
    assert mail["To"] == NOUVELLE

    telephone = ouvrir(js=visite.js)
    telephone.aller(lien_du(mail))
    telephone.est_sur("Veuillez vous identifier")
    Connexion(telephone).entrer(DACK.courriel, MOT_DE_PASSE, arrivee="Confirmer ma nouvelle adresse mail")
    sans_faute_d_accessibilite(telephone)
    telephone.appuyer("Confirmer ma nouvelle adresse")
    telephone.est_sur("Modifier mes informations")
    expect(MonCompte(telephone).principal).to_contain_text("Votre adresse mail est changée")

    avis = visite.serveur.attendre_le_courriel("[CYCLADES] Votre adresse mail a été changée")
    assert avis["To"] == DACK.courriel
    ailleurs = ouvrir(js=visite.js)
    ailleurs.aller(lien_du(avis))
    ailleurs.est_sur("Annuler le changement d’adresse mail")
    sans_faute_d_accessibilite(ailleurs)
    ailleurs.appuyer("Rétablir l’ancienne adresse")
    ailleurs.est_sur("Votre ancienne adresse mail est rétablie")
    visite.aller("/compte")
    visite.est_sur("Veuillez vous identifier")
    Connexion(visite).entrer(DACK.courriel, MOT_DE_PASSE, arrivee="Modifier mes informations")


def test_inscrit_dack_demande_une_correction_avec_sa_preuve(visite: Visite, tmp_path: Path):
    s_inscrire(visite)
    compte = MonCompte(visite)
    compte.ouvrir()
    expect(compte.principal).to_contain_text(
        "Les informations de votre compte ne sont pas modifiables car vous avez au moins une inscription en cours."
    )
    sans_faute_d_accessibilite(visite)
    visite.suivre("Demander une correction")
    visite.est_sur("Demander une correction")
    sans_faute_d_accessibilite(visite)
    faux, acte = tmp_path / "acte.png", tmp_path / "acte.pdf"
    faux.write_bytes(b"pas une image")
    acte.write_bytes(b"%PDF-1.7\nacte de naissance")
    compte.demander_une_correction("Nom de famille", "ACCRALLE", "Il manque le E final.", faux)
    visite.est_sur("Demander une correction")
    assert visite.erreurs[0].startswith("Ce fichier n’est pas un PDF, un JPG ou un PNG")
    compte.demander_une_correction("Nom de famille", "ACCRALLE", "Il manque le E final.", acte)
    visite.est_sur("Modifier mes informations")
    for mots in ("En attente", "ACCRALLE", "acte.pdf"):
        expect(compte.principal).to_contain_text(mots)
    sans_faute_d_accessibilite(visite)
    (preuve,) = (visite.serveur.donnees / "preuves" / "dack").iterdir()
    assert preuve.read_bytes() == acte.read_bytes()


def test_dack_supprime_son_compte_apres_son_brouillon(visite: Visite):
    visite.reprendre_a("informations")
    compte = MonCompte(visite)
    compte.ouvrir()
    visite.suivre("Supprimer", exact=True)
    visite.est_sur("Supprimer mon compte")
    visite.suivre("Supprimer le brouillon")
    visite.est_sur("Supprimer ce brouillon ?")
    visite.appuyer("Supprimer")
    visite.est_sur("Mes inscriptions")
    compte.ouvrir()
    visite.suivre("Supprimer", exact=True)
    visite.est_sur("Supprimer mon compte")
    sans_faute_d_accessibilite(visite)
    compte.supprimer("Faux-2027!")
    visite.est_sur("Supprimer mon compte")
    assert visite.erreurs == ["Ce n’est pas votre mot de passe actuel"]
    compte.supprimer(MOT_DE_PASSE)
    visite.est_sur("Votre compte est supprimé")
    visite.aller("/compte")
    visite.est_sur("Veuillez vous identifier")
    assert not visite.serveur.lignes("select id from compte where id = 'dack'")


def test_inscrit_dack_ne_peut_plus_supprimer_son_compte(visite: Visite):
    s_inscrire(visite)
    MonCompte(visite).ouvrir()
    expect(visite.page.get_by_role("link", name="Supprimer", exact=True)).to_have_count(0)
    visite.aller("/compte/suppression")
    visite.est_sur("Supprimer mon compte")
    expect(visite.page.get_by_role("main").get_by_role("button")).to_have_count(0)


def test_dack_change_de_mot_de_passe_et_l_autre_appareil_est_deconnecte(visite: Visite, ouvrir: Ouvrir):
    visite.connecter()
    telephone = ouvrir(js=visite.js)
    telephone.connecter()
    visite.aller("/compte/mot-de-passe")
    visite.remplir("Mot de passe actuel", "Faux!12345")
    visite.remplir("Nouveau mot de passe", NOUVEAU_MOT)
    visite.remplir("Confirmation du nouveau mot de passe", NOUVEAU_MOT)
    visite.appuyer("Changer le mot de passe")
    assert visite.erreurs == ["Ce n’est pas votre mot de passe actuel"]
    visite.remplir("Mot de passe actuel", MOT_DE_PASSE)
    visite.remplir("Nouveau mot de passe", NOUVEAU_MOT)
    visite.remplir("Confirmation du nouveau mot de passe", NOUVEAU_MOT)
    visite.appuyer("Changer le mot de passe")
    visite.est_sur("Modifier mes informations")
    expect(MonCompte(visite).principal).to_contain_text("Votre mot de passe est changé")
    visite.serveur.attendre_le_courriel("[CYCLADES] Votre mot de passe a été changé")
    telephone.aller("/compte")
    telephone.est_sur("Veuillez vous identifier")
