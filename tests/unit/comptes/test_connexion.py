"""Se connecter, se déconnecter, et ne rien apprendre à qui essaie."""

import statistics
import time
from datetime import timedelta

import pytest

from app.comptes.models import Compte, SessionWeb, Tentative
from app.infra.identifiants import empreinte
from tests.unit.client import Navigateur
from tests.unit.comptes.conftest import MOT_DE_PASSE, Portail, connecter, creer, inscrire

SESSION = "__Host-session"


def test_dack_se_connecte(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    assert connecter(navigateur).adresse == "/inscriptions"
    page = navigateur.get("/compte")
    assert "02600000001" in page.texte
    assert "MAY-SUR-ORNE" in page.texte
    assert "Dack ACCRALL" in page.texte
    assert "2 heures sans activité" in page.texte


def test_l_ecran_a_les_mots_du_guide(navigateur: Navigateur) -> None:
    page = navigateur.get("/connexion")
    assert page.h1 == "Veuillez vous identifier"
    for mots in ("Identifiant de connexion *", "Mot de passe *", "Se connecter", "Je n’ai pas de compte"):
        assert mots in page.texte.replace("\N{NO-BREAK SPACE}", " ")
    assert page.lien("Mot de passe oublié, réinitialisation du mot de passe") == "/compte/mot-de-passe-oublie"


@pytest.mark.parametrize(
    "identifiant", ["dack.accrall@exemple.fr", " DACK.ACCRALL@EXEMPLE.FR ", "ｄack.accrall@exemple.fr"]
)
def test_l_identifiant_se_compare_sans_casse_ni_forme(
    portail: Portail, navigateur: Navigateur, identifiant: str
) -> None:
    inscrire(portail, navigateur)
    assert connecter(navigateur, identifiant=identifiant).adresse == "/inscriptions"


def test_le_cookie_est_ferme_aux_scripts_aux_autres_sites_et_au_http(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    poses = connecter(navigateur).reponse.headers.get_list("set-cookie")
    (session,) = [p for p in poses if p.startswith(f"{SESSION}=")]
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Secure" in session
    assert "Path=/" in session
    assert "Domain" not in session
    secret = navigateur.client.cookies[SESSION]
    assert [s.empreinte for s in portail.lignes(SessionWeb)] == [empreinte(secret)]


def test_une_session_imposee_avant_la_connexion_ne_vaut_rien(portail: Portail, navigateur: Navigateur) -> None:
    """Fixation : l'attaquant connaît l'identifiant posé dans le navigateur de la victime."""
    inscrire(portail, navigateur)
    navigateur.client.cookies.set(SESSION, "connu-de-l-attaquant", domain="examens.exemple.fr", path="/")
    connecter(navigateur)
    assert [c.value for c in navigateur.client.cookies.jar if c.name == SESSION] != ["connu-de-l-attaquant"]
    attaquant = portail.navigateur()
    attaquant.client.cookies.set(SESSION, "connu-de-l-attaquant")
    assert attaquant.get("/compte", statut=303).adresse.startswith("/connexion")


def test_la_session_vivante_d_un_autre_se_ferme_a_la_connexion(portail: Portail, navigateur: Navigateur) -> None:
    """Fixation, encore : l'attaquant pose sa propre session, bien vivante, chez la victime."""
    inscrire(portail, navigateur)
    attaquant = portail.navigateur()
    creer(attaquant, courriel="charlie@exemple.fr", courriel_confirmation="charlie@exemple.fr")
    attaquant.get(portail.lien())
    attaquant.envoyer()
    connecter(attaquant, identifiant="charlie@exemple.fr")
    page = attaquant.get("/compte")
    victime = portail.navigateur()
    victime.client.cookies.set(SESSION, attaquant.client.cookies[SESSION], domain="examens.exemple.fr", path="/")
    champs = {"identifiant": "dack.accrall@exemple.fr", "mot_de_passe": MOT_DE_PASSE, "jeton_csrf": page.jeton}
    assert victime.post("/connexion", champs).adresse == "/inscriptions"
    attaquant.get("/compte", statut=303)
    assert len(portail.lignes(SessionWeb)) == 1


def test_la_session_tourne_a_chaque_connexion(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    premiere = navigateur.client.cookies[SESSION]
    autre = portail.navigateur()
    autre.client.cookies.set(SESSION, premiere)
    navigateur.get("/compte")
    navigateur.post("/deconnexion")
    connecter(navigateur)
    assert navigateur.client.cookies[SESSION] != premiere
    assert autre.get("/compte", statut=303).adresse == "/connexion?suite=%2Fcompte"
    assert len(portail.lignes(SessionWeb)) == 1


def test_se_deconnecter_tue_la_session(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    vole = navigateur.client.cookies[SESSION]
    navigateur.get("/compte")
    assert navigateur.post("/deconnexion").adresse == "/connexion?avis=deconnexion"
    assert "Vous êtes déconnecté" in navigateur.suivre().texte
    assert SESSION not in navigateur.client.cookies
    assert portail.lignes(SessionWeb) == []
    autre = portail.navigateur()
    autre.client.cookies.set(SESSION, vole)
    autre.get("/compte", statut=303)


def test_se_deconnecter_ne_se_fait_pas_par_un_lien(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    navigateur.get("/deconnexion", statut=405)
    navigateur.get("/compte")


def test_l_inactivite_ferme_la_session_jamais_avant_deux_heures(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    portail.plus_tard(minutes=9, seconds=59)
    navigateur.get("/compte")
    portail.plus_tard(hours=2)
    navigateur.get("/compte")
    portail.plus_tard(hours=2, minutes=10, seconds=-1)
    navigateur.get("/compte")
    portail.plus_tard(hours=2, minutes=10)
    navigateur.get("/compte", statut=303)


def test_vue_le_n_est_ecrite_que_toutes_les_dix_minutes(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    debut = portail.instant
    portail.plus_tard(minutes=9, seconds=59)
    navigateur.get("/compte")
    assert portail.lignes(SessionWeb)[0].vue_le == debut
    portail.plus_tard(seconds=1)
    navigateur.get("/compte")
    assert portail.lignes(SessionWeb)[0].vue_le == debut + timedelta(minutes=10)


def test_la_session_finit_a_24_heures_pile(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    connecter(navigateur)
    for _ in range(23):
        portail.plus_tard(hours=1)
        navigateur.get("/compte")
    portail.plus_tard(hours=1, seconds=-1)
    navigateur.get("/compte")
    portail.plus_tard(seconds=1)
    navigateur.get("/compte", statut=303)


def test_l_adresse_demandee_attend_apres_la_connexion(portail: Portail, navigateur: Navigateur) -> None:
    inscrire(portail, navigateur)
    assert navigateur.get("/compte?avis=x", statut=303).adresse == "/connexion?suite=%2Fcompte%3Favis%3Dx"
    navigateur.suivre()
    page = navigateur.envoyer({"identifiant": "dack.accrall@exemple.fr", "mot_de_passe": MOT_DE_PASSE})
    assert page.adresse == "/compte?avis=x"


@pytest.mark.parametrize(
    "suite",
    [
        "https://pirate.exemple/",
        "//pirate.exemple",
        "/\\pirate.exemple",
        "javascript:alert(1)",
        "/%0d%0aX: y",
        "\x00",
        "é",
    ],
)
def test_la_suite_ne_sort_jamais_du_portail(portail: Portail, navigateur: Navigateur, suite: str) -> None:
    inscrire(portail, navigateur)
    adresse = connecter(navigateur, suite=suite).adresse
    assert adresse == "/inscriptions" or adresse.startswith("/%0d%0a")
    assert (
        navigateur.client.get("/connexion", params={"suite": suite}, follow_redirects=False)
        .headers["location"]
        .startswith("/")
    )


def test_pour_htmx_la_connexion_remplace_toute_la_page(portail: Portail, navigateur: Navigateur) -> None:
    page = navigateur.get("/compte", htmx=True)
    assert page.reponse.headers["hx-redirect"] == "/connexion?suite=%2Fcompte"


def test_un_compte_en_attente_revient_a_l_ecran_d_attente(portail: Portail, navigateur: Navigateur) -> None:
    creer(navigateur)
    ailleurs = portail.navigateur()
    assert connecter(ailleurs).adresse == "/compte/attente"
    assert "Dack.Accrall@exemple.fr" in ailleurs.suivre().texte
    assert portail.lignes(SessionWeb) == []
    assert "n’est pas le bon" in connecter(portail.navigateur(), "Faux!12345", statut=422).erreurs[0]


class TestEnumeration:
    """Rien ne distingue un compte qui existe d'un compte qui n'existe pas."""

    def test_meme_reponse(self, portail: Portail, navigateur: Navigateur) -> None:
        inscrire(portail, navigateur)
        connu = connecter(portail.navigateur(), "Faux!12345", statut=422)
        inconnu = connecter(portail.navigateur(), "Faux!12345", statut=422, identifiant="personne@exemple.fr")
        assert connu.erreurs == inconnu.erreurs
        corps = [p.arbre.texte for p in (connu, inconnu)]
        assert corps[0] == corps[1]
        entetes = [{n for n in p.reponse.headers if n != "content-length"} for p in (connu, inconnu)]
        assert entetes[0] == entetes[1]

    def test_temps_comparable(self, portail: Portail, navigateur: Navigateur) -> None:
        """Sans le calcul d'argon2 pour un compte absent, le rapport serait de 5 à 20."""
        inscrire(portail, navigateur)
        durees: dict[str, list[float]] = {"dack.accrall@exemple.fr": [], "personne@exemple.fr": []}
        for rang in range(8):
            for identifiant, mesures in durees.items():
                visiteur = portail.navigateur()
                page = visiteur.get("/connexion")
                champs = {"identifiant": identifiant, "mot_de_passe": "Faux!12345", "jeton_csrf": page.jeton}
                debut = time.perf_counter()
                reponse = visiteur.client.post("/connexion", data=champs, headers={"X-Reseau": f"198.51.100.{rang}"})
                mesures.append(time.perf_counter() - debut)
                assert reponse.status_code == 422
        connu, inconnu = (statistics.median(m) for m in durees.values())
        assert 0.4 < connu / inconnu < 2.5


class TestRalentissement:
    def test_les_essais_font_attendre_de_plus_en_plus(self, portail: Portail, navigateur: Navigateur) -> None:
        inscrire(portail, navigateur)
        for _ in range(5):
            connecter(navigateur, "Faux!12345", statut=422)
        page = connecter(navigateur, statut=429)
        assert page.reponse.headers["retry-after"] == "5"
        assert "Recommencez dans 5 secondes" in page.texte
        assert page.element("identifiant")["value"] == "Dack.Accrall@exemple.fr"
        portail.plus_tard(seconds=5)
        connecter(navigateur, "Faux!12345", statut=422)
        assert connecter(navigateur, statut=429).reponse.headers["retry-after"] == "10"
        portail.plus_tard(seconds=9)
        connecter(navigateur, statut=429)
        portail.plus_tard(seconds=1)
        assert connecter(navigateur).adresse == "/inscriptions"
        connecter(portail.navigateur(), "Faux!12345", statut=422)

    def test_il_est_en_base_donc_survit_a_un_redemarrage(self, portail: Portail, navigateur: Navigateur) -> None:
        for _ in range(5):
            connecter(navigateur, statut=422)
        tentatives = portail.lignes(Tentative)
        assert len(tentatives) == 3
        assert max(t.prochaine_le for t in tentatives) == portail.instant + timedelta(seconds=5)
        assert all(len(t.cle) == 64 for t in tentatives)

    def test_mille_machines_ne_s_acharnent_pas_sur_un_compte(self, portail: Portail, navigateur: Navigateur) -> None:
        inscrire(portail, navigateur)
        for rang in range(20):
            connecter(navigateur, "Faux!12345", statut=422, reseau=f"198.51.100.{rang}")
        page = connecter(navigateur, "Faux!12345", statut=429, reseau="198.51.100.99")
        assert int(page.reponse.headers["retry-after"]) <= 30

    def test_la_victime_entre_quand_meme_depuis_son_navigateur(self, portail: Portail, navigateur: Navigateur) -> None:
        inscrire(portail, navigateur)
        connecter(navigateur)
        navigateur.get("/compte")
        navigateur.post("/deconnexion")
        attaquant = portail.navigateur()
        for rang in range(20):
            connecter(attaquant, "Faux!12345", statut=422, reseau=f"198.51.100.{rang}")
        connecter(attaquant, "Faux!12345", statut=429, reseau="198.51.100.99")
        connecter(portail.navigateur(), statut=429, reseau="203.0.113.5")
        assert connecter(navigateur, reseau="203.0.113.5").adresse == "/inscriptions"

    def test_un_essai_refuse_n_allonge_pas_l_attente(self, portail: Portail, navigateur: Navigateur) -> None:
        for _ in range(5):
            connecter(navigateur, statut=422)
        for _ in range(10):
            connecter(navigateur, statut=429)
        portail.plus_tard(seconds=5)
        connecter(navigateur, statut=422)

    def test_tout_s_oublie_le_lendemain(self, portail: Portail, navigateur: Navigateur) -> None:
        for _ in range(5):
            connecter(navigateur, statut=422)
        portail.plus_tard(hours=24)
        for _ in range(5):
            connecter(navigateur, statut=422)


@pytest.mark.parametrize("texte", ["\x00", "9" * 5000, "\u202e", "' OR 1=1 --", "\ufffe"])
def test_une_saisie_hostile_ne_fait_rien_tomber(portail: Portail, navigateur: Navigateur, texte: str) -> None:
    connecter(navigateur, texte, statut=422)
    connecter(navigateur, statut=422, identifiant=texte)
    navigateur.get("/connexion")
    page = navigateur.post("/connexion", statut=422, fichiers={"identifiant": ("a", b"x"), "mot_de_passe": ("b", b"y")})
    assert len(page.erreurs) == 2
    assert portail.lignes(Compte) == []


def test_un_cookie_hostile_n_est_personne(navigateur: Navigateur) -> None:
    for valeur in (b"x" * 4000, b"%00", b'"', "é".encode(), b"\xff"):
        reponse = navigateur.client.get(
            "/compte", headers={b"cookie": SESSION.encode() + b"=" + valeur}, follow_redirects=False
        )
        assert reponse.status_code == 303
