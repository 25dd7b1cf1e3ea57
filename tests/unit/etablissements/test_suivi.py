"""Le suivi d'une division, et l'élève qui complète : de « jamais connecté » à « fait »."""

import json

import pytest

from tests.depart import ouvrir_une_session
from tests.instance import BASILE, BELLEVUE, BERTHE, DACK, REGINE, VICTOR, VOISIN
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import chiffres, eleve, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.etablissements.test_papillons import ZOE, choisir, connecter
from tests.unit.inscription.conftest import Portail

SUIVI = f"/etablissement/{BELLEVUE}"


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    navigateur = portail.navigateur(BERTHE)
    importer(navigateur, [eleve(), ZOE | {"Adresse mail": "zoe@exemple.fr"}])
    return navigateur


@pytest.fixture
def acculi(portail: Portail, berthe: Navigateur) -> Navigateur:
    (mot,) = mots_de_passe(imprimer(berthe, division="DIV1")).values()
    navigateur, _ = connecter(portail, "acculi.accame", mot)
    choisir(navigateur, courriel="acculi@exemple.fr")
    return navigateur


def candidature(portail: Portail) -> str:
    (ligne,) = portail.lignes("SELECT candidature_id FROM eleve WHERE division = 'DIV1'")
    return str(ligne["candidature_id"])


def completer(acculi: Navigateur, candidature_id: str) -> None:
    """Les sept onglets, comme au guide : « Suivant » jusqu'au récapitulatif."""
    base = f"/candidatures/{candidature_id}/onglets"
    acculi.get(f"{base}/identification")
    acculi.envoyer(
        {
            "nationalite": "FR",
            "voie": "1 rue de l’Exemple",
            "code_postal": "31000",
            "localite": "TOULOUSE",
            "telephone_mobile": "06 06 06 06 06",
        },
        bouton="Suivant",
    )
    acculi.suivre()
    non = dict.fromkeys(("amenagement_duree", "amenagement_epreuves", "accord_presse", "accord_collectivites"), "non")
    acculi.envoyer(non, bouton="Suivant")
    for _ in range(4):
        if acculi.suivre().h1 == "Récapitulatif":
            return
        acculi.envoyer(premieres_reponses(acculi), bouton="Suivant")
    raise AssertionError("le récapitulatif ne vient pas")


def premieres_reponses(navigateur: Navigateur) -> dict[str, str]:
    """La première réponse de chaque liste et de chaque groupe de boutons ; « Non » à une question."""
    assert navigateur.page is not None
    reponses: dict[str, str] = {}
    for champ in navigateur.page.formulaires[0].tous("select", "input"):
        if champ.nom == "select":
            reponses[champ["name"]] = next((o["value"] for o in champ.tous("option") if o["value"]), "")
        elif champ["type"] == "radio" and (champ["name"] not in reponses or champ["value"] == "non"):
            reponses[champ["name"]] = champ["value"]
    return reponses


def test_acculi_consulte_modifie_complete_et_devient_inscrite(portail: Portail, berthe: Navigateur, acculi: Navigateur):
    page = acculi.get("/inscriptions")
    assert "LYC BELLEVUE-TOULOUSE (0310038Y)" in page.texte
    assert "Accompagnant éducatif petite enfance" in page.texte
    assert "N°\xa0001" in page.texte
    id_ = candidature(portail)
    page = acculi.get(acculi.get(f"/candidatures/{id_}/reprise", statut=303).adresse)
    assert page.h1 == "Récapitulatif"
    assert "Modifier" in page.texte
    assert page.lien("Modifier").endswith("/identification")
    completer(acculi, id_)
    assert acculi.page is not None
    assert acculi.page.h1 == "Récapitulatif"
    acculi.envoyer({}, bouton="Enregistrer")
    acculi.suivre()
    (ligne,) = portail.lignes("SELECT etat, version, numero_inscription FROM candidature WHERE id = :id", id=id_)
    assert ligne == {"etat": "inscrit", "version": 1, "numero_inscription": "001"}
    mails = portail.lignes("SELECT destinataire FROM courriel WHERE nature = 'enregistrement'")
    assert [m["destinataire"] for m in mails] == ["acculi@exemple.fr"]


def test_ce_que_l_etablissement_pose_se_lit_et_ne_se_change_pas(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    id_ = candidature(portail)
    page = acculi.get(f"/candidatures/{id_}/onglets/identification")
    assert "État civil posé par LYC BELLEVUE-TOULOUSE (0310038Y)" in page.texte
    assert "Modifier mon compte, avant d’enregistrer" not in page.texte, "il y est figé : c’est à l’établissement"
    completer(acculi, id_)
    assert acculi.page is not None
    assert "dites-lui l’erreur avant d’enregistrer" in acculi.page.texte
    page = acculi.get(f"/candidatures/{id_}/onglets/informations")
    assert "Posé par LYC BELLEVUE-TOULOUSE (0310038Y)" in page.texte
    assert {c["name"] for c in page.arbre.tous("select", "input")} & {"categorie", "etablissement"} == set()
    acculi.envoyer({"categorie": "INDIVIDUEL_SALARIE", "etablissement": "INDIV-16"}, bouton="Suivant")
    page = acculi.get(f"/candidatures/{id_}/onglets/qualification")
    assert "Posé par" in page.texte
    acculi.envoyer({"specialite": "50024127"}, bouton="Suivant")
    (ligne,) = portail.lignes("SELECT brouillon FROM candidature WHERE id = :id", id=id_)
    brouillon = json.loads(ligne["brouillon"])
    poses = (brouillon["categorie"], brouillon["etablissement"], brouillon["specialite"])
    assert poses == ("SCOLAIRE", BELLEVUE, "50033205")


def test_un_scolaire_ne_se_desinscrit_pas(portail: Portail, berthe: Navigateur, acculi: Navigateur):
    id_ = candidature(portail)
    completer(acculi, id_)
    acculi.envoyer({}, bouton="Enregistrer")
    assert "Me désinscrire" not in acculi.get("/inscriptions").texte
    acculi.get("/inscriptions")
    acculi.post(f"/candidatures/{id_}/desinscription", statut=422)
    assert portail.lignes("SELECT etat FROM candidature WHERE id = :id", id=id_) == [{"etat": "inscrit"}]


def test_une_correction_de_l_etablissement_se_voit_chez_l_eleve(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    completer(acculi, candidature(portail))
    importer(berthe, [eleve(specialite="Cuisine"), ZOE])
    page = acculi.get("/inscriptions")
    assert "Cuisine" in page.texte
    (ligne,) = portail.lignes("SELECT brouillon FROM candidature WHERE id = :id", id=candidature(portail))
    assert json.loads(ligne["brouillon"])["voie"] == "1 rue de l’Exemple", "ses réponses restent"


def test_une_fois_enregistre_l_etat_civil_ne_change_plus_par_un_import(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    from tests.unit.etablissements.fichiers import en_csv, erreurs_de, essayer

    completer(acculi, candidature(portail))
    acculi.envoyer({}, bouton="Enregistrer")
    page = essayer(berthe, en_csv([eleve(nom_famille="Autre"), ZOE]))
    assert [e[:2] for e in erreurs_de(page)] == [("Ligne 2", "Nom de famille")]
    assert "seul le service des examens" in page.texte


def test_le_suivi_compte_chaque_etat_par_division(portail: Portail, berthe: Navigateur, acculi: Navigateur):
    attendu = {"Élèves": 2, "Jamais connecté": 1, "À compléter": 1, "Pièces manquantes": 0, "Fait": 0}
    assert chiffres(berthe.get(SUIVI)) == attendu
    completer(acculi, candidature(portail))
    acculi.envoyer({}, bouton="Enregistrer")
    compte = chiffres(berthe.get(SUIVI))
    assert (compte["À compléter"], compte["Pièces manquantes"] + compte["Fait"]) == (0, 1)
    page = berthe.get(f"{SUIVI}/eleves?division=DIV2")
    assert "BELLIN Zoé" in page.texte
    assert "ACCAME" not in page.element("contenu").texte
    assert "CAP, juin 2027. Liste du 10/11/2026" in page.texte.replace("\xa0", " "), "imprimée, elle dit sa date"
    assert "Aucun élève ici" in berthe.get(f"{SUIVI}/eleves?division=DIV2&etat=fait").texte
    assert berthe.get(f"{SUIVI}/eleves?etat=%00&division=%F0%9F").h1


def test_relancer_ecrit_a_ceux_qui_ont_une_adresse_un_mail_par_jour(portail: Portail, berthe: Navigateur):
    for attendu in (1, 0):
        berthe.get(SUIVI)
        berthe.post(f"{SUIVI}/relances", {"division": ""})
        assert f"{attendu} élève{'s' if attendu > 1 else ''} relancé" in berthe.suivre().texte
    (mail,) = portail.lignes("SELECT * FROM courriel WHERE nature = 'relancee_par_l_etablissement'")
    assert mail["destinataire"] == "zoe@exemple.fr"
    assert "LYC BELLEVUE vous a inscrit" in mail["texte"]
    assert "{{" not in mail["html"]
    assert "Votre établissement, par le portail Cyclades" in mail["html"]
    assert "Service Gestionnaire" not in mail["html"], "c’est l’établissement qui écrit"
    portail.horloge.avancer(days=1)
    berthe = portail.navigateur(BERTHE)
    berthe.get(SUIVI)
    berthe.post(f"{SUIVI}/relances", {"division": "DIV2"})
    assert len(portail.lignes("SELECT * FROM courriel WHERE nature = 'relancee_par_l_etablissement'")) == 2


def test_le_voisin_ne_voit_aucun_eleve(portail: Portail, berthe: Navigateur):
    victor = portail.navigateur(VICTOR)
    for page in ("", "/eleves", "/papillons", "/import"):
        texte = victor.get(f"/etablissement/{VOISIN}{page}").texte
        assert "ACCAME" not in texte
        assert "DIV1" not in texte


def test_un_eleve_parti_garde_son_compte_par_l_acte_d_un_gestionnaire(
    portail: Portail, berthe: Navigateur, acculi: Navigateur
):
    importer(berthe, [ZOE], retirer=True)
    assert "Vous n’avez aucune candidature active" in acculi.get("/inscriptions").texte
    regine = portail.navigateur(REGINE)
    page = regine.get(f"/gestion/etablissements/{BELLEVUE}")
    assert "ACCAME Acculi" in page.texte
    adresse = f"/gestion/etablissements/{BELLEVUE}/eleves/{candidature(portail)}/compte"
    basile = portail.navigateur(BASILE)
    basile.get("/gestion")
    basile.post(adresse, statut=404)
    regine.post(adresse)
    assert "garde son compte comme candidat individuel" in regine.suivre().texte
    (acte,) = portail.lignes("SELECT * FROM registre WHERE nature = 'rendre_un_compte_d_eleve'")
    assert (acte["acteur"], acte["detail"]) == ("regine", BELLEVUE)
    (periode,) = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = '16'")
    acculi.get("/inscriptions/nouvelle")
    assert acculi.post("/inscriptions/nouvelle", {"periode": periode["id"]}).adresse.endswith("/identification")


def test_un_candidat_ordinaire_n_a_pas_de_premiere_connexion(portail: Portail):
    ouvrir_une_session(portail.donnees, DACK)
    dack = portail.navigateur(DACK)
    assert dack.get("/compte/premiere-connexion", statut=303).adresse == "/inscriptions"
