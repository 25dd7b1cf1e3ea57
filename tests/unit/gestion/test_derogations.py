"""Une dérogation ouvre ce que la règle ferme, une fois, avec un motif et une trace."""

import pytest

from tests.depart import reponses
from tests.instance import BASILE, DACK, LUCIE, REGINE
from tests.unit.client import Navigateur
from tests.unit.gestion.personnel import ecrire
from tests.unit.inscription.conftest import Portail


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    portail.poser(reponses("recapitulatif"))
    return portail.navigateur(REGINE)


def accorder(portail: Portail, regine: Navigateur, *, statut: int = 303, **champs: str):
    regine.get(f"/gestion/candidatures/{portail.candidature}/derogations")
    return regine.envoyer({"motif": "Décision du recteur."} | champs, statut=statut)


def commencer(portail: Portail, *, statut: int = 303):
    dack = portail.navigateur(DACK)
    dack.get("/inscriptions/nouvelle")
    (toulouse,) = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = '16'")
    champs = {"jeton_csrf": dack.jeton, "periode": toulouse["id"]}
    reponse = dack.client.post("/inscriptions/nouvelle", data=champs, follow_redirects=False)
    assert reponse.status_code == statut


def test_la_seconde_candidature_se_commence_une_seule_fois(portail: Portail, regine: Navigateur):
    commencer(portail, statut=422)
    accorder(portail, regine)
    assert "La dérogation est accordée" in regine.suivre().texte
    commencer(portail)
    secondes = portail.lignes("SELECT derogation_specialite FROM candidature ORDER BY cree_le, derogation_specialite")
    (derogation,) = portail.lignes("SELECT id, candidature_id FROM derogation")
    assert [ligne["derogation_specialite"] for ligne in secondes] == ["", derogation["id"]]
    assert derogation["candidature_id"] not in (None, portail.candidature)
    commencer(portail, statut=422)


def test_accorder_previent_le_candidat_et_se_consigne(portail: Portail, regine: Navigateur):
    accorder(portail, regine)
    (mail,) = portail.lignes("SELECT * FROM courriel WHERE nature = 'derogation'")
    assert "Vous pouvez commencer une autre candidature" in mail["texte"]
    assert "Décision du recteur" not in mail["texte"]
    (ligne,) = portail.lignes("SELECT * FROM registre WHERE nature = 'accorder_une_derogation'")
    assert (ligne["acteur"], ligne["detail"]) == ("regine", "seconde_candidature")
    (fait,) = portail.lignes("SELECT * FROM evenement WHERE nature = 'derogation_accordee'")
    assert fait["compte_id"] == "regine"


def test_elle_ne_s_accorde_pas_deux_fois_ni_sans_motif(portail: Portail, regine: Navigateur):
    page = accorder(portail, regine, motif="  ", statut=422)
    assert page.erreurs == ["Renseignez le motif"]
    accorder(portail, regine)
    assert "l’est déjà" in accorder(portail, regine, statut=422).texte
    assert len(portail.lignes("SELECT id FROM derogation")) == 1


def test_la_forme_ne_se_deroge_qu_a_qui_l_a_demandee(portail: Portail, regine: Navigateur):
    page = regine.get(f"/gestion/candidatures/{portail.candidature}/derogations")
    assert "demandée à l’inscription" not in page.texte
    assert accorder(portail, regine, nature="forme_passage", statut=422).erreurs

    def demander(db, reglement, _):
        from app.candidatures.models import Candidature

        eleve = next(c.code for c in reglement.categories.values() if c.derogation_possible)
        ligne = db.get(Candidature, portail.candidature)
        ligne.brouillon = ligne.brouillon | {"categorie": eleve, "derogation": True}

    ecrire(portail, demander)
    accorder(portail, regine, nature="forme_passage")
    page = regine.suivre()
    assert "FORME" not in page.h1
    assert "Progressive" in page.texte
    (derogation,) = portail.lignes("SELECT nature, candidature_id FROM derogation")
    assert derogation == {"nature": "forme_passage", "candidature_id": portail.candidature}


@pytest.mark.parametrize("qui", [BASILE, LUCIE])
def test_ni_d_ailleurs_ni_en_lecture_seule(portail: Portail, regine: Navigateur, qui):
    agent = portail.navigateur(qui)
    agent.get("/gestion")
    adresse = f"/gestion/candidatures/{portail.candidature}/derogations"
    agent.get(adresse, statut=404)
    agent.post(adresse, {"nature": "seconde_candidature", "motif": "x"}, statut=404)
