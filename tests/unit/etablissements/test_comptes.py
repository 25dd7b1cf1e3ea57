"""Un établissement est déclaré par son académie ; ses personnes sont invitées, et ne voient que lui."""

import re

import pytest

from app.regles.uai import est_un_uai, lettre_de_controle
from tests.instance import BASILE, BELLEVUE, BERTHE, REGINE, VICTOR, VOISIN
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import eleve, importer
from tests.unit.gestion.conftest import connecter_l_agent, donner_le_code
from tests.unit.inscription.conftest import Portail

NEUF = "0310100" + lettre_de_controle("0310100")
SAISIE = {
    "uai": NEUF.lower(),
    "type": "cfa",
    "nom": "Cfa d’exemple",
    "adresse": "1 rue de l’Exemple",
    "code_postal": "31 000",
    "ville": "Toulouse",
    "telephone": "05 62 17 30 00",
}


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def declarer(regine: Navigateur, statut: int = 303, **autres: str) -> None:
    regine.get("/gestion/etablissements")
    regine.envoyer(SAISIE | autres, statut=statut)


def test_un_gestionnaire_declare_et_invite_puis_la_personne_entre(portail: Portail, regine: Navigateur):
    declarer(regine)
    assert regine.page is not None
    assert regine.page.adresse == f"/gestion/etablissements/{NEUF}?avis=declare"
    regine.suivre()
    regine.envoyer({"nom": "Neuve", "prenoms": "Nina", "courriel": "nina@exemple.fr"}, rang=0)
    page = regine.suivre()
    assert "invitation sans réponse" in page.texte
    (mail,) = portail.lignes("SELECT * FROM courriel WHERE destinataire = 'nina@exemple.fr'")
    assert "compte d’établissement" in mail["sujet"]
    lien = re.search(r"http://127.0.0.1:8000(/gestion/invitation/\S+)", mail["texte"])
    assert lien
    nina = portail.navigateur(None)
    accueil = nina.get(lien[1])
    assert accueil.h1 == "Ouvrir mon compte d’établissement"
    actes = [ligne["nature"] for ligne in portail.lignes("SELECT nature FROM registre ORDER BY id")]
    assert actes == ["declarer_un_etablissement", "inviter_une_personne"]
    assert not any("nina" in str(ligne) for ligne in portail.lignes("SELECT detail FROM registre"))


def test_une_personne_d_etablissement_entre_par_son_second_facteur(portail: Portail):
    berthe = portail.navigateur(None)
    connecter_l_agent(berthe, BERTHE)
    page = donner_le_code(berthe, BERTHE.code(portail.horloge.instant))
    assert page.adresse == "/etablissement"
    assert berthe.suivre(statut=303).adresse == f"/etablissement/{BELLEVUE}"
    accueil = berthe.suivre()
    assert "LYC BELLEVUE" in accueil.texte
    assert berthe.get("/aide").lien("Mes élèves") == "/etablissement"


def test_ses_coordonnees_sont_relues_et_corrigees_par_l_etablissement(portail: Portail):
    berthe = portail.navigateur(BERTHE)
    assert "Relisez les coordonnées" in berthe.get(f"/etablissement/{BELLEVUE}").texte
    berthe.get(f"/etablissement/{BELLEVUE}/coordonnees")
    page = berthe.envoyer({"telephone": "12", "adresse": ""}, statut=422)
    assert len(page.erreurs) == 2
    berthe.envoyer({"telephone": "05 62 17 30 01", "adresse": "136 route de Narbonne"})
    assert "Coordonnées enregistrées" in berthe.suivre().texte
    (ligne,) = portail.lignes("SELECT adresse, telephone, verifie_le FROM etablissement WHERE uai = :u", u=BELLEVUE)
    assert (ligne["adresse"], ligne["telephone"]) == ("136 route de Narbonne", "+33562173001")
    assert ligne["verifie_le"]
    (voisin,) = portail.lignes("SELECT adresse, verifie_le FROM etablissement WHERE uai = :u", u=VOISIN)
    assert voisin == {"adresse": "135 ROUTE DE NARBONNE", "verifie_le": None}


def test_une_personne_peut_suivre_plusieurs_etablissements(portail: Portail, regine: Navigateur):
    regine.get(f"/gestion/etablissements/{VOISIN}")
    champs = {"nom": "Secretaire", "prenoms": "Berthe", "courriel": BERTHE.courriel, "jeton_csrf": regine.jeton}
    regine.post(f"/gestion/etablissements/{VOISIN}/personnes", champs)
    assert "avait déjà un compte" in regine.suivre().texte
    assert portail.lignes("SELECT * FROM courriel WHERE nature = 'invitation'") == []
    page = portail.navigateur(BERTHE).get("/etablissement")
    assert [e.texte for e in page.arbre.tous("h2")] == ["LYC BELLEVUE", "LYC VOISIN"]


def test_un_etablissement_a_plusieurs_personnes_et_le_depart_de_l_une_ne_touche_pas_l_autre(
    portail: Portail, regine: Navigateur
):
    regine.get(f"/gestion/etablissements/{BELLEVUE}")
    champs = {"nom": "Voisin", "prenoms": "Victor", "courriel": VICTOR.courriel, "jeton_csrf": regine.jeton}
    regine.post(f"/gestion/etablissements/{BELLEVUE}/personnes", champs)
    berthe, victor = portail.navigateur(BERTHE), portail.navigateur(VICTOR)
    importer(victor, [eleve()])
    assert "DIV1" in berthe.get(f"/etablissement/{BELLEVUE}").texte, "ce que fait l’un, l’autre le voit"
    regine.get(f"/gestion/etablissements/{BELLEVUE}")
    regine.post(f"/gestion/etablissements/{BELLEVUE}/personnes/{VICTOR.id}/retrait")
    victor.get(f"/etablissement/{BELLEVUE}", statut=404)
    assert victor.get(f"/etablissement/{VOISIN}").h1 == "Suivi des inscriptions", "le sien lui reste"
    assert berthe.get(f"/etablissement/{BELLEVUE}").h1 == "Suivi des inscriptions"


def test_retirer_l_acces_ferme_la_session(portail: Portail, regine: Navigateur):
    berthe = portail.navigateur(BERTHE)
    berthe.get(f"/etablissement/{BELLEVUE}")
    regine.get(f"/gestion/etablissements/{BELLEVUE}")
    regine.post(f"/gestion/etablissements/{BELLEVUE}/personnes/berthe/retrait")
    assert berthe.get(f"/etablissement/{BELLEVUE}", statut=303).adresse.startswith("/connexion")


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("uai", "0310100A", "Écrivez les sept chiffres et la lettre de l’UAI"),
        ("uai", "٠٣١٠٠٣٨Y", "Écrivez les sept chiffres et la lettre de l’UAI"),
        ("uai", BELLEVUE, "Cet établissement est déjà déclaré"),
        ("code_postal", "3100", "Écrivez les cinq chiffres du code postal"),
        ("nom", "\0", "Récrivez le nom"),
        ("type", "ecole", "Choisissez le type dans la liste"),
    ],
)
def test_une_saisie_fausse_dit_quoi_faire(regine: Navigateur, champ: str, valeur: str, phrase: str):
    declarer(regine, 422, **{champ: valeur})
    assert regine.page is not None
    assert any(erreur.startswith(phrase) for erreur in regine.page.erreurs)


def test_l_adresse_d_un_candidat_ou_d_un_agent_ne_s_invite_pas(portail: Portail, regine: Navigateur):
    for courriel in ("accrall@exemple.fr", BASILE.courriel):
        regine.get(f"/gestion/etablissements/{BELLEVUE}")
        champs = {"nom": "Autre", "prenoms": "Ana", "courriel": courriel, "jeton_csrf": regine.jeton}
        page = regine.post(f"/gestion/etablissements/{BELLEVUE}/personnes", champs, statut=422)
        assert "Cette adresse a déjà un compte" in page.erreurs[0]


def test_la_lettre_d_un_uai_se_verifie():
    assert est_un_uai("0310038Y")
    assert not any(est_un_uai(faux) for faux in ("0310038Z", "310038Y", "0310038", "", "٠٣١٠٠٣٨Y", "0310038YY"))
