"""Une dérogation ouvre ce que la règle ferme, une fois, avec un motif et une trace."""

from typing import Any

import pytest

from tests.depart import reponses
from tests.instance import BASILE, BELLEVUE, DACK, LUCIE, REGINE
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


def retirer(portail: Portail, regine: Navigateur, *, statut: int = 303, motif: str = "Accordée par erreur."):
    page = regine.get(f"/gestion/candidatures/{portail.candidature}/derogations")
    page = regine.get(page.lien("Retirer"))
    return page, regine.envoyer({"motif": motif}, statut=statut)


def test_retiree_la_seconde_candidature_ne_se_commence_plus(portail: Portail, regine: Navigateur):
    accorder(portail, regine)
    assert retirer(portail, regine, motif=" ", statut=422)[1].erreurs == ["Renseignez le motif du retrait"]
    page, _ = retirer(portail, regine)
    assert "Il n’en a pas commencé." in page.texte
    assert "La dérogation est retirée" in regine.suivre().texte
    commencer(portail, statut=422)
    (mail,) = portail.lignes("SELECT texte FROM courriel WHERE nature = 'derogation_retiree'")
    assert "Motif : Accordée par erreur." in mail["texte"]
    assert "Vous ne pouvez plus commencer de seconde candidature" in mail["texte"]
    (ligne,) = portail.lignes("SELECT acteur, detail FROM registre WHERE nature = 'retirer_une_derogation'")
    assert ligne == {"acteur": "regine", "detail": "seconde_candidature"}
    assert "Dérogation retirée" in portail.navigateur(DACK).get(f"{portail.adresse}/historique").texte
    page = regine.get(f"/gestion/candidatures/{portail.candidature}/derogations")
    assert "Retirée le" in page.texte
    (derogation,) = portail.lignes("SELECT id FROM derogation")
    adresse = f"/gestion/candidatures/{portail.candidature}/derogations/{derogation['id']}/retrait"
    regine.get(adresse, statut=404)
    accorder(portail, regine)
    commencer(portail)


def test_retiree_apres_coup_elle_emporte_la_seconde_candidature(portail: Portail, regine: Navigateur):
    accorder(portail, regine)
    commencer(portail)
    page, _ = retirer(portail, regine)
    assert "La seconde candidature" in page.texte
    (seconde,) = portail.lignes("SELECT id, etat FROM candidature WHERE derogation_specialite != ''")
    assert seconde["etat"] == "ecarte"
    (mail,) = portail.lignes("SELECT texte FROM courriel WHERE nature IN ('derogation_retiree', 'ecartee')")
    assert "Votre seconde candidature est écartée" in mail["texte"]
    regine.get(f"/gestion/candidatures/{seconde['id']}/retablissement")
    assert "est retirée" in regine.envoyer(statut=422).texte
    assert portail.lignes("SELECT etat FROM candidature WHERE derogation_specialite = ''") == [{"etat": "brouillon"}]


def test_commencee_entre_temps_la_page_se_relit(portail: Portail, regine: Navigateur):
    accorder(portail, regine)
    (derogation,) = portail.lignes("SELECT id FROM derogation")
    regine.get(f"/gestion/candidatures/{portail.candidature}/derogations/{derogation['id']}/retrait")
    commencer(portail)
    page = regine.envoyer({"motif": "Non."}, statut=422)
    assert "a changé depuis que vous l’avez lu" in page.texte
    assert "est écartée avec elle" in page.texte
    assert portail.lignes("SELECT retiree_le FROM derogation") == [{"retiree_le": None}]
    regine.envoyer({"motif": "Non."})
    assert portail.lignes("SELECT id FROM derogation WHERE retiree_le IS NULL") == []


def test_la_forme_retiree_rejuge_ce_qui_est_enregistre(portail: Portail, regine: Navigateur):
    """L'apprenti ne présentait que l'EP1 : revenu à la forme globale, il passe tout."""
    demande: dict[str, Any] = {"derogation": True, "motif_derogation": "HANDICAP", "forme_passage": "progressive"}
    apprenti = demande | {"categorie": "APPRENTI", "etablissement": BELLEVUE, "situation": "PREMIERE"}
    portail.poser(reponses("recapitulatif", **apprenti, epreuves_presentees=["EP1"], familles=[], acquis=[]))

    def inscrit_par_bellevue(db, *_):
        from app.candidatures.models import Candidature

        db.get(Candidature, portail.candidature).etablissement_uai = BELLEVUE

    ecrire(portail, inscrit_par_bellevue)
    accorder(portail, regine, nature="forme_passage")
    dack = portail.navigateur(DACK)
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    passees = (
        "SELECT count(*) AS n FROM epreuve_candidature JOIN version_candidature v ON v.id = version_id "
        "JOIN candidature c ON c.id = v.candidature_id AND c.version = v.numero WHERE position = 'non_inscrit'"
    )
    (avant,) = portail.lignes(passees)
    assert avant["n"] > 5
    page, _ = retirer(portail, regine)
    assert "forme de passage finale : Progressive → Globale" in page.texte.replace("\xa0", " ")
    assert portail.lignes(passees) == [{"n": 0}]
    assert portail.lignes("SELECT version FROM candidature") == [{"version": 2}]
    (mail,) = portail.lignes("SELECT texte FROM courriel WHERE nature = 'derogation_retiree'")
    assert "revient à la forme globale" in mail["texte"]
    assert "EP2 - " in mail["texte"]
    assert "Inscription revenue à la forme globale" in dack.get(f"{portail.adresse}/historique").texte


@pytest.mark.parametrize("qui", [BASILE, LUCIE])
def test_le_retrait_n_existe_ni_d_ailleurs_ni_en_lecture_seule(portail: Portail, regine: Navigateur, qui):
    accorder(portail, regine)
    (derogation,) = portail.lignes("SELECT id FROM derogation")
    adresse = f"/gestion/candidatures/{portail.candidature}/derogations/{derogation['id']}/retrait"
    agent = portail.navigateur(qui)
    agent.get("/gestion")
    agent.get(adresse, statut=404)
    agent.post(adresse, {"motif": "x", "marque": ":", "version": "0"}, statut=404)
