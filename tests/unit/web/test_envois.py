"""Un envoi prouve qu'il vient d'une page du portail lue par ce navigateur ; toute autre forme est un 403."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Response, post
from litestar.testing import RequestFactory

from app.settings import Reglages
from app.web.jeton import Jeton
from app.web.pages import AnyRequest
from app.web.securite import Requete
from tests.unit.client import Navigateur, Page
from tests.unit.web.jouet import BON, portail

FORME = "application/x-www-form-urlencoded"


def brut(navigateur: Navigateur, corps: bytes, type_: str = FORME, *, statut: int, **entetes: str) -> Page:
    """Un corps écrit à la main, comme aucun navigateur n'en envoie."""
    reponse = navigateur.client.post("/jouet", content=corps, headers={"Content-Type": type_} | entetes)
    assert reponse.status_code == statut, reponse.text
    return Page(reponse)


def test_le_jeton_de_la_page_ouvre_l_envoi(navigateur):
    navigateur.get("/jouet")
    navigateur.envoyer(BON, statut=303)


def test_le_cookie_anonyme_n_est_pose_qu_au_premier_formulaire(navigateur):
    assert "set-cookie" not in navigateur.get("/public").reponse.headers
    pose = navigateur.get("/jouet").reponse.headers["set-cookie"]
    assert pose.startswith("visiteur=")
    assert "HttpOnly" in pose
    assert "SameSite=lax" in pose
    assert "set-cookie" not in navigateur.get("/jouet").reponse.headers


def test_derriere_https_le_cookie_est_lie_a_l_hote():
    reglages = Reglages(url_publique="https://examens.exemple.fr")
    with Navigateur(portail(reglages), reglages.url_publique) as navigateur:
        pose = navigateur.get("/jouet").reponse.headers["set-cookie"]
        assert pose.startswith("__Host-visiteur=")
        assert "Secure" in pose
        assert "Path=/" in pose
        assert "Domain" not in pose
        navigateur.envoyer(BON)


def test_le_jeton_change_a_chaque_page_et_chacun_reste_bon(navigateur):
    premier, second = navigateur.get("/jouet").jeton, navigateur.get("/jouet").jeton
    assert premier != second
    navigateur.post("/jouet", BON | {"jeton_csrf": premier})
    navigateur.post("/jouet", BON | {"jeton_csrf": second})


def test_le_jeton_d_une_autre_personne_est_refuse(navigateur):
    with Navigateur(portail()) as autre:
        etranger = autre.get("/jouet").jeton
    navigateur.get("/jouet")
    navigateur.post("/jouet", BON | {"jeton_csrf": etranger}, statut=403)


def test_le_jeton_d_avant_la_connexion_ne_vaut_plus_apres(navigateur):
    anonyme = navigateur.get("/jouet").jeton
    navigateur.client.cookies.set("session", "s1")
    navigateur.post("/jouet", BON | {"jeton_csrf": anonyme}, statut=403)


def test_le_jeton_reste_bon_tant_que_le_cookie_de_session_est_le_meme(navigateur):
    """La session peut être morte côté serveur : la reprise d'une saisie en dépend."""
    navigateur.client.cookies.set("session", "s1")
    jeton = navigateur.get("/jouet").jeton
    navigateur.post("/jouet", BON | {"jeton_csrf": jeton})
    navigateur.client.cookies.set("session", "s2")
    navigateur.post("/jouet", BON | {"jeton_csrf": jeton}, statut=403)


@pytest.mark.parametrize("jeton", ["", "é" * 28, "A" * 28, "A" * 100_000, "\0", "%", "=" * 28, "٣" * 28, "a b"])
def test_un_jeton_de_n_importe_quelle_forme_est_refuse(navigateur, jeton):
    navigateur.get("/jouet")
    page = navigateur.post("/jouet", BON | {"jeton_csrf": jeton}, statut=403)
    assert page.h1 == "Cet envoi n’a pas été accepté"


def test_un_jeton_absent_repete_ou_en_fichier_est_refuse(navigateur):
    bon = navigateur.get("/jouet").jeton
    brut(navigateur, b"nom=A", statut=403)
    brut(navigateur, f"jeton_csrf={bon}&jeton_csrf={bon}".encode(), statut=403)
    navigateur.post("/jouet", {"jeton_csrf": []}, fichiers={"jeton_csrf": ("j.txt", bon.encode())}, statut=403)
    brut(navigateur, b'{"jeton_csrf": "%s"}' % bon.encode(), "application/json", statut=403)


@pytest.mark.parametrize("entete", [b"\xe9\xff", b"", b"a" * 5000, b"\xc3\xa9"])
def test_un_en_tete_bizarre_est_refuse(navigateur, entete):
    navigateur.get("/jouet")
    reponse = navigateur.client.post("/jouet", data=BON, headers=[(b"X-Jeton-CSRF", entete)])
    assert reponse.status_code == 403


def test_l_en_tete_remplace_le_champ(navigateur):
    jeton = navigateur.get("/jouet").jeton
    brut(navigateur, b"nom=ACCRALL&naissance=28/11/2004", statut=200, **{"X-Jeton-CSRF": jeton})


def test_le_jeton_seul_ne_suffit_pas_a_un_envoi_venu_d_ailleurs(navigateur):
    navigateur.get("/jouet")
    for entetes in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://exemple.fr"},
        {"Origin": "http://[::1"},
    ):
        navigateur.post("/jouet", BON, statut=403, entetes=entetes)


def test_une_provenance_ordinaire_passe(navigateur):
    """Un formulaire d'une page en no-referrer part avec « Origin: null » : c'est notre cas à tous."""
    navigateur.get("/jouet")
    for entetes in (
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "none"},
    ):
        navigateur.post("/jouet", BON, entetes=entetes)


def test_apres_un_refus_ce_qui_etait_tape_se_renvoie_d_un_bouton(navigateur):
    navigateur.get("/jouet")
    champs = BON | {"jeton_csrf": "perime", "mot_de_passe": "Secret!1", "choix": ["A", "B"]}
    page = navigateur.post("/jouet", champs, statut=403, entetes={"Sec-Fetch-Site": "same-origin"})
    assert "Secret!1" not in page.html
    assert [c["value"] for c in page.formulaires[0].tous("input") if c["name"] == "choix"] == ["A", "B"]
    navigateur.envoyer(bouton="Envoyer de nouveau", statut=303)


def test_sans_attestation_du_navigateur_rien_n_est_rendu(navigateur):
    """Sinon une page d'ailleurs ferait valider sa propre saisie par un clic."""
    navigateur.get("/jouet")
    page = navigateur.post("/jouet", {"nom": "forgé", "jeton_csrf": "x"}, statut=403)
    assert "forgé" not in page.html
    assert not page.formulaires


@pytest.mark.parametrize("methode", ["PUT", "DELETE", "PATCH"])
def test_toute_methode_qui_change_quelque_chose_demande_le_jeton(methode):
    from litestar import delete, patch, put

    @put("/chose", status_code=200)
    async def remplacer() -> None: ...
    @delete("/chose", status_code=200)
    async def oter() -> None: ...
    @patch("/chose", status_code=200)
    async def modifier() -> None: ...

    with Navigateur(portail(routes=[remplacer, oter, modifier])) as navigateur:
        assert navigateur.client.request(methode, "/chose").status_code == 403
        jeton = navigateur.get("/jouet").jeton
        assert navigateur.client.request(methode, "/chose", headers={"X-Jeton-CSRF": jeton}).status_code == 200


EN_PARTIES = "multipart/form-data; boundary=x"
PARTIE = b'--x\r\nContent-Disposition: form-data; name="a"\r\n'


@pytest.mark.parametrize(
    ("corps", "type_"),
    [
        (b"nom=%FF", FORME),
        (b"nom=\xff\xfe", FORME),
        (b"&".join(b"a=1" for _ in range(3000)), FORME),
        (b"--x\r\ncasse", EN_PARTIES),
        (b"--x\r\n", "multipart/form-data"),
        (b"rien", EN_PARTIES),
        (PARTIE + b"Content-Type: text/plain; charset=klingon\r\n\r\nb\r\n--x--", EN_PARTIES),
        (PARTIE + b"\r\n\xff\xfe\r\n--x--", EN_PARTIES),
        ((PARTIE + b"\r\nb\r\n") * 600 + b"--x--", EN_PARTIES),
        (b"a=1", "multipart/form-data; boundary=" + "y" * 3000),
    ],
)
def test_un_corps_illisible_est_un_400_en_francais(navigateur, corps, type_):
    navigateur.get("/jouet")
    page = brut(navigateur, corps, type_, statut=400)
    assert page.h1 == "Votre envoi n’a pas pu être lu"


@pytest.mark.parametrize("type_", ["text/plain", "application/json", "", "multipart/mixed; boundary=x", "é"])
def test_un_type_de_corps_inattendu_ne_porte_pas_de_jeton(navigateur, type_):
    navigateur.get("/jouet")
    reponse = navigateur.client.post("/jouet", content=b"a=1", headers=[(b"Content-Type", type_.encode())])
    assert reponse.status_code == 403


def test_un_corps_trop_gros_est_refuse_annonce_ou_en_morceaux(navigateur):
    navigateur.get("/jouet")
    gros = b"nom=" + b"A" * 300_000
    assert brut(navigateur, gros, statut=413).h1 == "Votre envoi est trop lourd"

    def morceaux() -> Iterator[bytes]:
        for debut in range(0, len(gros), 4096):
            yield gros[debut : debut + 4096]

    reponse = navigateur.client.post("/jouet", content=morceaux(), headers={"Content-Type": FORME})
    assert reponse.status_code == 413


def test_une_route_de_depot_eleve_la_limite_pour_elle_seule():
    @post("/depot", status_code=200, request_max_body_size=2_000_000)
    async def deposer(request: AnyRequest) -> Response[str]:
        return Response(str(len((await request.form())["nom"])))

    with Navigateur(portail(routes=[deposer])) as navigateur:
        jeton = navigateur.get("/jouet").jeton
        gros = {"nom": "A" * 900_000, "jeton_csrf": jeton}
        assert navigateur.client.post("/depot", data=gros).text == "900000"
        assert navigateur.client.post("/jouet", data=gros).status_code == 413


def test_un_formulaire_lu_n_est_pas_garde_par_la_bibliotheque(navigateur):
    from litestar._parsers import parse_url_encoded_form_data

    parse_url_encoded_form_data.cache_clear()
    navigateur.get("/jouet")
    navigateur.envoyer(BON)
    assert parse_url_encoded_form_data.cache_info().currsize == 0


@given(st.text(max_size=60) | st.text("ABCDabcd0189-_=", min_size=43, max_size=43))
def test_aucun_texte_invente_n_est_un_jeton(texte):
    assert not Jeton(b"k" * 32, Reglages(), {"visiteur": "v"}).accepte(texte)


@given(st.text(min_size=1), st.text(min_size=1))
def test_un_jeton_n_ouvre_que_pour_son_cookie(un, autre):
    jeton = str(Jeton(b"k" * 32, Reglages(), {"session": un}))
    assert Jeton(b"k" * 32, Reglages(), {"session": un}).accepte(jeton)
    assert Jeton(b"k" * 32, Reglages(), {"session": autre}).accepte(jeton) == (un == autre)
    assert not Jeton(b"k" * 32, Reglages(), {"visiteur": un}).accepte(jeton)
    assert not Jeton(b"K" * 32, Reglages(), {"session": un}).accepte(jeton)


async def test_un_envoi_lent_se_lit_par_blocs_et_non_bout_par_bout():
    """Deux cents téléphones à 2 ko/s font mille bouts par seconde : ce que chacun éveille se paie."""
    bouts = [bytes([rang % 256]) * 500 for rang in range(400)]
    recus = iter([*((bout, True) for bout in bouts), (b"", False)])

    async def recevoir() -> Any:
        bout, suite = next(recus)
        return {"type": "http.request", "body": bout, "more_body": suite}

    portee = RequestFactory(app=portail()).post("/jouet").scope
    portee["state"].clear()  # le corps vide que la fabrique y a mis
    blocs = [bloc async for bloc in Requete(portee, recevoir).stream()]
    assert b"".join(blocs) == b"".join(bouts)
    assert [len(bloc) for bloc in blocs] == [66_000, 66_000, 66_000, 2_000, 0]
