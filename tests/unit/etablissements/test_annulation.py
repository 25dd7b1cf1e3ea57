"""Défaire un import quand d'autres ont agi depuis : rien ne se perd, et l'annulation finit toujours."""

import pytest

from tests.instance import BELLEVUE, BERTHE, REGINE, VICTOR, VOISIN
from tests.unit.client import Navigateur, Page
from tests.unit.etablissements.fichiers import eleve, en_csv, essayer, importer
from tests.unit.etablissements.test_papillons import ZOE
from tests.unit.gestion.decor import ecrire
from tests.unit.inscription.conftest import Portail


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    """Acculi et Zoé importées, puis Acculi retirée par un second fichier."""
    navigateur = portail.navigateur(BERTHE)
    importer(navigateur, [eleve(), ZOE])
    portail.horloge.avancer(minutes=1)
    importer(navigateur, [ZOE], retirer=True)
    return navigateur


def annuler(berthe: Navigateur) -> Page:
    berthe.get(f"/etablissement/{BELLEVUE}/import")
    assert berthe.page is not None
    berthe.get(berthe.page.lien("eleves.csv"))
    berthe.envoyer({}, bouton="Annuler cet import")
    return berthe.suivre()


def partis(portail: Portail) -> dict[str, bool]:
    """« UAI division » → parti"""
    lignes = portail.lignes("SELECT uai, division, parti_le FROM eleve ORDER BY uai, division")
    return {f"{ligne['uai']} {ligne['division']}": ligne["parti_le"] is not None for ligne in lignes}


def test_un_eleve_repris_par_un_autre_etablissement_y_reste(portail: Portail, berthe: Navigateur):
    importer(portail.navigateur(VICTOR), [eleve(division="REPRIS")], uai=VOISIN)
    page = annuler(berthe)
    assert "Import annulé" in page.texte
    assert "1 élève" in page.texte
    assert partis(portail) == {f"{BELLEVUE} DIV1": True, f"{BELLEVUE} DIV2": False, f"{VOISIN} REPRIS": False}
    assert portail.lignes("SELECT etat FROM import_eleves WHERE uai = :u ORDER BY cree_le", u=BELLEVUE) == [
        {"etat": "fait"},
        {"etat": "annule"},
    ]


def test_un_compte_rendu_a_l_eleve_lui_reste(portail: Portail, berthe: Navigateur):
    (acculi,) = portail.lignes("SELECT candidature_id AS id FROM eleve WHERE division = 'DIV1'")
    regine = portail.navigateur(REGINE)
    regine.get(f"/gestion/etablissements/{BELLEVUE}")
    regine.post(f"/gestion/etablissements/{BELLEVUE}/eleves/{acculi['id']}/compte")
    assert "Import annulé" in annuler(berthe).texte
    assert partis(portail) == {f"{BELLEVUE} DIV2": False}
    berthe.get(f"/etablissement/{BELLEVUE}/import")
    assert berthe.page is not None
    (premier,) = portail.lignes("SELECT id FROM import_eleves ORDER BY cree_le LIMIT 1")
    berthe.get(f"/etablissement/{BELLEVUE}/imports/{premier['id']}")
    berthe.envoyer({}, bouton="Annuler cet import")
    assert "1 élève" in berthe.suivre().texte
    restes = portail.lignes("SELECT identifiant FROM compte WHERE identifiant LIKE '%.%' AND role = 'candidat'")
    assert {"identifiant": "acculi.accame"} in restes
    assert {"identifiant": "zoe.bellin"} not in restes


def test_annuler_efface_aussi_les_mails_de_relance(portail: Portail):
    berthe = portail.navigateur(BERTHE)
    importer(berthe, [eleve(courriel="acculi@exemple.fr")])
    berthe.get(f"/etablissement/{BELLEVUE}")
    berthe.post(f"/etablissement/{BELLEVUE}/relances", {"division": ""})
    assert len(portail.lignes("SELECT id FROM courriel WHERE destinataire = 'acculi@exemple.fr'")) == 1
    assert "Import annulé" in annuler(berthe).texte
    assert portail.lignes("SELECT id FROM courriel WHERE destinataire = 'acculi@exemple.fr'") == []


def test_un_import_qui_bute_n_arrete_pas_les_autres(portail: Portail):
    """Une ligne gâtée, que rien ne sait relire : le sien attend, celui du voisin finit."""
    for qui, uai, ine in ((BERTHE, BELLEVUE, "0123456789A"), (VICTOR, VOISIN, "1234567890B")):
        essai = portail.navigateur(qui)
        essayer(essai, en_csv([eleve(ine=ine)]), uai=uai)
    siennes = "import_id IN (SELECT id FROM import_eleves WHERE uai = :u)"
    ecrire(portail.donnees, f"UPDATE ligne_import SET eleve = '{{}}' WHERE {siennes}", u=BELLEVUE)  # noqa: S608 — écrit ici
    ecrire(portail.donnees, "UPDATE import_eleves SET etat = 'en_cours', confirme_le = cree_le")
    portail.garde.client.app.state.importateur.reveiller()
    for _ in range(2_000):
        etats = {ligne["uai"]: ligne["etat"] for ligne in portail.lignes("SELECT uai, etat FROM import_eleves")}
        if etats[VOISIN] == "fait":
            break
        portail.navigateur(None).get("/aide")
    assert etats == {BELLEVUE: "en_cours", VOISIN: "fait"}


def test_un_essai_dont_toutes_les_lignes_ne_sont_pas_rangees_ne_se_confirme_pas(portail: Portail):
    """Le portail s'est arrêté pendant l'essai : la page n'est jamais partie, mais l'adresse existe."""
    berthe = portail.navigateur(BERTHE)
    essayer(berthe, en_csv([eleve(), ZOE]))
    ecrire(portail.donnees, "DELETE FROM ligne_import WHERE numero = 3")
    berthe.envoyer({}, bouton="Confirmer l’import", statut=422)
    assert berthe.page is not None
    assert "déposez-le de nouveau" in berthe.page.texte
    assert portail.lignes("SELECT * FROM eleve") == []
