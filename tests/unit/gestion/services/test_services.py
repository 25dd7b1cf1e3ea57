"""Les services d'inscription : ouvrir, modifier, prolonger, fermer, et ce que les candidats en voient."""

from typing import Any

import pytest

from tests.depart import reponses
from tests.instance import ADA, BASILE, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.conftest import portail
from tests.unit.inscription.conftest import Portail

__all__ = ["portail"]

DATES = {
    "ouvre_jour": "01/09/2027",
    "ouvre_heure": "9 h",
    "ferme_jour": "30/11/2027",
    "ferme_heure": "18 h",
    "depot_ouvre_jour": "01/09/2027",
    "depot_ouvre_heure": "9 h",
    "depot_ferme_jour": "15/12/2027",
    "depot_ferme_heure": "18 h",
}
CONTACT = {"service": "Division des examens", "courriel": "cap@exemple.fr", "regime_confirmation": "papier"}


def periode(portail: Portail, academie: str = "16") -> str:
    lignes = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = :a ORDER BY ferme_le", a=academie)
    return str(lignes[0]["id"])


def service(portail: Portail, academie: str = "16") -> str:
    return f"/gestion/services/{periode(portail, academie)}"


def registre(portail: Portail) -> list[tuple[str, str, str, str]]:
    lignes = portail.lignes("SELECT acteur, nature, academie_code, detail FROM registre ORDER BY id")
    return [(ligne["acteur"], ligne["nature"], ligne["academie_code"], ligne["detail"]) for ligne in lignes]


def dit(page: Page) -> str:
    return " ".join(page.texte.replace("\xa0", " ").split())


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def prolonger(navigateur: Navigateur, adresse: str, statut: int = 303, **champs: str) -> Page:
    navigateur.get(f"{adresse}/prolongation")
    valeurs = {
        "ferme_jour": "07/12/2026",
        "ferme_heure": "18 h",
        "depot_ferme_jour": "31/12/2026",
        "avis_public": "Clôture repoussée au 7 décembre.",
    }
    return navigateur.envoyer(valeurs | champs, statut=statut)


def test_une_prolongation_se_voit_aussitot_cote_candidat(portail: Portail, regine: Navigateur):
    adresse = portail.poser(reponses("qualification"))
    dack = portail.navigateur()
    assert "30/11/2026 à 18 h" in dit(dack.get(f"{adresse}/onglets/qualification"))
    avant = portail.navigateur(None).client.get(f"/periodes/{periode(portail)}.ics").text
    prolonger(regine, service(portail))
    assert "La clôture est repoussée" in dit(regine.suivre())
    publique = dit(portail.navigateur(None).get("/periodes"))
    assert "07/12/2026 à 18 h" in publique
    assert "Clôture repoussée au 7 décembre." in publique
    assert "07/12/2026 à 18 h" in dit(dack.get(f"{adresse}/onglets/qualification"))
    agenda = portail.navigateur(None).client.get(f"/periodes/{periode(portail)}.ics").text
    assert "DTSTART:20261130T170000Z" in avant
    assert "DTSTART:20261207T170000Z" in agenda
    (ligne,) = registre(portail)
    assert ligne[:3] == ("regine", "prolonger_un_service", "16")
    assert "ferme_le=2026-11-30T17:00Z→2026-12-07T17:00Z" in ligne[3]
    assert "décembre" not in ligne[3], "du texte libre ne va pas au registre"


def test_prolonger_rouvre_un_service_ferme(portail: Portail):
    portail.poser(reponses("qualification"))
    portail.horloge.avancer(days=30)
    onglet = f"{portail.adresse}/onglets/qualification"
    assert not portail.navigateur().get(onglet, statut=303).adresse.endswith("qualification")
    prolonger(portail.navigateur(REGINE), service(portail), ferme_jour="20/12/2026")
    assert "20/12/2026 à 18 h" in dit(portail.navigateur().get(onglet))


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"ferme_jour": "29/11/2026"}, "Choisissez une clôture après le 30/11/2026 à 18 h (heure de Paris)"),
        ({"avis_public": ""}, "Renseignez l’avis public"),
        ({"avis_public": "x" * 301}, "Raccourcissez l’avis public : 300 caractères au plus"),
        ({"ferme_jour": "31/02/2027"}, "sous la forme jj/mm/aaaa"),
        ({"ferme_heure": "25 h"}, "Écrivez l’heure de la clôture des inscriptions entre 0 h et 23 h 59"),
        ({"ferme_heure": "9" * 5000}, "Écrivez l’heure de la clôture"),
        ({"ferme_heure": "١٨"}, "Écrivez l’heure de la clôture"),
        ({"ferme_heure": "\x00"}, "un caractère est illisible"),
        ({"ferme_jour": ""}, "Renseignez le jour de la clôture"),
        ({"depot_ferme_jour": "01/12/2026"}, "Placez la fin du dépôt après la clôture"),
        ({"depot_ferme_jour": "01/01/2020"}, "Placez la fin du dépôt après son début"),
        (
            {"ferme_jour": "28/03/2027", "ferme_heure": "2 h 30", "depot_ferme_jour": "30/04/2027"},
            "2 h 30 n’existe pas : les horloges passent à l’heure d’été ; choisissez 1 h 59 ou 3 h",
        ),
        (
            {"ferme_jour": "31/10/2027", "ferme_heure": "2 h 30", "depot_ferme_jour": "30/11/2027"},
            "2 h 30 arrive deux fois : les horloges passent à l’heure d’hiver ; choisissez 1 h 59 ou 3 h",
        ),
    ],
)
def test_une_prolongation_fautive_dit_quoi_faire(
    portail: Portail, regine: Navigateur, champs: dict[str, str], phrase: str
):
    page = prolonger(regine, service(portail), statut=422, **champs)
    assert phrase in " ".join(page.erreurs).replace("\xa0", " ")
    assert registre(portail) == []


def modification(navigateur: Navigateur, adresse: str, statut: int, **champs: str) -> Page:
    navigateur.get(f"{adresse}/modification")
    return navigateur.envoyer(champs, statut=statut)


def test_avancer_la_cloture_previent_et_se_confirme(portail: Portail, regine: Navigateur):
    portail.poser(reponses("qualification"))
    page = modification(regine, service(portail), 422, ferme_jour="20/11/2026")
    assert "La clôture est avancée : du 30/11/2026 à 18 h (heure de Paris) au 20/11/2026 à 18 h" in dit(page)
    assert "1 brouillon n’est pas enregistré" in dit(page)
    assert registre(portail) == []
    regine.envoyer({})
    assert "Les changements sont enregistrés" in dit(regine.suivre())
    assert "20/11/2026 à 18 h" in dit(portail.navigateur(None).get("/periodes"))


def test_confirmer_un_effet_puis_changer_autre_chose_redemande(portail: Portail, regine: Navigateur):
    modification(regine, service(portail), 422, ferme_jour="20/11/2026")
    page = regine.envoyer({"ferme_jour": "15/11/2026"}, statut=422)
    assert "au 15/11/2026 à 18 h" in dit(page)


def test_un_contact_se_change_sans_rien_confirmer(portail: Portail, regine: Navigateur):
    modification(regine, service(portail), 303, telephone="0561000000", ville="MURET")
    (ligne,) = registre(portail)
    assert ligne == ("regine", "modifier_un_service", "16", "telephone ; ville")
    assert "MURET" in dit(portail.navigateur(None).get("/periodes?session=cap-2027-06&academie=16"))


def test_deux_agents_ne_s_ecrasent_pas(portail: Portail, regine: Navigateur):
    henri = portail.navigateur(HENRI)
    henri.get(f"{service(portail)}/modification")
    modification(regine, service(portail), 303, ville="MURET")
    page = henri.envoyer({"horaires": "le matin"}, statut=422)
    assert "un autre agent a changé ce service" in dit(page)
    assert "le matin" in page.html
    henri.envoyer({"ville": "MURET"})
    assert [ligne[0] for ligne in registre(portail)] == ["regine", "henri"]


def test_le_regime_de_confirmation_change_pour_les_suivants(portail: Portail, regine: Navigateur):
    dack = portail.navigateur()
    portail.poser(reponses("recapitulatif"))
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    page = modification(regine, service(portail), 422, regime_confirmation="en_ligne")
    assert "La confirmation change de régime : 1 inscrit garde la sienne" in dit(page)
    regine.envoyer({})
    assert portail.lignes("SELECT regime_confirmation AS r FROM periode_inscription WHERE academie_code = '16'") == [
        {"r": "en_ligne"}
    ]


@pytest.mark.parametrize("fin", ["ferme", "depot_ferme"])
def test_une_fin_se_place_apres_son_debut(portail: Portail, regine: Navigateur, fin: str):
    page = modification(regine, service(portail), 422, **{f"{fin}_jour": "01/01/2026"})
    assert "Placez la" in page.erreurs[0]


def test_fermer_maintenant(portail: Portail, regine: Navigateur):
    portail.poser(reponses("qualification"))
    page = regine.get(f"{service(portail)}/fermeture")
    assert "1 brouillon n’est pas enregistré" in dit(page)
    regine.envoyer({})
    assert "Le service est fermé" in dit(regine.suivre())
    assert "Fermée" in dit(portail.navigateur(None).get("/periodes?academie=16"))
    dack = portail.navigateur()
    assert dack.get(f"{portail.adresse}/onglets/qualification", statut=303).adresse.endswith("/recapitulatif")
    regine.post(f"{service(portail)}/fermeture")
    assert [ligne[1] for ligne in registre(portail)] == ["fermer_un_service"]
    assert "n’est pas ouvert" in dit(regine.get(f"{service(portail)}/fermeture"))


def test_ouvrir_un_service_a_une_nouvelle_session(portail: Portail, regine: Navigateur):
    ada = portail.navigateur(ADA)
    ada.get("/gestion/sessions")
    ada.envoyer({"annee": "2028"})
    assert "La session est créée" in dit(ada.suivre())
    regine.get("/gestion/services/nouveau?session=cap-2028-06&academie=16")
    page = regine.envoyer({}, statut=422)
    assert "Renseignez le jour de l’ouverture des inscriptions" in page.erreurs
    regine.envoyer(DATES | CONTACT)
    assert "Le service est créé" in dit(regine.suivre())
    assert "01/09/2027 à 9 h" in dit(portail.navigateur(None).get("/periodes?session=cap-2028-06"))
    assert [ligne[1] for ligne in registre(portail)] == ["creer_une_session", "ouvrir_un_service"]
    regine.post("/gestion/services/nouveau", DATES | CONTACT | {"session": "cap-2028-06", "academie": "16"})
    assert len(portail.lignes("SELECT * FROM periode_inscription WHERE session_examen_id = 'cap-2028-06'")) == 1


def test_une_session_ne_se_cree_pas_deux_fois(portail: Portail):
    ada = portail.navigateur(ADA)
    ada.get("/gestion/sessions")
    assert ada.envoyer({}, statut=422).erreurs == ["Changez l’année ou le mois\xa0: cette session existe déjà"]
    assert ada.envoyer({"annee": "1999"}, statut=422).erreurs == ["Vérifiez l’année\xa0: de 2026 à 2029"]


def test_un_gestionnaire_n_ouvre_pas_le_service_d_une_autre_academie(portail: Portail, regine: Navigateur):
    regine.get("/gestion/services")
    vers = regine.post("/gestion/services/nouveau", DATES | CONTACT | {"session": "cap-2027-06", "academie": "01"})
    assert vers.adresse == "/gestion/services"
    assert portail.lignes("SELECT * FROM periode_inscription WHERE academie_code = '01'") == []


def test_chacun_voit_les_services_de_sa_portee(portail: Portail, regine: Navigateur):
    def montres(navigateur: Navigateur) -> set[str]:
        page = navigateur.get("/gestion/services")
        tableau = next(page.arbre.tous("table"))
        return {a.texte for a in tableau.tous("a") if a["href"].startswith("/gestion/services/")}

    assert montres(regine) == {"Académie de Toulouse"}
    assert montres(portail.navigateur(BASILE)) == {"Académie de Créteil"}
    assert len(montres(portail.navigateur(ADA))) == 7
    lucie = portail.navigateur(LUCIE)
    assert "Prolonger" not in lucie.get(service(portail)).texte
    assert portail.navigateur(BASILE).get(service(portail), statut=404).statut == 404


def test_l_heure_du_lieu_se_lit_a_cote_de_celle_de_paris(portail: Portail):
    ada = portail.navigateur(ADA)
    assert "à La Réunion" in dit(ada.get(service(portail, "28")))
    page = modification(ada, service(portail, "28"), 422, ferme_jour="01/12/2026", ferme_heure="22 h")
    assert "01/12/2026 à 22 h à Paris" in dit(page)
    assert "02/12/2026 à 1 h à La Réunion" in dit(page)


def test_une_specialite_non_organisee_se_ferme_avec_son_message(portail: Portail, regine: Navigateur):
    adresse = f"{service(portail)}/specialites"
    regine.get(adresse)
    champs = {"message-50023443": "Présentez-la à Bordeaux.", "message-50024127": "Épreuves pratiques à Albi."}
    regine.envoyer(champs)
    onglet = f"{portail.partir_de('qualification')}?recherche="
    assert "Épreuves pratiques à Albi." in dit(portail.navigateur().get(f"{onglet}broderie"))
    scierie = dit(portail.navigateur().get(f"{onglet}scierie"))
    assert "Votre académie n’organise pas cette spécialité à cette session. Présentez-la à Bordeaux." in scierie
    assert registre(portail) == [("regine", "regler_les_specialites", "16", "message:50023443 message:50024127")]


def test_fermer_une_specialite_choisie_se_confirme(portail: Portail, regine: Navigateur):
    portail.poser(reponses("acquis"))
    regine.get(f"{service(portail)}/specialites")
    sans: dict[str, Any] = {"organisee-50024127": []}
    page = regine.envoyer(sans, statut=422)
    assert "des candidats ont choisi ces spécialités" in dit(page)
    assert "1 candidature." in dit(page)
    regine.envoyer({})
    assert {ligne["specialite"] for ligne in portail.lignes("SELECT specialite FROM specialite_non_organisee")} >= {
        "50024127"
    }
    assert registre(portail)[0][3] == "-50024127"


def test_voir_le_portail_a_une_autre_date(portail: Portail, regine: Navigateur):
    page = dit(regine.get("/gestion/apercu?jour=01/12/2026&heure=8+h"))
    assert "mardi 1er décembre 2026, 8 h" in page
    assert "Fermée" in page
    assert "Lire son dossier seulementDéposer des pièces" in page
    assert "Créteil" not in page
    assert "Ouverte" in dit(portail.navigateur(None).get("/periodes"))
    assert registre(portail) == []
    ouvert = dit(regine.get("/gestion/apercu?jour=29/11/2026&heure=8"))
    assert "S’inscrire, modifier, se désinscrire" in ouvert
    assert "Ferme demain" in ouvert
    assert "Les inscriptions ne sont pas ouvertes" in dit(regine.get("/gestion/apercu?jour=01/09/2026&heure=0"))


@pytest.mark.parametrize(
    ("jour", "heure"), [("", "8 h"), ("x" * 5000, "8"), ("28/03/2027", "2h30"), ("01/01/0001", "1")]
)
def test_un_apercu_impossible_dit_pourquoi(regine: Navigateur, jour: str, heure: str):
    assert regine.get(f"/gestion/apercu?jour={jour}&heure={heure}", statut=422).erreurs
