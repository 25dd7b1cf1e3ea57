"""Le dossier entier sur un écran : tout s'y lit, chaque lecture s'écrit, rien n'en existe hors de la portée."""

import pytest
from sqlalchemy import update

from app.candidatures.models import Candidature
from app.regles.vocabulaire import EtatCandidature
from tests.depart import reponses
from tests.instance import BASILE, DACK, HENRI, REGINE
from tests.unit.client import Navigateur
from tests.unit.gestion.personnel import ecrire, inscrire
from tests.unit.inscription.conftest import Portail

LISTE = "/gestion/candidatures"


@pytest.fixture
def dossier(portail: Portail) -> str:
    return inscrire(portail, "ÉTCHEVERRY", "Maïténa", usage="LE GUENNEC")


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def test_tout_le_dossier_se_lit_sur_un_ecran(dossier: str, regine: Navigateur):
    page = regine.get(f"{LISTE}/{dossier}")
    assert page.h1 == "ÉTCHEVERRY Maïténa"
    dit = page.texte.replace("\N{NO-BREAK SPACE}", " ")
    for attendu in (
        "nom d’usage LE GUENNEC",
        "Inscrit, version 01",
        "ARTS DE LA BRODERIE",
        "INDIVIDUEL SALARIE",
        "0 conforme",
        "Confirmation d’inscription, version 01",
        "pas encore lu",
        "[CYCLADES] Inscription d’essai",
        "En attente",
        "Inscription enregistrée : version 1",
        "le candidat",
        "Titulaire d’un autre CAP",
        "Dispense",
        "Régine CASTERA",
    ):
        assert attendu.lower() in dit.lower(), attendu


def test_un_brouillon_dit_ou_il_en_est(portail: Portail, regine: Navigateur):
    id_ = inscrire(portail, "ZED", "Ana", est_enregistree=False, specialite=None)
    page = regine.get(f"{LISTE}/{id_}")
    assert "Rien n’est enregistré" in page.texte
    assert "Ce que dit le brouillon" in page.texte
    assert "pas encore choisie" in page.texte
    assert "Aucun document publié" in page.texte


@pytest.mark.parametrize("etat", list(EtatCandidature))
def test_tout_etat_se_lit(portail: Portail, regine: Navigateur, etat: EtatCandidature):
    id_ = inscrire(portail, "ZED", "Ana")
    ecrire(portail, lambda db, *_: db.execute(update(Candidature).where(Candidature.id == id_).values(etat=etat)))
    assert regine.get(f"{LISTE}/{id_}").h1 == "ZED Ana"
    portail.horloge.avancer(days=60)
    assert portail.navigateur(REGINE).get(f"{LISTE}/{id_}").h1 == "ZED Ana"


def test_lire_un_dossier_s_ecrit_une_fois_par_agent(portail: Portail, dossier: str, regine: Navigateur):
    for _ in range(2):
        regine.get(f"{LISTE}/{dossier}")
    portail.navigateur(HENRI).get(f"{LISTE}/{dossier}")
    consultations = portail.lignes("SELECT * FROM consultation")
    assert [(c["par"], c["quoi"]) for c in consultations] == [("Gestionnaire, académie de Toulouse", "dossier")]
    registre = portail.lignes("SELECT acteur, nature, objet_id, academie_code FROM registre ORDER BY id")
    assert [(ligne["acteur"], ligne["nature"]) for ligne in registre] == [
        ("regine", "lire_un_dossier"),
        ("henri", "lire_un_dossier"),
    ]
    assert {(ligne["objet_id"], ligne["academie_code"]) for ligne in registre} == {(dossier, "16")}
    portail.horloge.avancer(minutes=31)
    portail.navigateur(REGINE).get(f"{LISTE}/{dossier}")
    assert len(portail.lignes("SELECT id FROM registre")) == 3


def test_un_dossier_d_ailleurs_n_existe_pas(portail: Portail, dossier: str):
    portail.navigateur(BASILE).get(f"{LISTE}/{dossier}", statut=404)
    assert portail.lignes("SELECT * FROM registre") == []


def test_deux_versions_se_comparent(portail: Portail, regine: Navigateur):
    portail.poser(reponses("recapitulatif"))
    dack = portail.navigateur(DACK)
    for voie in ("15 voie verte", "2 rue Neuve"):
        dack.get(f"{portail.adresse}/onglets/identification")
        dack.envoyer({"voie": voie}, bouton="Suivant")
        dack.get(f"{portail.adresse}/onglets/recapitulatif")
        dack.envoyer(bouton="Enregistrer")
    page = regine.get(f"{LISTE}/{portail.candidature}")
    page = regine.get(page.lien("Ce qui a changé de la version 01"))
    assert "2 rue Neuve" in page.texte
    regine.get(f"{LISTE}/{portail.candidature}/versions/1/9", statut=404)
    regine.get(f"{LISTE}/{portail.candidature}/versions/1/x", statut=404)


def test_le_document_s_ouvre_sans_etre_marque_lu(portail: Portail, dossier: str, regine: Navigateur):
    page = regine.get(f"{LISTE}/{dossier}")
    pdf = regine.client.get(page.lien("Confirmation d’inscription, version 01"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert {ligne["lu_le"] for ligne in portail.lignes("SELECT lu_le FROM document")} == {None}
