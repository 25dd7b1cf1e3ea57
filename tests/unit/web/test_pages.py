"""Une adresse, trois lecteurs : navigateur sans JavaScript, htmx, rechargement."""

from typing import Any

import pytest

from app.settings import Reglages
from app.web.pages import chemin_interne, rediriger
from tests.unit.client import Navigateur, assert_fragment_conforme
from tests.unit.web.jouet import BON, portail


def test_un_envoi_reussi_mene_a_une_lecture(navigateur):
    navigateur.get("/jouet")
    reponse = navigateur.envoyer(BON | {"mot_de_passe": "secret"}, bouton="Suivant")
    assert reponse.adresse == "/jouet"
    assert navigateur.suivre().h1 == "Jouet"


def test_un_envoi_refuse_rend_tout_ce_qui_a_ete_tape_sauf_le_mot_de_passe(navigateur):
    navigateur.get("/jouet")
    page = navigateur.envoyer(
        {"nom": "  ", "naissance": "31/02/1998", "choix": ["B"], "mot_de_passe": "Secret!1"}, statut=422
    )
    assert page.erreurs == [
        "Renseignez le nom de famille",
        "Écrivez la date de naissance sous la forme jj/mm/aaaa, par exemple 30/05/1998",
    ]
    assert page.titre == "Erreur\xa0: Jouet - Cyclades"
    assert page.element("naissance")["value"] == "31/02/1998"
    assert "checked" in page.element("choix-2").attributs
    assert "Secret!1" not in page.html


def test_htmx_recoit_le_bloc_et_le_titre(navigateur):
    fragment = navigateur.get("/jouet", htmx=True)
    assert "<html" not in fragment.html
    assert fragment.html.lstrip().startswith("<title>Jouet - Cyclades</title>")
    assert_fragment_conforme(navigateur.get("/jouet/entier"), fragment, navigateur.get("/jouet"))


def test_un_fragment_et_la_phrase_d_etat_valent_la_page_rechargee(navigateur):
    avant = navigateur.get("/jouet")
    faux = {"nom": "", "naissance": "28/11/2004"}
    page = navigateur.envoyer(faux, statut=422)
    navigateur.get("/jouet")
    fragment = navigateur.envoyer(faux, statut=422, htmx=True)
    assert 'id="etat" role="status" hx-swap-oob="true"' in fragment.html
    questions, attendues = fragment.element("questions"), page.element("questions")
    assert questions.forme() == attendues.forme()
    assert fragment.titre == page.titre
    assert fragment.element("etat")["hx-swap-oob"] == "true"
    assert "hx-swap-oob" not in avant.html


@pytest.mark.parametrize("entete", ["HX-Boosted", "HX-History-Restore-Request"])
def test_une_navigation_boostee_ou_un_retour_recoit_la_page_entiere(navigateur, entete):
    page = navigateur.get("/jouet", entetes={"HX-Request": "true", entete: "true"})
    assert "<html" in page.html
    assert "hx-retarget" not in page.reponse.headers


def test_une_page_sans_bloc_remplace_tout_le_corps_et_l_adresse_suit(navigateur):
    entetes = navigateur.get("/jouet/entier?a=1", htmx=True).reponse.headers
    assert entetes["hx-retarget"] == "body"
    assert entetes["hx-push-url"] == "/jouet/entier?a=1"
    assert "hx-retarget" not in navigateur.get("/jouet", htmx=True).reponse.headers


@pytest.mark.parametrize("question", [b"a=\xe9\xff", "a=é".encode(), b"a=%0d%0aX:y", b"\x01"])
async def test_une_adresse_bizarre_ne_fait_pas_tomber_la_page(question):
    """Sans client : aucun n'accepterait d'envoyer ces octets, un robot si."""
    envoyes: list[Any] = []

    async def recevoir() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def envoyer(message: Any) -> None:
        envoyes.append(message)

    scope: Any = {
        "type": "http",
        "method": "GET",
        "path": "/jouet/entier",
        "raw_path": b"/jouet/entier",
        "root_path": "",
        "query_string": question,
        "headers": [(b"hx-request", b"true"), (b"host", b"127.0.0.1:8000")],
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 9),
        "http_version": "1.1",
    }
    await portail()(scope, recevoir, envoyer)
    entetes = dict(envoyes[0]["headers"])
    assert envoyes[0]["status"] == 200
    assert entetes[b"hx-push-url"].isascii()
    assert entetes[b"hx-push-url"].decode().isprintable()


def test_une_redirection_est_toujours_de_l_ascii():
    assert rediriger("/recherche?nom=Zoé&a=1").headers["Location"] == "/recherche?nom=Zo%C3%A9&a=1"
    assert rediriger("/a\r\nX: y").headers["Location"] == "/a%0D%0AX:%20y"


def test_aller_ailleurs_quitte_aussi_un_echange_partiel(navigateur):
    assert navigateur.get("/ailleurs", statut=303).adresse == "/connexion"
    assert navigateur.get("/ailleurs", htmx=True).reponse.headers["hx-redirect"] == "/connexion"


def test_rien_n_est_garde_par_defaut_et_ce_qui_l_est_distingue_page_et_morceau(navigateur):
    entetes = navigateur.get("/jouet").reponse.headers
    assert entetes["cache-control"] == "no-store"
    assert "vary" not in entetes
    with Navigateur(portail()) as anonyme:
        gardable = anonyme.get("/public").reponse.headers
        assert "HX-Request" in gardable["vary"]
        assert "Accept-Encoding" in gardable["vary"]
    assert entetes["content-encoding"] == "gzip"
    assert entetes["content-type"] == "text/html; charset=utf-8"


def test_une_page_publique_ne_se_garde_que_sans_jeton_ni_personne():
    with Navigateur(portail()) as anonyme:
        assert anonyme.get("/public").reponse.headers["cache-control"].startswith("public")
        assert anonyme.get("/public/avec-jeton").reponse.headers["cache-control"] == "no-store"
    with Navigateur(portail(connecte=True)) as connecte:
        assert connecte.get("/public").reponse.headers["cache-control"] == "no-store"


def test_l_en_tete_dit_qui_est_connecte_et_se_deconnecte_par_un_envoi():
    with Navigateur(portail(connecte=True)) as navigateur:
        page = navigateur.get("/public")
        assert "Dack Accrall" in page.texte
        assert page.lien("Mes inscriptions") == "/inscriptions"
        deconnexion = next(f for f in page.arbre.tous("form") if f["action"] == "/deconnexion")
        assert deconnexion["method"] == "post"


def test_un_inconnu_voit_comment_se_connecter(navigateur):
    page = navigateur.get("/public")
    assert page.lien("Me connecter") == "/connexion"
    assert "Heure du portail\xa0: mardi 24 novembre 2026, 14\xa0h\xa002 (heure de Paris)." in page.texte
    for intitule in ("Aide", "Vérifier un document", "Accessibilité", "Données personnelles et mentions légales"):
        assert page.lien(intitule)


def test_sur_une_page_introuvable_une_session_n_est_pas_dite_fermee(navigateur):
    """Le 404 d'une route inconnue ne sait pas qui est là : il ne doit pas inviter à se reconnecter."""
    navigateur.client.cookies.set(Reglages().cookie_session, "quelque-chose")
    page = navigateur.get("/rien", statut=404)
    assert "Me connecter" not in page.texte
    assert page.lien("Mes inscriptions") == "/inscriptions"


def test_une_page_sans_echange_ne_charge_aucun_script(navigateur):
    assert not list(navigateur.get("/public").arbre.tous("script"))
    sources = [s["src"] for s in navigateur.get("/jouet").arbre.tous("script")]
    assert [s.partition("-")[0] for s in sources] == ["/statique/portail"]


@pytest.mark.parametrize(
    "vers",
    [
        "//exemple.fr",
        "///exemple.fr",
        "https://exemple.fr",
        "javascript:alert(1)",
        "/\\exemple.fr",
        "",
        None,
        "/a\r\nX: y",
        "/\t/exemple.fr",
    ],
)
def test_un_chemin_de_retour_ne_sort_jamais_du_portail(vers):
    assert chemin_interne(vers, "/inscriptions") == "/inscriptions"


def test_un_chemin_de_retour_garde_sa_question():
    assert chemin_interne("/candidatures/a1?onglet=acquis") == "/candidatures/a1?onglet=acquis"
