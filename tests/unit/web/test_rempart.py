"""Les en-têtes sont sur toutes les réponses, quelles qu'elles soient."""

import gzip

import brotli
import pytest
from litestar import Response, get

from app.settings import Reglages
from app.web.securite import CSP, CSP_HORS_PAGE
from tests.unit.client import Navigateur
from tests.unit.web.jouet import portail

PROMIS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("methode", "adresse", "statut"),
    [
        ("GET", "/public", 200),
        ("GET", "/rien", 404),
        ("GET", "/a" * 500, 404),
        ("PUT", "/public", 405),
        ("OPTIONS", "/public", 204),
        ("POST", "/jouet", 403),
        ("GET", "/panne/introuvable", 404),
        ("GET", "/panne/indisponible", 503),
        ("GET", "/panne/trop", 429),
        ("GET", "/panne/imprevue", 500),
        ("GET", "/statique/rien.css", 404),
        ("BIZARRE", "/public", 405),
    ],
)
def test_toute_reponse_porte_les_en_tetes(navigateur, methode, adresse, statut):
    reponse = navigateur.client.request(methode, adresse)
    assert reponse.status_code == statut
    assert {nom: reponse.headers.get(nom) for nom in PROMIS} == PROMIS
    est_une_page = reponse.headers.get("content-type", "").startswith("text/html")
    assert reponse.headers["content-security-policy"] == (CSP if est_une_page else CSP_HORS_PAGE)
    assert ("cross-origin-resource-policy" in reponse.headers) is (reponse.content != b"" and not est_une_page)
    assert reponse.headers["cache-control"]
    assert "strict-transport-security" not in reponse.headers
    assert "server" not in reponse.headers


def test_une_requete_mal_formee_garde_les_en_tetes(navigateur):
    for entetes in ({"Host": "a b"}, {"Cookie": "=;;=\x01"}, {"Content-Length": "x"}):
        reponse = navigateur.client.get("/public", headers=entetes)
        assert reponse.status_code < 500
        assert reponse.headers["content-security-policy"] in {CSP, CSP_HORS_PAGE}


def test_derriere_https_le_navigateur_n_y_revient_plus_en_clair():
    reglages = Reglages(url_publique="https://examens.exemple.fr")
    with Navigateur(portail(reglages), reglages.url_publique) as navigateur:
        for adresse in ("/public", "/rien"):
            entetes = navigateur.client.get(adresse).headers
            assert entetes["strict-transport-security"].startswith("max-age=31536000")


def test_une_route_peut_se_montrer_plus_stricte():
    @get("/fichier")
    async def servir() -> Response[str]:
        return Response("x", headers={"Content-Security-Policy": "sandbox; default-src 'none'"})

    with Navigateur(portail(routes=[servir])) as navigateur:
        assert navigateur.client.get("/fichier").headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_un_fichier_ne_se_charge_que_de_ce_portail():
    @get("/fichier")
    async def servir() -> Response[bytes]:
        return Response(b"%PDF-", media_type="application/pdf")

    with Navigateur(portail(routes=[servir])) as navigateur:
        assert navigateur.client.get("/fichier").headers["cross-origin-resource-policy"] == "same-origin"
        assert "cross-origin-resource-policy" not in navigateur.client.get("/public").headers


@pytest.mark.parametrize("politique", [CSP, CSP_HORS_PAGE])
def test_la_politique_n_a_aucune_porte_ouverte(politique):
    assert "unsafe" not in politique
    assert "*" not in politique
    assert "http" not in politique
    assert politique.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in politique


@pytest.mark.parametrize(
    ("demande", "codage", "deplier"),
    [("gzip, deflate, br", "br", brotli.decompress), ("br;q=0, gzip", "gzip", gzip.decompress)],
)
def test_une_page_part_dans_le_meilleur_codage_que_lit_le_navigateur(demande, codage, deplier):
    with (
        Navigateur(portail()) as navigateur,
        navigateur.client.stream("GET", "/public", headers={"Accept-Encoding": demande}) as reponse,
    ):
        corps = b"".join(reponse.iter_raw())
    assert reponse.headers["content-encoding"] == codage
    assert reponse.headers["content-length"] == str(len(corps))
    assert deplier(corps).decode().rstrip().endswith("</html>")


def test_une_reponse_deja_comprimee_ou_courte_n_est_pas_recomprimee():
    @get("/court")
    async def court() -> str:
        return "ok"

    @get("/deja")
    async def deja() -> Response[bytes]:
        return Response(b"\x1f\x8b" + b"x" * 2000, headers={"Content-Encoding": "gzip"}, media_type="text/html")

    @get("/pdf")
    async def pdf() -> Response[bytes]:
        return Response(b"x" * 2000, media_type="application/pdf")

    with Navigateur(portail(routes=[court, deja, pdf])) as navigateur:
        assert "content-encoding" not in navigateur.client.get("/court").headers
        assert "content-encoding" not in navigateur.client.get("/pdf").headers
        with navigateur.client.stream("GET", "/deja") as reponse:
            assert b"".join(reponse.iter_raw()).startswith(b"\x1f\x8bxxx")
        assert (
            "content-encoding" not in navigateur.client.get("/public", headers={"Accept-Encoding": "gzip;q=0"}).headers
        )
