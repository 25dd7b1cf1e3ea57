"""Le service devant ses candidatures : chercher, lire, agir sur un dossier, inscrire au guichet, compter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.gestion import Candidatures, Gestion
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import HorlogeDEssai, copier_le_modele
from tests.unit.gestion.personnel import inscrire

BAC_PRO = [{"code": "BAC_PRO", "annee": 2022, "academie": "16"}]
"""La PSE y est à confirmer par le service : les sources se contredisent."""
BUREAU = {"width": 1280, "height": 900}


@pytest.fixture
def serveur(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Serveur]:
    with Serveur(copier_le_modele(modele, tmp_path / "donnees"), horloge) as serveur:
        yield serveur
        assert not serveur.pannes, "\n".join(serveur.pannes)


@pytest.fixture
def visite(ouvrir: Ouvrir, js: bool) -> Visite:
    visite = ouvrir(js=js, viewport=BUREAU)
    Gestion(visite).reprendre()
    return visite


@pytest.fixture
def dossier(serveur: Serveur) -> str:
    inscrire(serveur, "ACCRALL", "Dora")
    inscrire(serveur, "MARTIN", "Paul", est_enregistree=False)
    return inscrire(serveur, "DE LA ROCHEFOUCAULD", "Anne-Élisabeth", usage="ÉTCHEVERRY", acquis=BAC_PRO)


def test_chercher_lire_noter_ecarter_et_retablir(visite: Visite, dossier: str):
    candidatures = Candidatures(visite)
    candidatures.chercher("etcheverry")
    assert "etcheverry" not in visite.page.url.lower()
    candidatures.ouvrir("DE LA ROCHEFOUCAULD Anne-Élisabeth")
    visite.remplir("Nouvelle note", "Rappeler lundi.")
    visite.appuyer("Garder la note")
    expect(visite.page.get_by_text("Rappeler lundi.")).to_be_visible()
    visite.suivre("Écarter cette candidature")
    visite.appuyer("Écarter la candidature")
    assert visite.erreurs == ["Choisissez le motif"]
    visite.cocher("L’inscription est en double", dans="Motif")
    visite.appuyer("Écarter la candidature")
    expect(visite.page.get_by_text("La candidature est écartée")).to_be_visible()
    visite.suivre("Rétablir cette candidature")
    visite.appuyer("Rétablir la candidature")
    expect(visite.page.get_by_text("La candidature est rétablie")).to_be_visible()
    (ligne,) = visite.serveur.lignes("SELECT etat FROM candidature WHERE id = :id", id=dossier)
    assert ligne["etat"] == "inscrit"
    natures = visite.serveur.lignes("SELECT nature FROM registre ORDER BY id")
    assert [n["nature"] for n in natures] == ["lire_un_dossier", "noter", "ecarter", "retablir"]


def test_filtrer_et_emporter_la_liste(visite: Visite, dossier: str):
    visite.aller("/gestion/candidatures")
    visite.choisir("État", "Brouillon")
    visite.appuyer("Filtrer")
    expect(visite.page.get_by_text("De MARTIN Paul à MARTIN Paul")).to_be_visible()
    with visite.page.expect_download() as recu:
        visite.page.get_by_role("link", name="Exporter cette liste (CSV)").click()
    lignes = Path(recu.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lignes) == 2
    assert ";MARTIN;;Paul;" in lignes[1]


def test_inscrire_au_guichet(visite: Visite):
    visite.aller("/gestion/candidatures")
    visite.suivre("Inscrire au guichet")
    visite.est_sur("Inscrire au guichet")
    for pays in ("Autre pays : voir la liste…", "BELGIQUE"):
        visite.choisir("Pays de naissance", pays)
        visite.appuyer("Changer de pays")
    visite.cocher("Madame", dans="Civilité")
    for intitule, valeur in (
        ("Nom de famille", "guichet"),
        ("Prénoms", "Ana"),
        ("Date de naissance", "12/04/1994"),
        ("Adresse mail", "ana@exemple.fr"),
    ):
        visite.remplir(intitule, valeur)
    visite.question("Ville").fill("Namur")
    visite.appuyer("Ouvrir le compte et commencer")
    expect(visite.page.get_by_role("heading", level=1)).to_contain_text("Identification")
    visite.suivre("Revenir au dossier")
    visite.est_sur("GUICHET Ana")
    visite.appuyer("Reprendre au guichet")
    expect(visite.page.get_by_text("Au guichet")).to_be_visible()
    assert visite.serveur.attendre_le_courriel("Votre compte est ouvert")["To"] == "ana@exemple.fr"
    natures = visite.serveur.lignes("SELECT nature FROM registre WHERE nature LIKE '%guichet' ORDER BY id")
    assert [n["nature"] for n in natures] == ["ouvrir_au_guichet", "reprendre_au_guichet"]


def test_trancher_une_dispense(visite: Visite, dossier: str):
    visite.aller(f"/gestion/candidatures/{dossier}")
    visite.suivre("Confirmer ou refuser", exact=True)
    visite.est_sur("Dispenses à confirmer")
    visite.cocher("Refuser", dans="Votre décision sur EG5")
    visite.appuyer("Enregistrer la décision")
    assert visite.erreurs == ["Renseignez le motif du refus de EG5"]
    verifier_l_acces(visite, "dispense, erreur")
    visite.remplir("Motif, pour EG5", "Ce diplôme ne comporte pas de PSE.")
    visite.appuyer("Enregistrer la décision")
    expect(visite.page.get_by_text("La décision est enregistrée")).to_be_visible()
    assert visite.serveur.attendre_le_courriel("la décision du service des examens")
    (ligne,) = visite.serveur.lignes("SELECT version FROM candidature WHERE id = :id", id=dossier)
    assert ligne["version"] == 2


def test_accorder_puis_retirer_une_derogation(visite: Visite, dossier: str):
    visite.aller(f"/gestion/candidatures/{dossier}")
    visite.suivre("Accorder ou retirer une dérogation")
    visite.remplir("Motif", "Décision du recteur du 3 novembre.")
    visite.appuyer("Accorder la dérogation")
    expect(visite.page.get_by_text("La dérogation est accordée")).to_be_visible()
    (ligne,) = visite.serveur.lignes("SELECT nature, candidature_id FROM derogation")
    assert ligne == {"nature": "seconde_candidature", "candidature_id": None}
    visite.suivre("Accorder ou retirer une dérogation")
    visite.suivre("Retirer")
    verifier_l_acces(visite, "retrait")
    visite.remplir("Motif du retrait", "Accordée par erreur.")
    visite.appuyer("Retirer la dérogation")
    expect(visite.page.get_by_text("La dérogation est retirée")).to_be_visible()
    assert visite.serveur.attendre_le_courriel("qui vous était accordée est retirée")


def test_compter(visite: Visite, dossier: str):
    visite.serveur.horloge.avancer(minutes=2)
    visite.aller("/gestion/tableau")
    visite.appuyer("Recompter maintenant")
    visite.est_sur("Tableau de bord")
    expect(visite.page.locator("dl.chiffres")).to_contain_text("+ 2 aujourd’hui")
    expect(visite.page.get_by_role("img", name="Histogramme")).to_be_visible()


def test_chaque_ecran_passe_axe(visite: Visite, dossier: str):
    base = f"/gestion/candidatures/{dossier}"
    for chemin in (
        "/gestion/candidatures",
        "/gestion/candidatures?etat=ecarte",
        "/gestion/candidatures?recherche=oubliee",
        base,
        f"{base}/derogations",
        "/gestion/tableau",
    ):
        visite.aller(chemin)
        verifier_l_acces(visite, chemin)
    visite.aller(base)
    visite.appuyer("Garder la note")
    verifier_l_acces(visite, "note vide")
    visite.aller(f"{base}/ecart")
    visite.appuyer("Écarter la candidature")
    verifier_l_acces(visite, "écart, erreur")
    visite.cocher("L’inscription est en double", dans="Motif")
    visite.appuyer("Écarter la candidature")
    verifier_l_acces(visite, "dossier écarté")
    visite.suivre("Rétablir cette candidature")
    verifier_l_acces(visite, "rétablissement")
    visite.aller("/gestion/guichet")
    visite.appuyer("Ouvrir le compte et commencer")
    assert visite.erreurs
    verifier_l_acces(visite, "guichet, erreur")
