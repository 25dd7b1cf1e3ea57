"""Le contrôle de page des tests voit rouge sur chaque faute qu'il promet de voir."""

import httpx
import pytest

from app.web.securite import CSP
from tests.unit.client import Page, assert_fragment_conforme, valeurs_affichees, verifier

SAINE = (
    '<!doctype html><html lang="fr"><head><title>Bonjour - Cyclades</title></head><body><main id="contenu">'
    '<h1>Bonjour</h1><form method="post"><input type="hidden" name="jeton_csrf" value="j">'
    '<label for="nom">Nom</label><input id="nom" name="nom"><button>Suivant</button></form></main></body></html>'
)


def page(html: str, csp: str = CSP) -> Page:
    entetes = {"content-type": "text/html; charset=utf-8", "content-security-policy": csp}
    return Page(httpx.Response(200, text=html, headers=entetes))


def test_une_page_saine_passe():
    verifier(page(SAINE))


@pytest.mark.parametrize(
    ("sain", "fautif"),
    [
        ("Bonjour - Cyclades", " - Cyclades"),
        ("Bonjour - Cyclades", "Erreur\xa0: Bonjour - Cyclades"),
        ("<h1>", "<h1>Deux</h1><h1>"),
        ("<h1>Bonjour</h1>", ""),
        ('<h1>', '<h1 id="nom">'),
        ('<label for="nom">Nom</label>', ""),
        ('<label for="nom">', '<label for="non">'),
        ("<h1>", '<h1 style="color:red">'),
        ("<h1>", '<h1 onclick="x()">'),
        ("<h1>", '<h1 hx-on:click="x()">'),
        ("<h1>", '<style>h1{}</style><h1>'),
        ("<h1>", "<script>x()</script><h1>"),
        ("<h1>", '<script src="https://exemple.fr/x.js"></script><h1>'),
        ("<h1>", '<a href="javascript:x()">x</a><h1>'),
        ("<h1>", '<a href="#absent">x</a><h1>'),
        ("<h1>", '<a href="/x"></a><h1>'),
        ('<input id="nom"', '<input id="nom" aria-describedby="absent"'),
        ('name="jeton_csrf"', 'name="autre"'),
        ("Suivant", "14\u202fh"),
        ('lang="fr"', 'lang="en"'),
        ("</form>", "</form></div>"),
        ('<input id="nom"', '<input id="nom" id="nom2"'),
    ],
)  # fmt: skip
def test_une_page_fautive_est_refusee(sain, fautif):
    assert sain in SAINE
    with pytest.raises(AssertionError):
        verifier(page(SAINE.replace(sain, fautif, 1)))


def test_une_reponse_sans_politique_est_refusee():
    with pytest.raises(AssertionError):
        verifier(page(SAINE, csp="default-src *"))


def test_un_fragment_qui_s_ecarte_de_sa_page_est_vu():
    titre = "<title>Bonjour - Cyclades</title>"
    bon = page(titre + SAINE[SAINE.index("<h1>") : SAINE.index("</main>")].replace('value="j"', 'value="autre tirage"'))
    assert_fragment_conforme(page(SAINE), bon, page(SAINE))
    for ecart in (bon.html.replace("Suivant", "Suite"), bon.html.replace("Bonjour - ", "Bonsoir - ")):
        with pytest.raises(AssertionError):
            assert_fragment_conforme(page(SAINE), page(ecart), page(SAINE))


def test_un_morceau_hors_bande_se_pose_a_sa_place():
    avant = SAINE.replace("<h1>", '<p id="etat">ancien</p><h1>')
    apres = SAINE.replace("<h1>", '<p id="etat">neuf</p><h1>').replace('<input id="nom"', '<input id="nom" value="A"')
    fragment = (
        '<title>Bonjour - Cyclades</title><input id="nom" name="nom" value="A"><p id="etat" hx-swap-oob="true">neuf</p>'
    )
    assert_fragment_conforme(page(avant), page(fragment), page(apres), cible="nom", dehors=True)


def test_les_valeurs_affichees_sont_celles_qu_un_navigateur_enverrait():
    formulaire = page(
        '<form><input name="a" value="1"><input type="checkbox" name="b" value="x" checked>'
        '<input type="checkbox" name="b" value="y"><input type="radio" name="c" value="z" checked disabled>'
        '<select name="d"><option value="1">Un</option><option value="2" selected>Deux</option></select>'
        "<textarea name='e'>\nligne\n</textarea><input type='file' name='f'></form>"
    ).formulaires[0]
    assert valeurs_affichees(formulaire) == {"a": ["1"], "b": ["x"], "d": ["2"], "e": ["ligne\n"]}
