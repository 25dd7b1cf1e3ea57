"""Un nouveau venu, de la page d'accueil à sa confirmation, avec rien d'autre que le portail et sa boîte aux lettres."""

import io
import re

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import (
    MOT_DE_PASSE,
    Accueil,
    Attente,
    Connexion,
    Creation,
    code_du,
    lien_du,
    se_deconnecter,
    texte_du,
)
from tests.e2e.pages.inscriptions import MesInscriptions
from tests.e2e.pages.onglets import Numero
from tests.e2e.pages.visite import Visite
from tests.e2e.parcours.scenario import jusqu_au_recapitulatif

COURRIEL = "dack.nouveau@exemple.fr"


def remplir(creation: Creation) -> Attente:
    creation.remplir(nom="Accrall", prenoms="Dack", naissance="28/11/2004", courriel=COURRIEL)
    creation.ne_a("014 - Calvados", "may sur o", "MAY-SUR-ORNE")
    return creation.valider()


def test_de_l_accueil_a_la_confirmation(visite: Visite):
    accueil = Accueil(visite)
    accueil.ouvrir()
    attente = remplir(accueil.creer_un_compte())
    mail = visite.serveur.attendre_le_courriel("[CYCLADES] Activer mon compte")
    attente.activer_par_lien(lien_du(mail))

    Connexion(visite).entrer(COURRIEL, MOT_DE_PASSE)
    nouvelle = MesInscriptions(visite).s_inscrire()
    nouvelle.choisir("TOULOUSE")
    nouvelle.valider()
    recapitulatif = jusqu_au_recapitulatif(visite)
    expect(recapitulatif.valeur("Commune de naissance")).to_have_text("MAY-SUR-ORNE")
    numero = recapitulatif.enregistrer()
    expect(numero.numero_inscription).to_have_text("001")
    expect(numero.numero_candidat).to_have_text(re.compile(r"^\d{11}$"))

    numero_candidat = numero.numero_candidat.inner_text()
    code = lire_la_confirmation(visite, numero)
    mail = visite.serveur.attendre_le_courriel("[CYCLADES] Votre inscription 001 est enregistrée")
    assert mail["To"] == COURRIEL
    assert numero_candidat in texte_du(mail)
    verifier(visite, code)
    MesInscriptions(visite).ouvrir()
    se_deconnecter(visite)
    visite.aller("/inscriptions")
    visite.est_sur("Veuillez vous identifier")


def lire_la_confirmation(visite: Visite, numero: Numero) -> str:
    """Le PDF et sa page jumelle disent le même numéro et le même code. Rend le code."""
    pdf = numero.telecharger_la_confirmation()
    texte = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert numero.numero_candidat.inner_text() in texte
    visite.suivre("lire en page web")
    visite.est_sur("Confirmation d’inscription")
    code = visite.page.get_by_text("Code :").inner_text().split()[2]
    assert code in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return code


def verifier(visite: Visite, code: str) -> None:
    """N'importe qui peut vérifier un document, sans y lire de donnée personnelle."""
    visite.aller("/verifier")
    visite.remplir("Code de vérification", code)
    visite.appuyer("Vérifier")
    expect(visite.page.get_by_role("main")).to_contain_text("D. A.")
    expect(visite.page.get_by_role("main")).not_to_contain_text("ACCRALL")


def test_le_code_a_six_chiffres_active_le_compte_quand_le_mail_est_lu_ailleurs(visite: Visite):
    accueil = Accueil(visite)
    accueil.ouvrir()
    attente = remplir(accueil.creer_un_compte())
    mail = visite.serveur.attendre_le_courriel("Activer mon compte")
    attente.activer_par_code(code_du(mail))
    Connexion(visite).entrer(COURRIEL, MOT_DE_PASSE)


def test_le_lien_du_mail_s_ouvre_sur_un_autre_appareil(visite: Visite, ouvrir: Ouvrir):
    accueil = Accueil(visite)
    accueil.ouvrir()
    remplir(accueil.creer_un_compte())
    mail = visite.serveur.attendre_le_courriel("Activer mon compte")
    Attente(ouvrir(js=visite.js)).activer_par_lien(lien_du(mail))
    visite.page.reload()
    visite.est_sur("Votre compte est activé")
