"""Au guichet : un compte, une candidature, les mêmes onglets remplis par un agent, et rien d'autre du candidat."""

from datetime import date
from typing import Any

import pytest

from app.inscription.onglets import ONGLETS
from tests.depart import reponses
from tests.instance import BASILE, CHARLIE, DACK, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.personnel import inscrire
from tests.unit.inscription.conftest import Portail

GUICHET = "/gestion/guichet"
VENUE = {
    "civilite": "MME",
    "nom_famille": "guichetière",
    "prenoms": "Ana",
    "date_naissance": "12/04/1994",
    "pays_naissance": "BE",
    "ville_naissance": "Namur",
    "courriel": "ana@exemple.fr",
    "intention": "inscrire",
}


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def recevoir(regine: Navigateur, *, statut: int = 303, **autres: Any) -> Page:
    regine.get(GUICHET)
    regine.envoyer({"pays_naissance": "BE", "intention": "actualiser"}, statut=422)
    return regine.envoyer(VENUE | autres, statut=statut)


def test_un_compte_s_ouvre_et_l_agent_est_devant_le_premier_onglet(portail: Portail, regine: Navigateur):
    recevoir(regine)
    page = regine.suivre()
    assert "Identification" in page.h1
    assert "Au guichet : vous remplissez l’inscription de Ana GUICHETIÈRE" in page.texte.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    (qui,) = portail.lignes("SELECT * FROM compte WHERE courriel = 'ana@exemple.fr'")
    assert (qui["mot_de_passe"], bool(qui["active_le"])) == ("!", True)
    (mail,) = portail.lignes("SELECT * FROM courriel WHERE nature = 'guichet'")
    assert "/compte/mot-de-passe/" in mail["texte"]
    (fait,) = portail.lignes("SELECT * FROM evenement WHERE nature = 'ouverte_au_guichet'")
    assert fait["compte_id"] == "regine"
    assert [ligne["nature"] for ligne in portail.lignes("SELECT nature FROM registre")] == ["ouvrir_au_guichet"]
    dossier = regine.get(page.lien("Revenir au dossier"))
    assert dossier.h1 == "GUICHETIÈRE Ana"
    assert "Inscription commencée par le service des examens, au guichet" in dossier.texte


def test_le_lien_du_mail_donne_un_mot_de_passe(portail: Portail, regine: Navigateur):
    recevoir(regine)
    (mail,) = portail.lignes("SELECT texte FROM courriel WHERE nature = 'guichet'")
    lien = next(mot for mot in mail["texte"].split() if "/compte/mot-de-passe/" in mot)
    portail.horloge.avancer(hours=47)
    chez_elle = portail.navigateur(None)
    chez_elle.get(lien.removeprefix("http://127.0.0.1:8000"))
    chez_elle.envoyer({"mot_de_passe": "Choisi-2027!", "mot_de_passe_confirmation": "Choisi-2027!"})
    assert portail.lignes("SELECT id FROM compte WHERE courriel = 'ana@exemple.fr' AND mot_de_passe != '!'")


def test_sans_adresse_mail_les_mails_vont_au_service(portail: Portail, regine: Navigateur):
    recevoir(regine, courriel="")
    (qui,) = portail.lignes("SELECT * FROM compte WHERE identifiant LIKE 'guichet-%'")
    assert qui["courriel"] == "cap@toulouse.exemple.fr"
    assert portail.lignes("SELECT id FROM courriel") == []
    assert "cap@toulouse.exemple.fr" in str(regine.suivre().element("courriel").attributs)


def test_l_agent_enregistre_pour_le_candidat_et_cela_se_dit(portail: Portail, regine: Navigateur):
    portail.poser(reponses("recapitulatif"))
    regine.get(f"/gestion/candidatures/{portail.candidature}")
    regine.post(f"/gestion/candidatures/{portail.candidature}/guichet")
    regine.get(f"{portail.adresse}/onglets/recapitulatif")
    regine.envoyer(bouton="Enregistrer")
    page = regine.suivre()
    assert "001" in page.texte
    (fait,) = portail.lignes("SELECT * FROM evenement WHERE nature LIKE 'enregistree%'")
    assert (fait["nature"], fait["compte_id"]) == ("enregistree_au_guichet", "regine")
    natures = [
        ligne["nature"]
        for ligne in portail.lignes("SELECT nature FROM registre WHERE nature NOT LIKE 'lire%' ORDER BY id")
    ]
    assert natures == ["reprendre_au_guichet", "enregistrer_au_guichet"]
    dack = portail.navigateur(DACK)
    assert "par le service des examens, au guichet" in dack.get(f"{portail.adresse}/historique").texte


def test_au_guichet_aucun_lien_ne_mene_a_une_page_fermee(portail: Portail, regine: Navigateur):
    """Jusqu'au dernier onglet, dont la confirmation s'ouvre par la route de l'agent."""
    portail.poser(reponses("recapitulatif"))
    regine.get(f"/gestion/candidatures/{portail.candidature}")
    regine.post(f"/gestion/candidatures/{portail.candidature}/guichet")
    liens: dict[str, str] = {}
    pages = [f"{portail.adresse}/onglets/{onglet.slug}" for onglet in ONGLETS]
    for chemin in (*pages[:-1], f"{portail.adresse}/apercu"):
        liens |= {lien: chemin for lien in _liens(regine.get(chemin))}
    regine.get(pages[-2])
    regine.envoyer(bouton="Enregistrer")
    for chemin in (pages[-1], f"{portail.adresse}/reprise", pages[-2]):
        page = regine.get(chemin, statut=303 if chemin.endswith("reprise") else 200)
        liens |= {lien: chemin for lien in _liens(regine.suivre() if chemin.endswith("reprise") else page)}
    portail.poser(reponses("recapitulatif", voie="16 voie verte"))
    liens |= {lien: "modifié" for lien in _liens(regine.get(pages[-2]))}
    statuts = {lien: regine.client.get(lien, follow_redirects=False).status_code for lien in liens}
    assert {lien: (statuts[lien], liens[lien]) for lien in liens if statuts[lien] == 404} == {}
    pdf = regine.client.get(next(lien for lien in liens if "/gestion/" in lien and "/documents/" in lien))
    assert pdf.content.startswith(b"%PDF-")


def _liens(page: Page) -> set[str]:
    return {a["href"].partition("#")[0] for a in page.arbre.tous("a") if a["href"].startswith("/")}


def test_le_passage_n_ouvre_que_les_onglets_de_ce_dossier(portail: Portail, regine: Navigateur):
    portail.poser(reponses("recapitulatif"))
    autre = inscrire(portail, "AUTRE", "Zoé")
    regine.get(f"/gestion/candidatures/{portail.candidature}")
    regine.post(f"/gestion/candidatures/{portail.candidature}/guichet")
    regine.get(f"{portail.adresse}/onglets/identification")
    for chemin in (
        f"/candidatures/{autre}/onglets/identification",
        f"{portail.adresse}/documents",
        f"{portail.adresse}/pieces",
        f"{portail.adresse}/desinscription",
        f"{portail.adresse}/suppression",
        f"{portail.adresse}/historique",
        "/compte",
        "/inscriptions",
        "/mes-donnees",
    ):
        regine.get(chemin, statut=404)
    portail.navigateur(HENRI).get(f"{portail.adresse}/onglets/identification", statut=404)
    assert regine.get("/gestion").h1 == "Accueil"
    portail.horloge.avancer(hours=2, minutes=1)
    neuve = portail.navigateur(REGINE)
    neuve.get(f"{portail.adresse}/onglets/identification", statut=404)


def test_le_passage_finit_au_bout_de_deux_heures_et_a_la_deconnexion(portail: Portail, regine: Navigateur):
    portail.poser(reponses("recapitulatif"))
    regine.get("/gestion")
    regine.post(f"/gestion/candidatures/{portail.candidature}/guichet")
    for _ in range(5):
        portail.horloge.avancer(minutes=25)
        regine.get("/gestion")
    regine.get(f"{portail.adresse}/onglets/identification", statut=404)
    regine.post(f"/gestion/candidatures/{portail.candidature}/guichet")
    regine.get(f"{portail.adresse}/onglets/identification")
    regine.post("/deconnexion")
    assert portail.lignes("SELECT * FROM passage_au_guichet") == []


@pytest.mark.parametrize("qui", [BASILE, LUCIE])
def test_le_guichet_d_ailleurs_ou_d_un_lecteur_n_existe_pas(portail: Portail, qui: Any):
    portail.poser(reponses("recapitulatif"))
    agent = portail.navigateur(qui)
    agent.get("/gestion")
    agent.post(f"/gestion/candidatures/{portail.candidature}/guichet", statut=404)
    agent.get(f"{portail.adresse}/onglets/identification", statut=404)


def test_service_ferme_rien_ne_s_ouvre(portail: Portail):
    portail.poser(reponses("recapitulatif"))
    portail.horloge.avancer(days=40)
    regine = portail.navigateur(REGINE)
    assert "Aucun service n’est ouvert" in regine.get(GUICHET).texte
    regine.post(f"/gestion/candidatures/{portail.candidature}/guichet")
    assert "Le service d’inscription est fermé" in regine.suivre().texte
    regine.get(f"{portail.adresse}/onglets/identification", statut=404)


def test_l_adresse_d_une_autre_personne_est_refusee_la_sienne_reprise(portail: Portail, regine: Navigateur):
    page = recevoir(regine, courriel=CHARLIE.courriel, statut=422)
    assert "compte d’une autre personne" in page.erreurs[0]
    assert page.element("prenoms")["value"] == "Ana"
    charlie: dict[str, Any] = {
        "courriel": CHARLIE.courriel,
        "nom_famille": "étranger",
        "date_naissance": f"{CHARLIE.naissance:%d/%m/%Y}",
    }
    assert CHARLIE.naissance == date(1998, 5, 30)
    recevoir(regine, **charlie)
    (candidature,) = portail.lignes("SELECT compte_id FROM candidature")
    assert candidature["compte_id"] == CHARLIE.id
    page = recevoir(regine, **charlie, statut=422)
    assert "s’inscrit déjà à cette session" in page.erreurs[0]


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"nom_famille": ""}, "Renseignez le nom de famille"),
        ({"date_naissance": "31/02/1994"}, "date de naissance"),
        ({"courriel": "pas une adresse"}, "adresse mail"),
        ({"periode": "zz"}, "Choisissez l’inscription dans la liste"),
        ({"prenoms": "<b>"}, "Écrivez les prénoms en lettres"),
    ],
)
def test_une_venue_mal_remplie_garde_ce_qui_est_tape(regine: Navigateur, champs: dict[str, Any], erreur: str):
    page = recevoir(regine, **champs, statut=422)
    assert erreur in " ".join(page.erreurs)
    assert page.element("ville_naissance")["value"] == "Namur"


def test_un_service_d_une_autre_academie_n_est_pas_propose(portail: Portail, regine: Navigateur):
    (creteil,) = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = '24'")
    page = recevoir(regine, periode=creteil["id"], statut=422)
    assert "Choisissez l’inscription dans la liste" in page.erreurs[0]
    assert portail.lignes("SELECT id FROM candidature") == []
