"""Une dispense à confirmer par le service : il la confirme ou la refuse, et le candidat le sait."""

import csv
import io
from typing import Any

import pytest
from alembic import command
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.exploitation.archive import BASE
from app.gestion.candidatures.criteres import criteres
from app.gestion.candidatures.portee import services_a_portee
from app.gestion.candidatures.recherche import ids_de_la_page
from app.infra.database import url_sqlite
from app.infra.migrations import _config, migrer
from tests.depart import reponses
from tests.instance import BASILE, DACK, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.personnel import ecrire
from tests.unit.inscription.conftest import Portail

BAC_PRO = [{"code": "BAC_PRO", "annee": 2022, "academie": "16"}]
"""Français, maths et EPS de source officielle ; la PSE (EG5) de sources contraires."""


def inscrire_dack(portail: Portail, acquis: Any = BAC_PRO, **autres: Any) -> str:
    """Dack, inscrit. Rend l'adresse de son dossier en gestion."""
    portail.poser(reponses("recapitulatif", acquis=acquis, **autres))
    dack = portail.navigateur(DACK)
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    return f"/gestion/candidatures/{portail.candidature}"


@pytest.fixture
def dossier(portail: Portail) -> str:
    return inscrire_dack(portail)


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def decider(regine: Navigateur, dossier: str, *, statut: int = 303, **champs: str) -> Page:
    regine.get(f"{dossier}/dispenses")
    return regine.envoyer(champs, statut=statut)


def pse(portail: Portail) -> dict[str, Any]:
    """L'EG5 de la dernière version."""
    return portail.lignes(
        "SELECT position, est_certaine FROM epreuve_candidature JOIN version_candidature v ON v.id = version_id "
        "JOIN candidature c ON c.id = v.candidature_id AND c.version = v.numero WHERE repere = 'PSE'"
    )[0]


def test_confirmer_ote_la_reserve_sans_changer_la_position(portail: Portail, regine: Navigateur, dossier: str):
    assert pse(portail) == {"position": "dispense", "est_certaine": 0}
    assert "1 dispense à confirmer" in regine.get(dossier).texte.replace("\xa0", " ")
    page = regine.get(f"{dossier}/dispenses")
    assert "Les sources se contredisent." in page.texte
    assert "La position ne change pas, la réserve disparaît." in page.texte
    decider(regine, dossier, decision_0="confirmer")
    page = regine.suivre()
    assert "La décision est enregistrée" in page.texte
    assert "dispense à confirmer" not in page.texte.replace("\xa0", " ")
    assert "Confirmé par le service des examens." in page.texte
    assert pse(portail) == {"position": "dispense", "est_certaine": 1}
    assert portail.lignes("SELECT id FROM courriel WHERE nature = 'dispense'") == []
    registre = portail.lignes("SELECT nature, detail, acteur FROM registre WHERE nature LIKE '%dispense'")
    assert registre == [{"nature": "confirmer_une_dispense", "detail": "BAC_PRO PSE", "acteur": "regine"}]
    dack = portail.navigateur(DACK)
    assert "EG5 confirmée" in dack.get(f"{portail.adresse}/historique").texte
    assert "Confirmé par le service des examens." in dack.get(f"{portail.adresse}/onglets/recapitulatif").texte


def test_refuser_fait_passer_l_epreuve_et_le_candidat_le_lit(portail: Portail, regine: Navigateur, dossier: str):
    page = regine.get(f"{dossier}/dispenses")
    assert "EG5 : Dispense → Inscrit Ponctuel" in page.texte.replace("\xa0", " ")
    decider(regine, dossier, decision_0="refuser", motif_0="Votre diplôme ne comporte pas de PSE.")
    assert pse(portail) == {"position": "inscrit", "est_certaine": 1}
    (mail,) = portail.lignes("SELECT * FROM courriel WHERE nature = 'dispense'")
    assert "EG5 - " in mail["texte"]
    assert "\n\nMotif : Votre diplôme ne comporte pas de PSE.\n\nVotre nouvelle" in mail["texte"]
    assert mail["destinataire"] == DACK.courriel
    dack = portail.navigateur(DACK)
    refus = "le service des examens n’a pas retenu cette dispense"
    assert refus in dack.get(f"{portail.adresse}/onglets/recapitulatif").texte
    (confirmation,) = portail.lignes(
        "SELECT id, numero FROM document WHERE type = 'confirmation' AND remplace_le IS NULL"
    )
    assert confirmation["numero"] == 2
    assert refus in dack.get(f"/documents/{confirmation['id']}/page").texte
    assert "EG5 refusée, Votre diplôme" in dack.get(f"{portail.adresse}/historique").texte
    assert "Votre diplôme" not in str(portail.lignes("SELECT * FROM registre"))


def test_le_refus_sans_motif_ne_decide_rien(portail: Portail, regine: Navigateur, dossier: str):
    page = decider(regine, dossier, decision_0="refuser", statut=422)
    assert page.erreurs == ["Renseignez le motif du refus de EG5"]
    assert decider(regine, dossier, decision_0="zz", statut=422).erreurs
    assert "600 caractères" in decider(regine, dossier, motif_0="é" * 601, statut=422).erreurs[0]
    assert decider(regine, dossier, decision_0="confirmer", motif_0="\x00", statut=422).erreurs
    decider(regine, dossier)
    assert portail.lignes("SELECT id FROM decision_dispense") == []
    assert portail.lignes("SELECT version FROM candidature") == [{"version": 1}]


def test_une_decision_se_change_et_l_ancienne_reste(portail: Portail, regine: Navigateur, dossier: str):
    decider(regine, dossier, decision_0="refuser", motif_0="Non.")
    page = regine.get(f"{dossier}/dispenses")
    assert "Refusée le" in page.texte
    assert "EG5 : Inscrit Ponctuel → Dispense" in page.texte.replace("\xa0", " ")
    decider(regine, dossier, decision_0="confirmer")
    assert pse(portail) == {"position": "dispense", "est_certaine": 1}
    decisions = portail.lignes(
        "SELECT est_accordee, remplacee_le FROM decision_dispense ORDER BY decidee_le, motif DESC"
    )
    assert [bool(ligne["est_accordee"]) for ligne in decisions] == [False, True]
    assert [bool(ligne["remplacee_le"]) for ligne in decisions] == [True, False]
    assert len(portail.lignes("SELECT id FROM courriel WHERE nature = 'dispense'")) == 2


def test_deux_agents_ne_decident_pas_l_un_sur_l_autre(portail: Portail, regine: Navigateur, dossier: str):
    henri = portail.navigateur(HENRI)
    for agent in (regine, henri):
        agent.get(f"{dossier}/dispenses")
    regine.envoyer({"decision_0": "confirmer"})
    page = henri.envoyer({"decision_0": "refuser", "motif_0": "Non."}, statut=422)
    assert "ce dossier a changé depuis que vous l’avez lu" in page.texte
    assert pse(portail)["position"] == "dispense"


def test_la_decision_suit_le_candidat_qui_modifie_et_tombe_s_il_change_de_titre(
    portail: Portail, regine: Navigateur, dossier: str
):
    decider(regine, dossier, decision_0="refuser", motif_0="Non.")
    dack = portail.navigateur(DACK)
    for acquis, position in ((BAC_PRO, "inscrit"), ([BAC_PRO[0] | {"annee": 2021}], "dispense")):
        portail.poser(reponses("recapitulatif", acquis=acquis, voie=f"{position} voie verte"))
        dack.get(f"{portail.adresse}/onglets/recapitulatif")
        dack.envoyer(bouton="Enregistrer")
        assert pse(portail)["position"] == position
    assert pse(portail)["est_certaine"] == 0


def test_tout_refuser_n_exige_plus_la_preuve(portail: Portail, regine: Navigateur):
    """Le titre ADVF ne dispense que de l'EP3 de l'AEPE : refusée, la copie du titre ne sert plus."""
    advf = [{"code": "ADVF", "annee": 2019, "academie": "16"}]
    aepe = {"specialite": "50033205", "choix": {"SITUATION_PRO": "AM"}, "options": {}, "eps": "dispense"}
    dossier = inscrire_dack(portail, acquis=advf, **aepe)
    demandees = "SELECT code FROM piece_demandee WHERE retiree_le IS NULL"
    avant = {ligne["code"] for ligne in portail.lignes(demandees)}
    decider(regine, dossier, decision_0="refuser", motif_0="Ce titre n’ouvre pas de droit.")
    apres = {ligne["code"] for ligne in portail.lignes(demandees)}
    assert avant - apres == {"ACQDIP01"}


@pytest.mark.parametrize("qui", [BASILE, LUCIE])
def test_ni_d_ailleurs_ni_en_lecture_seule(portail: Portail, dossier: str, qui: Any):
    agent = portail.navigateur(qui)
    agent.get("/gestion")
    agent.get(f"{dossier}/dispenses", statut=404)
    agent.post(f"{dossier}/dispenses", {"decision_0": "confirmer", "version": "1"}, statut=404)


def test_session_close_plus_rien_ne_se_decide(portail: Portail, regine: Navigateur, dossier: str):
    del regine
    portail.horloge.avancer(days=500)
    regine = portail.navigateur(REGINE)
    assert regine.get(f"{dossier}/dispenses", statut=303).adresse == dossier


def test_le_dossier_reste_coherent(portail: Portail, regine: Navigateur, dossier: str):
    from app.exploitation.coherence.regle import Ou
    from app.exploitation.coherence.regles import verifier

    decider(regine, dossier, decision_0="refuser", motif_0="Non.")
    constats = ecrire(portail, lambda db, *_: verifier(db, Ou(portail.donnees, portail.horloge.instant)))
    assert [(c.regle.code, c.violations) for c in constats if c.violations] == []


A_CONFIRMER = "/gestion/candidatures?dispense=a_confirmer"


def dacks(navigateur: Navigateur, adresse: str = A_CONFIRMER) -> int:
    """Combien de lignes de la liste sont de Dack."""
    return sum("ACCRALL" in lien.texte for lien in navigateur.get(adresse).arbre.tous("a"))


def enregistrer(portail: Portail, **autres: Any) -> None:
    portail.poser(reponses("recapitulatif", **autres))
    dack = portail.navigateur(DACK)
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")


def test_la_liste_reunit_ce_qui_attend_une_decision(portail: Portail, regine: Navigateur):
    portail.poser(reponses("recapitulatif", acquis=BAC_PRO))
    assert dacks(regine) == 0, "un brouillon n'attend rien"
    assert "dispense à confirmer" not in regine.get("/gestion").texte
    dossier = inscrire_dack(portail)
    assert dacks(regine) == 1
    assert "dispense à confirmer" in regine.get("/gestion/candidatures").texte
    accueil = regine.get("/gestion")
    lien = accueil.lien("1 candidature avec une dispense à confirmer")
    assert dacks(regine, lien) == 1
    decider(regine, dossier, decision_0="confirmer")
    assert dacks(regine) == 0
    assert "dispense à confirmer" not in regine.get("/gestion").texte
    enregistrer(portail, acquis=[BAC_PRO[0] | {"annee": 2021}], voie="2 RUE DU PONT")
    assert dacks(regine) == 1, "un autre titre : la décision ne vaut plus"
    decider(regine, dossier, decision_0="refuser", motif_0="Non.")
    assert dacks(regine) == 0
    enregistrer(portail, acquis=[], familles=["AUCUN"], eps="dispense", voie="3 RUE DU PONT")
    assert dacks(regine) == 0


def test_la_liste_a_confirmer_se_croise_s_exporte_et_reste_a_l_academie(
    portail: Portail, regine: Navigateur, dossier: str
):
    assert dacks(regine, f"{A_CONFIRMER}&etat=inscrit&specialite={reponses('recapitulatif')['specialite']}") == 1
    assert dacks(regine, f"{A_CONFIRMER}&etat=brouillon") == 0
    assert dacks(regine, "/gestion/candidatures?dispense=zz") == 1, "une valeur inconnue ne filtre rien"
    regine.get("/gestion/candidatures")
    for nom, attendu in (("accrall", 1), ("inconnu", 0)):
        assert "dispense=a_confirmer" in regine.envoyer({"q": nom, "dispense": "a_confirmer"}).adresse
        page = regine.suivre()
        assert sum("ACCRALL" in lien.texte for lien in page.arbre.tous("a")) == attendu
    export = regine.get(A_CONFIRMER).lien("Exporter cette liste (CSV)")
    assert "ACCRALL" in regine.client.get(export).text
    assert [ligne["Dispense à confirmer"] for ligne in lignes_du_csv(regine, "/gestion/candidatures/export")] == ["oui"]
    assert au_tableau(portail, regine) == "1 voir ces candidatures"
    basile = portail.navigateur(BASILE)
    assert dacks(basile) == 0
    assert "dispense à confirmer" not in basile.get("/gestion").texte
    decider(regine, dossier, decision_0="confirmer")
    assert "ACCRALL" not in regine.client.get(export).text
    assert dacks(regine, "/gestion/candidatures") == 1
    assert [ligne["Dispense à confirmer"] for ligne in lignes_du_csv(regine, "/gestion/candidatures/export")] == [""]
    assert au_tableau(portail, regine) == ""


def lignes_du_csv(navigateur: Navigateur, adresse: str) -> list[dict[str, str]]:
    octets = navigateur.client.get(adresse).content
    return list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def au_tableau(portail: Portail, navigateur: Navigateur) -> str:
    """Ce que le tableau de bord dit des dispenses à confirmer, recompté ; vide s'il n'en dit rien."""
    portail.horloge.avancer(minutes=2)
    navigateur.get("/gestion/tableau")
    navigateur.envoyer(bouton="Recompter maintenant")
    page = navigateur.suivre()
    dits = {dt.texte: next(dt.parent.tous("dd")).texte for dt in page.arbre.tous("dt") if dt.parent}
    if "Dispenses à confirmer" in dits:
        assert dacks(navigateur, page.lien("voir ces candidatures")) == 1
    return dits.get("Dispenses à confirmer", "")


def test_ecartee_ou_la_session_close_rien_n_attend_plus(portail: Portail, regine: Navigateur, dossier: str):
    regine.get(f"{dossier}/ecart")
    regine.envoyer({"motif": "autre", "precision": "Vue."})
    assert dacks(regine) == 0
    assert portail.lignes("SELECT dispense_a_confirmer AS d FROM candidature") == [{"d": 1}]
    regine.get(f"{dossier}/retablissement")
    regine.envoyer()
    assert dacks(regine) == 1
    portail.horloge.avancer(days=500)
    assert "dispense à confirmer" not in portail.navigateur(REGINE).get("/gestion").texte


@pytest.mark.sqlite("son plan de lecture")
def test_la_liste_a_confirmer_ne_lit_que_son_index(portail: Portail, dossier: str):
    def plans(db: Session, *_: Any) -> list[str]:
        lues: list[tuple[str, Any]] = []
        event.listen(
            db.connection(), "before_cursor_execute", lambda c, cursor, sql, valeurs, *_: lues.append((sql, valeurs))
        )
        services = services_a_portee(db, ["16"])
        demande = criteres({"dispense": "a_confirmer"}, services, None, specialites=(), etablissements=())
        lues.clear()
        assert ids_de_la_page(db, demande)[0] == (portail.candidature,)
        return [str(db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", v).all()) for sql, v in list(lues)]

    (plan,) = ecrire(portail, plans)
    assert "COVERING INDEX ix_candidature_dispense_a_confirmer" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.sqlite("redescend une base SQLite")
def test_la_migration_retrouve_ce_qui_attendait_deja(portail: Portail, dossier: str):
    base = url_sqlite(portail.donnees / BASE)
    command.downgrade(_config(base, None), "48c90cd87f9b")
    migrer(base)
    assert portail.lignes("SELECT dispense_a_confirmer AS d FROM candidature") == [{"d": 1}]
