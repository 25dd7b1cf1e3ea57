"""Les messages de l'accueil : écrits, vus entre deux instants, retirés, gardés."""

import pytest

from tests.depart import reponses
from tests.instance import ADA, BASILE, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.conftest import portail
from tests.unit.gestion.services.test_services import dit, registre
from tests.unit.inscription.conftest import Portail

__all__ = ["portail"]

MESSAGE = {
    "titre": "Le portail ferme samedi",
    "texte": "Entretien de 8 h à 10 h.\n\nVos brouillons sont gardés.",
    "importance": "alerte",
    "academie": "tous",
    "debut_jour": "10/11/2026",
    "debut_heure": "8 h",
    "fin_jour": "15/11/2026",
    "fin_heure": "10 h",
}


@pytest.fixture
def ada(portail: Portail) -> Navigateur:
    return portail.navigateur(ADA)


def ecrire(navigateur: Navigateur, statut: int = 303, **champs: str) -> Page:
    navigateur.get("/gestion/messages/nouveau")
    return navigateur.envoyer(MESSAGE | champs, statut=statut)


def identifiant(portail: Portail, titre: str = MESSAGE["titre"]) -> str:
    return str(portail.lignes("SELECT id FROM message_accueil WHERE titre = :t", t=titre)[0]["id"])


def test_un_message_parait_entre_son_debut_et_sa_fin(portail: Portail, ada: Navigateur):
    ecrire(ada)
    assert "Le message est enregistré" in dit(ada.suivre())
    visiteur = portail.navigateur(None)
    accueil = visiteur.get("/")
    assert "Vos brouillons sont gardés." in dit(accueil)
    assert "message-attention" in accueil.html
    portail.horloge.avancer(days=5)
    assert "Le portail ferme samedi" not in dit(visiteur.get("/"))
    finis = portail.navigateur(ADA)
    assert "Le portail ferme samedi" in dit(finis.get("/gestion/messages")).partition("Finis")[2]
    assert "Tel qu’il a été lu" in dit(finis.get(f"/gestion/messages/{identifiant(portail)}"))
    assert registre(portail) == [("ada", "annoncer", "", "2026-11-10T07:00Z → 2026-11-15T09:00Z")]


def test_l_apercu_n_enregistre_rien(portail: Portail, ada: Navigateur):
    page = ecrire(ada, statut=422, intention="apercu")
    assert "Pas encore enregistré" in dit(page)
    assert "Entretien de 8 h à 10 h." in dit(page)
    assert registre(portail) == []
    ada.envoyer({"intention": "enregistrer"})
    assert [ligne[1] for ligne in registre(portail)] == ["annoncer"]


def test_le_texte_d_un_message_n_est_jamais_du_html(portail: Portail, ada: Navigateur):
    ecrire(ada, titre="<script>alert(1)</script>", texte="<b>gras</b>")
    assert "<b>gras</b>" not in portail.navigateur(None).get("/").html
    assert "&lt;b&gt;gras" in portail.navigateur(None).get("/").html


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"titre": ""}, "Renseignez le titre"),
        ({"texte": "x" * 1001}, "Raccourcissez le texte"),
        ({"texte": "a\x00b"}, "un caractère est illisible"),
        ({"importance": "panique"}, "Choisissez l’importance dans la liste"),
        ({"academie": "99"}, "Choisissez à qui il s’adresse dans la liste"),
        ({"fin_jour": "10/11/2026", "fin_heure": "8 h"}, "Placez la fin après le début"),
        ({"fin_jour": "28/03/2027", "fin_heure": "2h15"}, "n’existe pas"),
    ],
)
def test_un_message_fautif_dit_quoi_faire(portail: Portail, ada: Navigateur, champs: dict[str, str], phrase: str):
    assert phrase in " ".join(ecrire(ada, statut=422, **champs).erreurs)
    assert registre(portail) == []


def test_un_gestionnaire_n_ecrit_que_pour_ses_academies(portail: Portail):
    regine = portail.navigateur(REGINE)
    for academie in ("tous", "24"):
        assert "dans la liste" in ecrire(regine, statut=422, academie=academie).erreurs[0]
    ecrire(regine, academie="16")
    message = identifiant(portail)
    portail.poser(reponses("acquis"))
    assert "Vos brouillons sont gardés." in dit(portail.navigateur().get("/inscriptions"))
    assert "Vos brouillons" not in dit(portail.navigateur(None).get("/"))
    assert "Vos brouillons" in dit(portail.navigateur(None).get("/periodes?session=cap-2027-06&academie=16"))
    basile = portail.navigateur(BASILE)
    assert "Le portail ferme" not in dit(basile.get("/gestion/messages"))
    basile.get(f"/gestion/messages/{message}", statut=404)
    basile.post(f"/gestion/messages/{message}/retrait", statut=404)
    portail.navigateur(LUCIE).get("/gestion/messages", statut=404)


def test_un_gestionnaire_lit_un_message_pour_tous_sans_l_ouvrir(portail: Portail, ada: Navigateur):
    ecrire(ada)
    regine = portail.navigateur(REGINE)
    assert "Le portail ferme samedi" in dit(regine.get("/gestion/messages"))
    regine.get(f"/gestion/messages/{identifiant(portail)}", statut=404)


def test_changer_puis_retirer_un_message(portail: Portail, ada: Navigateur):
    ecrire(ada)
    adresse = f"/gestion/messages/{identifiant(portail)}"
    ada.get(adresse)
    ada.envoyer({"titre": "Le portail ferme dimanche"})
    assert "Le portail ferme dimanche" in dit(portail.navigateur(None).get("/"))
    ada.get(adresse)
    ada.envoyer({}, rang=1)
    assert "Le message est retiré" in dit(ada.suivre())
    assert "Le portail ferme dimanche" not in dit(portail.navigateur(None).get("/"))
    ada.post(adresse, MESSAGE)
    assert [ligne[1] for ligne in registre(portail)] == ["annoncer", "changer_une_annonce", "retirer_une_annonce"]


def test_henri_choisit_entre_ses_academies(portail: Portail):
    page = portail.navigateur(HENRI).get("/gestion/messages/nouveau")
    assert [o["value"] for o in page.element("academie").tous("option")] == ["", "24", "16"]
