"""La connexion d'un agent : rien avant le second facteur, et un code ne sert qu'une fois."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pyotp
import pytest

from app.comptes.agents import desactiver
from app.comptes.totp import desceller_secret, pas_du_code, sceller_secret
from app.infra.cle import cle_instance
from tests.instance import ADA, DACK, MOT_DE_PASSE, REGINE
from tests.unit.client import Navigateur
from tests.unit.gestion.conftest import connecter_l_agent, donner_le_code, entrer
from tests.unit.inscription.conftest import Portail


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(None)


def test_le_mot_de_passe_seul_n_ouvre_rien(portail: Portail, regine: Navigateur):
    assert connecter_l_agent(regine).adresse == "/connexion/code"
    assert portail.lignes("SELECT * FROM session_web") == []
    assert regine.get("/gestion", statut=303).adresse.startswith("/connexion?suite=")
    assert donner_le_code(regine, REGINE.code(portail.horloge.instant)).adresse == "/gestion"
    assert "Régine CASTERA" in regine.get("/gestion").texte


def test_un_code_ne_sert_qu_une_fois(portail: Portail, regine: Navigateur):
    entrer(regine, portail.horloge)
    ailleurs = portail.navigateur(None)
    connecter_l_agent(ailleurs)
    code = REGINE.code(portail.horloge.instant)
    assert donner_le_code(ailleurs, code, statut=422).erreurs[0].startswith("Ce code n’est pas le bon, ou a déjà servi")
    portail.horloge.avancer(seconds=30)
    assert donner_le_code(ailleurs, REGINE.code(portail.horloge.instant)).adresse == "/gestion"


def test_deux_envois_ensemble_du_meme_code_n_ouvrent_qu_une_session(portail: Portail):
    navigateurs = [portail.navigateur(None) for _ in range(4)]
    for navigateur in navigateurs:
        connecter_l_agent(navigateur)
        navigateur.get("/connexion/code")
    code = REGINE.code(portail.horloge.instant)

    def envoyer(navigateur: Navigateur) -> int:
        donnees = {"jeton_csrf": navigateur.jeton, "code": code}
        return navigateur.client.post("/connexion/code", data=donnees, follow_redirects=False).status_code

    with ThreadPoolExecutor(4) as fils:
        assert sorted(fils.map(envoyer, navigateurs)) == [303, 422, 422, 422]
    assert len(portail.lignes("SELECT * FROM session_web")) == 1


@pytest.mark.parametrize(("ecart", "entre"), [(-30, True), (30, True), (-61, False), (61, False)])
def test_l_horloge_du_telephone_peut_deriver_d_un_pas(portail: Portail, regine: Navigateur, ecart: int, entre: bool):
    connecter_l_agent(regine)
    code = REGINE.code(portail.horloge.instant + timedelta(seconds=ecart))
    page = donner_le_code(regine, code, statut=303 if entre else 422)
    assert (page.adresse == "/gestion") is entre


def test_un_code_plus_ancien_que_le_dernier_employe_ne_sert_plus(portail: Portail, regine: Navigateur):
    avant = REGINE.code(portail.horloge.instant - timedelta(seconds=30))
    entrer(regine, portail.horloge)
    ailleurs = portail.navigateur(None)
    connecter_l_agent(ailleurs)
    donner_le_code(ailleurs, avant, statut=422)


def test_un_code_de_secours_ne_sert_qu_une_fois(portail: Portail):
    for statut in (303, 422):
        navigateur = portail.navigateur(None)
        connecter_l_agent(navigateur)
        donner_le_code(navigateur, " ABCDE FGHJK ", statut=statut)
    assert "Il ne vous reste aucun code de secours" in portail.navigateur(REGINE).get("/gestion").texte


def test_le_code_de_secours_d_un_autre_ne_sert_pas(portail: Portail):
    (ligne,) = portail.lignes("SELECT empreinte FROM code_secours WHERE compte_id = 'basile'")
    assert ligne["empreinte"] not in {
        autre["empreinte"] for autre in portail.lignes("SELECT empreinte FROM code_secours WHERE compte_id <> 'basile'")
    }, "le même code, pour deux comptes, ne laisse pas la même empreinte"


def test_deviner_le_code_attend_de_plus_en_plus(portail: Portail, regine: Navigateur):
    connecter_l_agent(regine)
    faux = "000000" if REGINE.code(portail.horloge.instant) != "000000" else "111111"
    for _ in range(5):
        donner_le_code(regine, faux, statut=422)
    page = donner_le_code(regine, REGINE.code(portail.horloge.instant), statut=429)
    assert "Patientez avant de recommencer" in page.texte
    assert int(page.reponse.headers["retry-after"]) > 0
    connecter_l_agent(ailleurs := portail.navigateur(None))
    donner_le_code(ailleurs, REGINE.code(portail.horloge.instant), statut=429)
    portail.horloge.avancer(seconds=6)
    donner_le_code(ailleurs, REGINE.code(portail.horloge.instant))


def test_le_code_se_donne_dans_les_dix_minutes(portail: Portail, regine: Navigateur):
    connecter_l_agent(regine)
    portail.horloge.avancer(minutes=10)
    assert regine.get("/connexion/code", statut=303).adresse == "/connexion?avis=code"
    assert "dans les dix minutes" in regine.suivre().texte


def test_sans_mot_de_passe_il_n_y_a_pas_de_page_de_code(portail: Portail, regine: Navigateur):
    regine.get("/connexion")
    assert regine.get("/connexion/code", statut=303).adresse == "/connexion?avis=code"
    assert (
        regine.post("/connexion/code", {"code": REGINE.code(portail.horloge.instant)}).adresse == "/connexion?avis=code"
    )


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "1" * 5000, "\ud800", "abcde-fghjk-mnpqr"])
def test_un_code_illisible_est_refuse_sans_panne(portail: Portail, regine: Navigateur, code: str):
    connecter_l_agent(regine)
    regine.get("/connexion/code")
    corps = {"jeton_csrf": regine.jeton, "code": code.encode("utf-8", "surrogatepass")}
    reponse = regine.client.post("/connexion/code", data=corps, follow_redirects=False)
    assert reponse.status_code in (400, 422)


def test_la_session_d_un_agent_meurt_apres_trente_minutes_sans_activite(portail: Portail, regine: Navigateur):
    entrer(regine, portail.horloge)
    portail.horloge.avancer(minutes=29)
    regine.get("/gestion")
    portail.horloge.avancer(minutes=29)
    regine.get("/gestion")
    portail.horloge.avancer(minutes=32)
    regine.get("/gestion", statut=303)


def test_la_session_d_un_agent_finit_apres_douze_heures(portail: Portail, regine: Navigateur):
    entrer(regine, portail.horloge)
    for _ in range(28):
        portail.horloge.avancer(minutes=25)
        regine.get("/gestion")
    portail.horloge.avancer(minutes=25)
    regine.get("/gestion", statut=303)


def test_un_candidat_reste_deux_heures(portail: Portail):
    dack = portail.navigateur(DACK)
    portail.horloge.avancer(minutes=119)
    dack.get("/inscriptions")


def test_un_agent_desactive_perd_sa_session_et_n_entre_plus(portail: Portail, regine: Navigateur):
    entrer(regine, portail.horloge)
    appeler(portail, partial(desactiver, courriel=REGINE.courriel, maintenant=portail.horloge.instant))
    regine.get("/gestion", statut=303)
    page = connecter_l_agent(regine, statut=422)
    assert page.erreurs[0].startswith("L’identifiant ou le mot de passe n’est pas le bon")


def appeler(portail: Portail, acte: partial[bool]) -> None:
    base = portail.garde.client.app.state.database
    portail.garde.client.blocking_portal.call(base.ecrire, acte)


def test_un_agent_change_de_mot_de_passe_par_lien_et_le_code_reste_demande(portail: Portail, regine: Navigateur):
    regine.get("/compte/mot-de-passe-oublie")
    regine.post("/compte/mot-de-passe-oublie", {"identifiant": REGINE.courriel})
    (mail,) = portail.lignes("SELECT texte FROM courriel WHERE nature = 'mot_de_passe'")
    lien = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail["texte"])
    assert lien
    assert "12 à 128 caractères" in regine.get(lien[1]).texte
    court = {"mot_de_passe": "Court-2027!", "mot_de_passe_confirmation": "Court-2027!"}
    assert "12 caractères au moins" in regine.envoyer(court, statut=422).erreurs[0]
    neuf = "une phrase assez longue"
    regine.envoyer({"mot_de_passe": neuf, "mot_de_passe_confirmation": neuf})
    assert connecter_l_agent(regine, mot_de_passe=neuf).adresse == "/connexion/code"


def test_changer_de_mot_de_passe_annule_la_connexion_a_moitie_faite(portail: Portail, regine: Navigateur):
    connecter_l_agent(regine)
    autre = portail.navigateur(None)
    autre.get("/compte/mot-de-passe-oublie")
    autre.post("/compte/mot-de-passe-oublie", {"identifiant": REGINE.courriel})
    (mail,) = portail.lignes("SELECT texte FROM courriel WHERE nature = 'mot_de_passe'")
    lien = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail["texte"])
    assert lien
    autre.get(lien[1])
    neuf = "une phrase assez longue"
    autre.envoyer({"mot_de_passe": neuf, "mot_de_passe_confirmation": neuf})
    assert regine.get("/connexion/code", statut=303).adresse == "/connexion?avis=code"


def test_la_saisie_d_un_agent_arrivee_apres_la_session_lui_est_rendue(portail: Portail, regine: Navigateur):
    entrer(regine, portail.horloge)
    regine.get("/gestion")
    portail.horloge.avancer(minutes=40)
    envoi = regine.post("/connexion/reprise/abandon", {"note": "à garder"})
    assert envoi.adresse.startswith("/connexion?suite=")
    connecter_l_agent(regine)
    assert donner_le_code(regine, REGINE.code(portail.horloge.instant)).adresse == "/connexion/reprise"


def test_deja_connu_un_agent_va_a_la_gestion(portail: Portail):
    assert portail.navigateur(ADA).get("/connexion", statut=303).adresse == "/gestion"
    assert portail.navigateur(DACK).get("/connexion", statut=303).adresse == "/inscriptions"


def test_un_candidat_entre_sans_code(portail: Portail, regine: Navigateur):
    regine.get("/connexion")
    page = regine.post("/connexion", {"identifiant": DACK.courriel, "mot_de_passe": MOT_DE_PASSE})
    assert page.adresse == "/inscriptions"


def test_un_dossier_absent_ramene_un_agent_chez_lui(portail: Portail):
    page = portail.navigateur(REGINE).get("/gestion/candidatures/zzzzzzzzzzzzzz", statut=404)
    liens = {a["href"] for a in page.arbre.tous("a")}
    assert "/gestion" in liens
    assert "/inscriptions" not in liens


def test_les_pages_publiques_menent_un_agent_chez_lui(portail: Portail):
    page = portail.navigateur(REGINE).get("/")
    assert {a["href"] for a in page.arbre.tous("a")}.isdisjoint({"/inscriptions", "/compte", "/echeances"})
    assert page.lien("Gestion") == "/gestion"


def test_le_secret_est_scelle_pour_son_seul_compte(portail: Portail):
    cle = cle_instance(portail.donnees)
    (ligne,) = portail.lignes("SELECT secret FROM agent WHERE compte_id = 'regine'")
    assert REGINE.totp.encode() not in ligne["secret"]
    assert desceller_secret(cle, "regine", ligne["secret"]) == REGINE.totp
    assert desceller_secret(cle, "basile", ligne["secret"]) is None
    assert desceller_secret(b"x" * 32, "regine", ligne["secret"]) is None
    assert desceller_secret(cle, "regine", None) is None
    assert sceller_secret(cle, "regine", REGINE.totp) != sceller_secret(cle, "regine", REGINE.totp)


def test_le_pas_d_un_code_suit_la_rfc():
    """RFC 6238, annexe B : à 59 secondes, le code SHA-1 est 94287082, soit 287082 sur six chiffres."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    instant = datetime.fromtimestamp(59, UTC)
    assert pas_du_code(secret, "287082", instant, apres=0) == 1
    assert pas_du_code(secret, "287082", instant, apres=1) is None
    assert pyotp.TOTP(secret).at(instant) == "287082"
