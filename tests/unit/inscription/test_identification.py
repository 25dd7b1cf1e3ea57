"""Onglet 1 : les longues listes ne viennent qu'à la demande, et la localité s'écrit comme on la dit."""

import pytest

from tests.unit.client import Page
from tests.unit.inscription.conftest import Portail


def codes(page: Page, champ: str) -> list[str]:
    return [option["value"] for option in page.element(champ).tous("option")]


def test_un_etranger_deplie_la_liste_et_y_choisit_sa_nationalite(portail: Portail):
    adresse = portail.partir_de("identification")
    navigateur = portail.navigateur()
    assert codes(navigateur.get(adresse), "nationalite") == ["", "FR", "autres"]
    navigateur.envoyer({"nationalite": "autres", "voie": "3 rue du Moulin"}, bouton="Mettre à jour la page", statut=303)
    page = navigateur.suivre()
    assert "BE" in codes(page, "nationalite")
    assert page.element("voie")["value"] == "3 rue du Moulin"
    assert codes(page, "pays_adresse") == ["", "FR", "autres"]
    refus = navigateur.envoyer(bouton="Suivant", statut=422)
    assert "Choisissez votre nationalité dans la liste" in refus.erreurs
    navigateur.envoyer({"nationalite": "BE"}, bouton="Mettre à jour la page", statut=303)
    assert portail.brouillon["nationalite"] == "BE"
    (choisie,) = [o for o in navigateur.suivre().element("nationalite").tous("option") if "selected" in o.attributs]
    assert choisie["value"] == "BE"


def test_demander_la_liste_puis_partir_n_efface_pas_la_reponse_et_ne_laisse_pas_passer(portail: Portail):
    adresse = portail.partir_de("qualification").replace("qualification", "identification")
    navigateur = portail.navigateur()
    navigateur.get(adresse)
    navigateur.envoyer({"nationalite": "autres"}, bouton="Suivant", statut=422)
    assert portail.brouillon["nationalite"] == "FR"
    navigateur.get(adresse)
    navigateur.envoyer({"nationalite": "FR"}, bouton="Suivant", statut=303)
    assert "identification" not in portail.brouillon.get("saisies", {})


@pytest.mark.parametrize("ecrite", ["TOULOUSE", "Toulouse", " toulouse "])
def test_une_localite_ecrite_sans_attendre_la_liste_est_comprise(portail: Portail, ecrite: str):
    adresse = portail.partir_de("identification")
    navigateur = portail.navigateur()
    navigateur.get(adresse)
    navigateur.envoyer({"code_postal": "31000", "localite": ecrite}, bouton="Suivant", statut=422)
    assert portail.brouillon["localite"] == "TOULOUSE"


def test_une_localite_d_un_autre_code_postal_est_refusee(portail: Portail):
    adresse = portail.partir_de("identification")
    navigateur = portail.navigateur()
    navigateur.get(adresse)
    page = navigateur.envoyer({"code_postal": "31000", "localite": "Bordeaux"}, bouton="Suivant", statut=422)
    assert "Choisissez votre localité dans la liste" in page.erreurs
    assert portail.brouillon.get("localite") in (None, "")


def test_un_seul_examen_et_une_seule_session_sont_choisis_d_avance(portail: Portail):
    navigateur = portail.navigateur()
    page = navigateur.get("/inscriptions/nouvelle")
    assert "CAP, juin 2027" in page.texte
    assert "revenir" not in page.texte
    navigateur.get(page.lien("ACADÉMIE DE TOULOUSE"))
    navigateur.envoyer(bouton="Valider", statut=303)
    assert navigateur.suivre().titre.startswith("Identification")


def test_une_categorie_fermee_dit_pourquoi_et_ne_se_choisit_pas(portail: Portail):
    adresse = portail.partir_de("informations")
    navigateur = portail.navigateur()
    page = navigateur.get(adresse)
    assert "SCOLAIRE" not in codes(page, "categorie")
    assert "Catégories absentes de la liste\u00a0: pourquoi" in page.texte
    assert page.texte.count("C’est votre établissement qui vous inscrit") == 1
    refus = navigateur.envoyer({"categorie": "SCOLAIRE"}, bouton="Suivant", statut=422)
    assert "Choisissez votre catégorie dans la liste" in refus.erreurs
