"""Un morceau envoyé à htmx, appliqué à la page, donne la page relue : les deux ne peuvent pas s'éloigner."""

import pytest

from tests.unit.client import Navigateur, Page, assert_fragment_conforme
from tests.unit.inscription.conftest import Portail

ONGLETS = ("identification", "informations", "qualification", "acquis", "epreuves")
PROPRES_A_LA_PAGE = ("page", "revision")
"""La page rendue s'y reconnaît : deux rendus n'ont jamais les mêmes."""


def conforme(avant: Page, fragment: Page, apres: Page, cible: str, *, dehors: bool = False) -> None:
    for page in (avant, fragment, apres):
        for champ in page.arbre.tous("input"):
            if champ["name"] in PROPRES_A_LA_PAGE:
                champ.attributs["value"] = ""
    assert_fragment_conforme(avant, fragment, apres, cible=cible, dehors=dehors)


@pytest.mark.parametrize("onglet", ONGLETS)
def test_actualiser_rend_les_questions_de_la_page_relue(portail: Portail, onglet: str):
    adresse = portail.partir_de(onglet, entame=ENTAMES.get(onglet))
    navigateur = portail.navigateur()
    avant = navigateur.get(adresse)
    fragment = navigateur.envoyer(CHANGEMENTS[onglet] | {"intention": "actualiser"}, htmx=True, statut=200)
    conforme(avant, fragment, navigateur.get(adresse), "questions", dehors=True)


ENTAMES = {"acquis": {"familles": ["AUTRE_DIPLOME"]}}
CHANGEMENTS: dict[str, dict[str, str]] = {
    "identification": {"code_postal": "31000", "voie": "15 voie verte"},
    "informations": {"categorie": "INDIVIDUEL_SALARIE"},
    "qualification": {"forme_passage": "globale"},
    "acquis": {"titres-AUTRE_DIPLOME": "CAP_AUTRE", "titres-AUTRE_DIPLOME.pose": "1"},
    "epreuves": {"option-EP2A": "MGM"},
}


def test_les_communes_d_un_code_postal_sont_celles_de_la_page_relue(portail: Portail):
    adresse = portail.partir_de("identification", entame={"code_postal": "31000"})
    navigateur = portail.navigateur()
    avant = navigateur.get(adresse)
    fragment = navigateur.envoyer({"intention": "localite"}, htmx=True, statut=200)
    assert len(fragment.html) < 3000
    conforme(avant, fragment, navigateur.get(adresse), "localite-champ", dehors=True)


@pytest.mark.parametrize("onglet", ONGLETS)
def test_garder_le_brouillon_ne_change_que_la_phrase(portail: Portail, onglet: str):
    adresse = portail.partir_de(onglet)
    navigateur = portail.navigateur()
    avant = navigateur.get(adresse)
    portail.horloge.avancer(minutes=7)
    fragment = navigateur.envoyer({"intention": "brouillon"}, htmx=True, statut=200)
    assert "14\u00a0h\u00a009" in fragment.texte
    assert not list(fragment.arbre.tous("select", "fieldset"))
    apres = navigateur.get(adresse)
    assert avant.element("formulaire-onglet").forme() != ""
    assert apres.element("etat").forme() == sans_hors_bande(fragment, "etat")


def sans_hors_bande(fragment: Page, identifiant: str) -> object:
    element = fragment.element(identifiant)
    element.attributs.pop("hx-swap-oob", None)
    return element.forme()


@pytest.mark.parametrize("onglet", ONGLETS)
def test_les_erreurs_sont_les_memes_en_morceau_et_en_page(portail: Portail, onglet: str):
    adresse = portail.partir_de(onglet, entame=FAUTIFS.get(onglet))
    navigateur = portail.navigateur()
    avant = navigateur.get(adresse)
    fragment = navigateur.envoyer(bouton="Suivant", htmx=True, statut=422)
    navigateur.get(adresse)
    page = navigateur.envoyer(bouton="Suivant", statut=422)
    assert fragment.erreurs == page.erreurs != []
    conforme(avant, fragment, page, "contenu")


FAUTIFS = {"acquis": {"familles": ["AUTRE_DIPLOME"], "acquis": [{"code": "CAP_AUTRE"}]}}


def test_l_onglet_suivant_est_le_meme_en_morceau_et_en_page(portail: Portail):
    adresse = portail.partir_de("recapitulatif").replace("recapitulatif", "identification")
    navigateur = portail.navigateur()
    for onglet in ONGLETS[:-1]:
        avant = navigateur.get(adresse)
        assert_suite(navigateur, avant)
        adresse = navigateur.page.reponse.url.path if navigateur.page else ""
        assert onglet not in adresse


def assert_suite(navigateur: Navigateur, avant: Page) -> None:
    redirection = navigateur.envoyer(bouton="Suivant", htmx=True)
    fragment = navigateur.get(redirection.adresse, htmx=True)
    conforme(avant, fragment, navigateur.get(redirection.adresse), "contenu")


def test_le_numero_recu_est_le_meme_en_morceau_et_en_page(portail: Portail):
    """Le bandeau du dossier, hors du contenu, montre lui aussi le numéro qui vient d'être donné."""
    adresse = portail.partir_de("recapitulatif")
    navigateur = portail.navigateur()
    avant = navigateur.get(adresse)
    redirection = navigateur.envoyer(bouton="Enregistrer", htmx=True)
    fragment = navigateur.get(redirection.adresse, htmx=True)
    conforme(avant, fragment, navigateur.get(redirection.adresse), "contenu")


def test_la_recherche_de_specialite_est_la_meme_en_morceau_et_en_page(portail: Portail):
    adresse = portail.partir_de("qualification")
    navigateur = portail.navigateur()
    avant = navigateur.get(adresse)
    avant.element("recherche").attributs["value"] = "petite enfance"
    fragment = navigateur.get(f"{portail.adresse}/specialites?recherche=petite+enfance", htmx=True)
    page = navigateur.get(f"{adresse}?recherche=petite+enfance")
    conforme(avant, fragment, page, "specialites", dehors=True)
