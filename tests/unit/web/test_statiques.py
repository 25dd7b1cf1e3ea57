import gzip
import hashlib
import re

import brotli
import pytest

from app.web.entetes import accepte
from app.web.reduction import reduire_css
from app.web.statiques import DOSSIER, Statiques, reduire

STATIQUES = Statiques()
FEUILLE = STATIQUES.adresse("css/portail.css")


def test_une_adresse_porte_l_empreinte_et_se_garde_un_an(navigateur):
    page = navigateur.get(FEUILLE)
    assert re.fullmatch(r"/statique/portail-[0-9a-f]{8}\.css", FEUILLE)
    assert page.reponse.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.reponse.headers["content-type"] == "text/css; charset=utf-8"
    assert page.reponse.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("demande", "codage"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", ""),
        ("identity", ""),
        ("*", "br"),
        ("br;q=bidon", ""),
    ],
)
def test_la_compression_suit_ce_que_le_navigateur_accepte(navigateur, demande, codage):
    reponse = navigateur.get(FEUILLE, entetes={"Accept-Encoding": demande}).reponse
    assert reponse.headers.get("content-encoding", "") == codage
    assert b".bouton{" in reponse.content


def test_une_ressource_deja_la_ne_revoyage_pas(navigateur):
    etag = navigateur.get(FEUILLE).reponse.headers["etag"]
    deja = navigateur.get(FEUILLE, statut=304, entetes={"If-None-Match": f'"autre", W/{etag}'})
    assert deja.reponse.content == b""
    assert navigateur.get(FEUILLE, entetes={"If-None-Match": '"autre"'}).reponse.content


@pytest.mark.parametrize("nom", ["portail-0000000000.css", "portail.css", "..%2f..%2fpyproject.toml", "%00"])
def test_une_adresse_inconnue_est_introuvable(navigateur, nom):
    navigateur.get(f"/statique/{nom}", statut=404)


def test_chaque_ressource_a_son_brotli_a_jour():
    """Rouge après un changement de source : `python -m app.web.statiques` le refait."""
    attendus = {f"{r.nom}.br" for r in STATIQUES.toutes() if r.gzip}
    assert {fichier.name for fichier in (DOSSIER / "brotli").iterdir()} == attendus
    for ressource in STATIQUES.toutes():
        if ressource.gzip:
            assert ressource.brotli is not None
            assert brotli.decompress(ressource.brotli) == ressource.octets == gzip.decompress(ressource.gzip)


def test_une_source_changee_n_est_jamais_servie_dans_son_ancien_brotli(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "brotli").mkdir()
    feuille = tmp_path / "css" / "a.css"
    feuille.write_text("a { b: c }")
    nom = Statiques(tmp_path).adresse("css/a.css").removeprefix("/statique/")
    (tmp_path / "brotli" / f"{nom}.br").write_bytes(b"ancien")
    feuille.write_text("a { b: d }")
    (ressource,) = Statiques(tmp_path).toutes()
    assert ressource.brotli is None


def test_htmx_est_celui_qui_a_ete_publie():
    page = (DOSSIER / "js" / "README.md").read_text()
    htmx = DOSSIER / "js" / "htmx-2.0.11.min.js"
    assert hashlib.sha256(htmx.read_bytes()).hexdigest() in page
    assert 'version:"2.0.11"' in htmx.read_text()
    assert "Zero-Clause BSD" in (DOSSIER / "js" / "htmx-LICENCE.txt").read_text()


def test_le_script_du_portail_vient_avec_htmx_ou_pas_du_tout():
    (script,) = (r for r in STATIQUES.toutes() if r.nom.startswith("portail-") and r.nom.endswith(".js"))
    assert script.octets.startswith((DOSSIER / "js" / "htmx-2.0.11.min.js").read_bytes())
    assert script.octets.endswith(reduire(DOSSIER / "js" / "portail.js"))
    assert not [r for r in STATIQUES.toutes() if r.nom.startswith("htmx")]


def test_le_poids_tient_le_budget():
    par_nom = {r.nom.rpartition("-")[0]: r for r in STATIQUES.toutes()}
    le_notre = reduire(DOSSIER / "js" / "portail.js")
    assert len(gzip.compress(le_notre, 9)) <= 4_000
    assert len(par_nom["logo"].gzip or b"") <= 300
    depot = next(r for r in STATIQUES.toutes() if r.nom.startswith("depot-"))
    assert len(depot.brotli or b"") <= 2048
    le_tout = len(brotli.compress(le_notre, quality=11)) + len(depot.brotli or b"")
    assert le_tout <= 4096, "notre JavaScript (spécification §10)"
    premiere = (r for r in STATIQUES.toutes() if not r.nom.startswith(("gestion", "depot")))  # chargés ailleurs
    total = sum(len(r.brotli or r.octets) for r in premiere)
    assert total <= 23_000, "css + htmx + portail + logo, en brotli : le reste de la première visite est la page"


@pytest.mark.parametrize("script", ["portail.js", "depot.js"])
def test_notre_script_se_reduit_ligne_a_ligne(script):
    """Un gabarit de chaîne ou un commentaire en bloc ne survivrait pas à reduire_js."""
    source = (DOSSIER / "js" / script).read_text()
    assert "`" not in source
    assert "/*" not in source
    assert not re.search(r"\beval\b|\bFunction\(|innerHTML|\?\.|\?\?", source), "ES2017, rien d'évalué"


@pytest.mark.parametrize(
    ("source", "reduit"),
    [
        ("/* ôté */ a , b { color : red; margin: 0 ; }", "a,b{color:red;margin:0}"),
        ('a::before { content: "/* ; */  x"; }', 'a::before{content:"/* ; */  x"}'),
        ("p { width: calc(100% - 2 * var(--e1)); }", "p{width:calc(100% - 2 * var(--e1))}"),
        (".a :hover { x: y }", ".a :hover{x:y}"),
        (".a > .b + .c { x: y }", ".a > .b + .c{x:y}"),
        ("@media (min-width: 48em) and (x: y) { a:hover { x: y } }", "@media (min-width:48em) and (x:y){a:hover{x:y}}"),
        ('a { content: "\\""; } /* fin', None),
    ],
)
def test_la_reduction_garde_le_sens(source, reduit):
    if reduit is None:
        assert 'content:"\\""' in reduire_css(source)
    else:
        assert reduire_css(source) == reduit


def test_reduire_deux_fois_ne_change_plus_rien():
    une_fois = reduire_css((DOSSIER / "css" / "portail.css").read_text())
    assert reduire_css(une_fois) == une_fois


def test_accept_encoding_absent_ne_veut_rien():
    assert not accepte("", "gzip")
    assert accepte("GZIP ; Q=0.5", "gzip")
    assert not accepte("gzip;q=0.0, *", "gzip")
