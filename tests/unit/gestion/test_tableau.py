"""Le tableau de bord : des chiffres relevés à une heure dite, pour les seules académies de l'agent."""

from datetime import date

import pytest

from app.gestion.tableau.trace import arrondi, histogramme
from tests.instance import AMINE, BASILE, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.decor import deposer_des_dossiers
from tests.unit.gestion.personnel import brouillons, inscrire
from tests.unit.inscription.conftest import Portail

TABLEAU = "/gestion/tableau"


def chiffres(page: Page) -> dict[str, str]:
    paires = [e for e in page.arbre.tous("dl") if e["class"] == "chiffres"]
    return {next(d.tous("dt")).texte: next(d.tous("dd")).texte for dl in paires for d in dl.tous("div")}


def rangees(page: Page) -> dict[str, str]:
    """intitulé de ligne → premier nombre, dans tous les tableaux de la page"""
    lignes = [e for e in page.arbre.tous("tr") if list(e.tous("td"))]
    return {next(ligne.tous("th")).texte: next(ligne.tous("td")).texte for ligne in lignes}


def recompter(portail: Portail, navigateur: Navigateur) -> Page:
    """Une minute plus tard : un relevé tout frais ne se refait pas."""
    portail.horloge.avancer(minutes=2)
    navigateur.get(TABLEAU)
    navigateur.post(TABLEAU, {})
    return navigateur.suivre()


def test_les_chiffres_sont_ceux_de_la_base(portail: Portail):
    for nom in ("AAA", "BBB"):
        inscrire(portail, nom, "Zoé")
    brouillons(portail, ["CCC", "DDD", "EEE"])
    inscrire(portail, "AILLEURS", "Zoé", academie="24", est_enregistree=False)
    portail.horloge.avancer(days=8)
    inscrire(portail, "FFF", "Zoé")
    page = recompter(portail, portail.navigateur(REGINE))
    lus = {nom: valeur.replace("\N{NO-BREAK SPACE}", " ") for nom, valeur in chiffres(page).items()}
    assert lus["Inscrits"] == "3 + 1 aujourd’hui"
    assert lus["Brouillons"] == "3 fermeture dans 12 jours, 3 sans activité depuis une semaine"
    assert lus["Dossiers complets"].startswith("0 %")
    assert lus["Pièces à contrôler"].startswith("0 ")
    assert "Chiffres du 18/11/2026 à 14 h 04" in page.texte.replace("\N{NO-BREAK SPACE}", " ")
    jours = rangees(page)
    assert (jours["mardi 10/11/2026"], jours["mercredi 11/11/2026"], jours["mercredi 18/11/2026"]) == ("2", "0", "1")
    assert "Arts de la broderie" in page.texte
    assert "INDIV TOULOUSE" in page.texte


def test_le_svg_dit_les_memes_nombres_que_le_tableau(portail: Portail):
    inscrire(portail, "AAA", "Zoé")
    page = recompter(portail, portail.navigateur(REGINE))
    (image,) = [e for e in page.arbre.tous("svg") if e["role"] == "img"]
    assert "1 inscriptions, 1 au plus haut le 10/11/2026" in image["aria-label"].replace("\N{NO-BREAK SPACE}", " ")
    assert len([r for r in image.tous("rect") if r["class"] == "plein"]) == 1


def test_chacun_les_siennes(portail: Portail):
    inscrire(portail, "AAA", "Zoé")
    assert chiffres(recompter(portail, portail.navigateur(BASILE)))["Inscrits"].startswith("0 ")
    henri = portail.navigateur(HENRI)
    assert chiffres(recompter(portail, henri))["Inscrits"].startswith("1 ")
    assert chiffres(henri.get(f"{TABLEAU}?academie=24"))["Inscrits"].startswith("0 ")
    assert chiffres(henri.get(f"{TABLEAU}?academie=99&session=zz"))["Inscrits"].startswith("1 ")
    assert portail.navigateur(LUCIE).get(TABLEAU).h1 == "Tableau de bord"
    portail.navigateur(AMINE).get(TABLEAU, statut=404)


def test_un_releve_tout_frais_ne_se_refait_pas(portail: Portail):
    regine = portail.navigateur(REGINE)
    avant = recompter(portail, regine).texte
    inscrire(portail, "AAA", "Zoé")
    regine.post(TABLEAU, {})
    assert chiffres(regine.suivre())["Inscrits"].startswith("0 ")
    assert "Chiffres du" in avant
    assert chiffres(recompter(portail, regine))["Inscrits"].startswith("1 ")


def test_les_pieces_ont_l_age_de_leur_envoi(portail: Portail):
    deposer_des_dossiers(portail.donnees, 3)
    portail.horloge.avancer(days=2)
    page = recompter(portail, portail.navigateur(REGINE))
    ages = rangees(page)
    assert {quand: nombre for quand, nombre in ages.items() if "jour" in quand and "/" not in quand} == {
        "Aujourd’hui": "0",
        "1 jour": "0",
        "2 jours": "8",
        "3 jours": "4",
        "4 jours et plus": "0",
    }
    assert chiffres(page)["Pièces à contrôler"].startswith("12 ")


@pytest.mark.parametrize(
    ("nombre", "haut"), [(0, 1), (1, 1), (2, 2), (3, 4), (7, 10), (11, 20), (512, 600), (601, 1000)]
)
def test_le_haut_de_l_axe_est_un_nombre_rond(nombre: int, haut: int):
    assert arrondi(nombre) == haut


def test_l_histogramme_tient_dans_son_cadre_et_suit_la_session_d_avant():
    jours = [date(2026, 11, j) for j in range(1, 8)]
    trace = histogramme(jours, {"2026-11-02": 6, "2026-11-07": 3}, avant=(1, 2, 4))
    assert trace is not None
    assert (trace.total, trace.pic.jour, trace.maximum, trace.largeur) == (9, date(2026, 11, 2), 6, 70)
    assert [b.est_chome for b in trace.barres] == [True, False, False, False, False, False, True]
    assert all(0 <= b.y <= 100 and b.y + b.hauteur == 100 for b in trace.barres)
    assert trace.courbe.split()[0] == "5,83.3"
    assert trace.reperes == (date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 7))
    assert histogramme([], {}) is None
