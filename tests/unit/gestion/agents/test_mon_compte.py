"""« Mon compte » d'un agent : mot de passe, téléphone, codes de secours."""

from dataclasses import replace

import pyotp
import pytest

from tests.instance import MOT_DE_PASSE_AGENT, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.agents.test_agents import dit, mails, registre
from tests.unit.gestion.conftest import connecter_l_agent, donner_le_code, portail
from tests.unit.gestion.test_invitation import cle_montree, secours_montres
from tests.unit.inscription.conftest import Portail

__all__ = ["portail"]

NOUVEAU = "une autre phrase bien longue"


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def changer_le_mot_de_passe(regine: Navigateur, statut: int = 303, **champs: str) -> Page:
    regine.get("/gestion/compte/mot-de-passe")
    valeurs = {
        "ancien_mot_de_passe": MOT_DE_PASSE_AGENT,
        "mot_de_passe": NOUVEAU,
        "mot_de_passe_confirmation": NOUVEAU,
    }
    return regine.envoyer(valeurs | champs, statut=statut)


def test_changer_de_mot_de_passe_ferme_les_autres_appareils(portail: Portail, regine: Navigateur):
    ailleurs = portail.navigateur(REGINE)
    ailleurs.get("/gestion")
    changer_le_mot_de_passe(regine)
    assert "Votre mot de passe est changé" in dit(regine.suivre())
    assert ailleurs.get("/gestion", statut=303).adresse.startswith("/connexion")
    connecter_l_agent(portail.navigateur(None), mot_de_passe=NOUVEAU)
    assert len(mails(portail, "mot_de_passe_change")) == 1
    assert registre(portail) == [("regine", "changer_son_mot_de_passe", "regine", "")]
    portail.horloge.avancer(hours=13)
    assert regine.get("/gestion", statut=303).adresse.startswith("/connexion"), "une session d'agent est courte"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"ancien_mot_de_passe": "faux"}, "Ce n’est pas votre mot de passe actuel"),
        ({"mot_de_passe": "court", "mot_de_passe_confirmation": "court"}, "12"),
        ({"mot_de_passe_confirmation": "autre chose"}, "Recopiez le même mot de passe"),
        ({"ancien_mot_de_passe": ""}, "Renseignez le mot de passe actuel"),
    ],
)
def test_un_changement_fautif_dit_quoi_faire(portail: Portail, regine: Navigateur, champs: dict[str, str], phrase: str):
    assert phrase in " ".join(changer_le_mot_de_passe(regine, statut=422, **champs).erreurs)
    assert registre(portail) == []


def test_trop_d_essais_font_attendre(regine: Navigateur):
    for _ in range(5):
        changer_le_mot_de_passe(regine, statut=422, ancien_mot_de_passe="faux")
    assert "Patientez" in dit(changer_le_mot_de_passe(regine, statut=429))


def test_changer_de_telephone(portail: Portail, regine: Navigateur):
    ailleurs = portail.navigateur(REGINE)
    ailleurs.get("/gestion")
    page = regine.get("/gestion/compte/telephone")
    cle = cle_montree(page)
    faux = regine.envoyer({"code": "000000", "ancien_mot_de_passe": MOT_DE_PASSE_AGENT}, statut=422)
    assert "Ce code n’est pas celui de votre application" in faux.erreurs[0]
    assert cle_montree(faux) == cle, "la clé déjà photographiée reste la même"
    code = pyotp.TOTP(cle).at(portail.horloge.instant)
    regine.envoyer({"code": code, "ancien_mot_de_passe": MOT_DE_PASSE_AGENT})
    assert "Votre nouveau téléphone est enregistré" in dit(regine.suivre())
    assert ailleurs.get("/gestion", statut=303).adresse.startswith("/connexion")
    portail.horloge.avancer(seconds=60)
    entree = portail.navigateur(None)
    connecter_l_agent(entree)
    donner_le_code(entree, REGINE.code(portail.horloge.instant), statut=422)
    donner_le_code(entree, replace(REGINE, totp=cle).code(portail.horloge.instant))
    assert registre(portail)[0][:2] == ("regine", "changer_de_telephone")
    (mail,) = mails(portail, "second_facteur_change")
    assert "Le changement de téléphone de votre compte" in mail["texte"]


def test_refaire_ses_codes_de_secours(portail: Portail, regine: Navigateur):
    page = regine.get("/gestion/compte/codes")
    codes = secours_montres(page)
    assert len(set(codes)) == 8
    sans_case = regine.envoyer({"ancien_mot_de_passe": MOT_DE_PASSE_AGENT}, statut=422)
    assert secours_montres(sans_case) == codes
    regine.envoyer({"ancien_mot_de_passe": MOT_DE_PASSE_AGENT, "codes_notes": "oui"})
    assert "8 restants" in dit(regine.suivre())
    entree = portail.navigateur(None)
    connecter_l_agent(entree)
    donner_le_code(entree, REGINE.secours, statut=422)
    donner_le_code(entree, codes[2])
    assert "7 restants" in dit(entree.get("/gestion/compte"))


@pytest.mark.parametrize("graine", ["", "x", "é" * 43, "x" * 5000])
@pytest.mark.parametrize("page", ["codes", "telephone"])
def test_une_graine_que_nul_n_a_vue_n_enregistre_rien(portail: Portail, regine: Navigateur, page: str, graine: str):
    regine.get(f"/gestion/compte/{page}")
    champs = {"graine": graine, "ancien_mot_de_passe": MOT_DE_PASSE_AGENT, "codes_notes": "oui", "code": "000000"}
    assert regine.post(f"/gestion/compte/{page}", champs).adresse == f"/gestion/compte/{page}"
    assert registre(portail) == []
