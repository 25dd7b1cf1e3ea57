import json
import logging
import re

import pytest
from litestar import get, post
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.params import FromPath, FromQuery

from app.web.journal import FormatJson
from app.web.pages import AnyRequest
from tests.unit.client import Navigateur
from tests.unit.web.jouet import Connecte, Indisponible, portail

REPERE = re.compile(r"24/11\xa014\xa0h\xa002\xa0·\xa0[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def lignes(caplog):
    """Les lignes du journal telles qu'elles s'écrivent."""
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(FormatJson().format(r)) for r in caplog.records if r.name.startswith("cyclades")]


@pytest.mark.parametrize(
    ("adresse", "statut", "h1"),
    [
        ("/rien", 404, "Cette page n’existe pas"),
        ("/panne/introuvable", 404, "Cette page n’existe pas"),
        ("/panne/indisponible", 503, "Le portail est momentanément occupé"),
        ("/panne/trop", 429, "Patientez avant de recommencer"),
        ("/panne/imprevue", 500, "Le portail a rencontré une anomalie"),
    ],
)
def test_chaque_refus_a_sa_page_et_son_repere(navigateur, adresse, statut, h1):
    page = navigateur.get(adresse, statut=statut)
    assert page.h1 == h1
    assert REPERE.search(page.texte)


def test_une_panne_ne_dit_rien_de_technique_ni_de_personnel(navigateur, lignes):
    page = navigateur.get("/panne/imprevue", statut=500)
    ecrit = json.dumps(lignes(), ensure_ascii=False)
    for secret in ("ACCRALL", "RuntimeError: ", "Traceback"):
        assert secret not in page.html
        assert secret not in ecrit
    assert "RuntimeError" in ecrit, "le type et l'endroit restent, pour corriger"
    assert "jouet.py" in ecrit


@pytest.mark.parametrize(
    ("espace", "dit", "lien"),
    [
        (("/inscriptions", "Mes inscriptions"), "Votre brouillon est conservé.", "Aller à mes inscriptions"),
        (("/gestion", "Gestion"), "vérifiez-la avant de la refaire.", "Gestion"),
    ],
)
def test_une_panne_ne_parle_de_brouillon_qu_a_un_candidat(espace: tuple[str, str], dit: str, lien: str):
    @get("/panne-a-soi")
    async def en_panne(request: AnyRequest) -> None:
        request.scope["user"] = Connecte(espace=espace)
        raise RuntimeError

    with Navigateur(portail(routes=[en_panne])) as navigateur:
        page = navigateur.get("/panne-a-soi", statut=500)
    assert dit in page.texte
    assert page.lien(lien) == espace[0]
    assert ("brouillon" in page.texte) == (espace[0] == "/inscriptions")


def test_le_repere_de_la_page_se_retrouve_dans_le_journal(navigateur, lignes):
    page = navigateur.get("/panne/imprevue", statut=500)
    repere = REPERE.search(page.texte)
    assert repere is not None
    panne = next(ligne for ligne in lignes() if ligne["journal"] == "cyclades.pannes")
    assert panne["repere"] == repere[0]
    assert panne["route"] == "/panne/{sorte}"


def test_absent_et_interdit_se_repondent_de_meme():
    @get("/interdit")
    async def interdit() -> None:
        raise PermissionDeniedException("rôle")

    with Navigateur(portail(routes=[interdit])) as navigateur:
        corps = [REPERE.sub("", navigateur.get(a, statut=404).html) for a in ("/interdit", "/panne/introuvable")]
        assert corps[0] == corps[1]


def test_une_exception_de_connexion_invite_a_se_connecter():
    @get("/reserve")
    async def reserve() -> None:
        raise NotAuthorizedException

    with Navigateur(portail(routes=[reserve])) as navigateur:
        assert navigateur.get("/reserve", statut=401).lien("Me connecter") == "/connexion"


def test_l_attente_est_dite_a_la_personne_et_au_navigateur(navigateur):
    page = navigateur.get("/panne/trop", statut=429)
    assert page.reponse.headers["retry-after"] == "42"
    assert "42 secondes" in page.texte
    assert navigateur.get("/panne/indisponible", statut=503).reponse.headers["retry-after"] == "10"


def test_l_adresse_d_un_envoi_ne_se_propose_pas_a_la_lecture():
    """« Reprendre cette page » n'y mènerait qu'à une seconde erreur."""

    @post("/depot")
    async def deposer() -> None:
        raise Indisponible

    @post("/jouet/depot")
    async def deposer_ici() -> None:
        raise Indisponible

    @get("/jouet/depot")
    async def revenir() -> None: ...

    with Navigateur(portail(routes=[deposer, deposer_ici, revenir])) as navigateur:
        navigateur.get("/jouet")
        perdue = navigateur.post("/depot", statut=503)
        assert "Revenez à la page d’avant" in perdue.texte
        assert 'href="/depot"' not in perdue.html
        navigateur.get("/jouet")
        assert navigateur.post("/jouet/depot", statut=503).lien("Reprendre cette page") == "/jouet/depot"


def test_une_methode_refusee_dit_lesquelles_vont(navigateur):
    reponse = navigateur.client.put("/public")
    assert reponse.status_code == 405
    assert "GET" in reponse.headers["allow"]


def test_htmx_recoit_l_erreur_en_morceau(navigateur):
    fragment = navigateur.get("/panne/indisponible", statut=503, htmx=True)
    assert "<html" not in fragment.html
    assert fragment.h1 == "Le portail est momentanément occupé"


def test_un_parametre_mal_forme_n_est_pas_une_panne():
    @get("/page")
    async def paginer(page: FromQuery[int]) -> str:
        return str(page)

    @get("/numero/{numero:int}")
    async def numeroter(numero: FromPath[int]) -> str:
        return str(numero)

    with Navigateur(portail(routes=[paginer, numeroter])) as navigateur:
        for adresse in (
            "/page?page=x",
            "/page",
            "/page?page=" + "9" * 5000,
            "/numero/" + "9" * 5000,
            "/numero/%D9%A3x",
        ):
            assert navigateur.client.get(adresse).status_code in {400, 404}, adresse


def test_le_journal_dit_la_route_et_jamais_l_adresse(lignes):
    @get("/candidatures/{candidature_id:str}")
    async def lire(candidature_id: FromPath[str]) -> str:
        return candidature_id

    with Navigateur(portail(routes=[lire])) as navigateur:
        navigateur.get("/candidatures/Xk9-secret?nom=ACCRALL")
        navigateur.get("/inconnue/ACCRALL", statut=404)
    requetes = [ligne for ligne in lignes() if ligne["journal"] == "cyclades.acces"]
    assert [(r["route"], r["statut"]) for r in requetes] == [
        ("/candidatures/{candidature_id}", 200),
        ("(inconnue)", 404),
    ]
    assert all(r["ms"] >= 0 and r["methode"] == "GET" and r["instant"] for r in requetes)
    assert "secret" not in json.dumps(requetes)
    assert "ACCRALL" not in json.dumps(requetes)
