"""Un gestionnaire déclare un établissement, y invite quelqu'un, puis prépare une session à partir d'une autre."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.gestion import Gestion
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import HorlogeDEssai, copier_le_modele
from tests.unit.etablissements.test_comptes import NEUF
from tests.unit.gestion.decor import deposer_des_dossiers
from tests.unit.gestion.test_redoublants import ajourner

BUREAU = {"width": 1280, "height": 900}


@pytest.fixture
def serveur(modele: Path, tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Serveur]:
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    deposer_des_dossiers(donnees, 1)
    ajourner(donnees)
    horloge.avancer(days=365)
    with Serveur(donnees, horloge) as serveur:
        yield serveur
        assert not serveur.pannes, "\n".join(serveur.pannes)


@pytest.fixture
def visite(ouvrir: Ouvrir, js: bool) -> Visite:
    return ouvrir(js=js, viewport=BUREAU)


def regarder(visite: Visite, ou: str) -> None:
    """Ces écrans n'ont aucun script : axe y passe une fois."""
    expect(visite.page.locator("script")).to_have_count(0)
    if visite.js:
        verifier_l_acces(visite, ou)
        visite.page.set_viewport_size(BUREAU)  # type: ignore[arg-type]  # un dict de deux entiers


def test_declarer_inviter_preparer_et_annuler(visite: Visite):
    gestion = Gestion(visite)
    gestion.reprendre()
    gestion.rubrique("Établissements")
    regarder(visite, "établissements")
    visite.appuyer("Déclarer l’établissement")
    assert visite.erreurs
    regarder(visite, "établissements, erreurs")
    for champ, valeur in {
        "UAI": NEUF,
        "Nom": "Cfa d’exemple",
        "Adresse": "1 rue de l’Exemple",
        "Code postal": "31000",
        "Ville": "Toulouse",
        "Téléphone": "05 62 17 30 00",
    }.items():
        visite.remplir(champ, valeur)
    visite.choisir("Type", "CFA non habilité au CCF")
    visite.appuyer("Déclarer l’établissement")
    visite.est_sur("CFA D’EXEMPLE")
    visite.remplir("Nom", "Neuve")
    visite.remplir("Prénom", "Nina")
    visite.remplir("Adresse mail professionnelle", "nina@exemple.fr")
    visite.appuyer("Envoyer l’invitation")
    expect(visite.page.get_by_text("invitation sans réponse")).to_be_visible()
    regarder(visite, "établissement, invitée")
    assert visite.serveur.attendre_le_courriel("compte d’établissement")["To"] == "nina@exemple.fr"

    gestion.rubrique("Redoublants")
    regarder(visite, "redoublants")
    visite.appuyer("Essayer")
    assert visite.erreurs
    regarder(visite, "redoublants, erreurs")
    visite.choisir("Session d’origine", "CAP, juin 2027, Toulouse")
    visite.choisir("Session à préparer", "CAP, juin 2028, Toulouse")
    visite.appuyer("Essayer")
    regarder(visite, "préparation, essai")
    visite.appuyer("Préparer 1 inscription")
    expect(visite.page.get_by_role("heading", name="1 inscription préparée")).to_be_visible()
    regarder(visite, "préparation faite")
    requete = "SELECT etat, numero_inscription FROM candidature WHERE session_examen_id = 'cap-2028-06'"
    assert visite.serveur.lignes(requete) == [{"etat": "a_completer", "numero_inscription": "002"}]
    gestion.rubrique("Redoublants")
    regarder(visite, "redoublants, une préparation")
    visite.suivre("Juin 2028, à partir de juin 2027")
    visite.appuyer("Annuler cette préparation")
    expect(visite.page.get_by_role("heading", name="Préparation annulée")).to_be_visible()
    assert visite.serveur.lignes(requete) == []
