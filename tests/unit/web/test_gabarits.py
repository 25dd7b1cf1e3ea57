from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from app.web.gabarits import creer_environnement, date_fr, heure_fr, instant_paris, jour_fr, jour_long, typo

FERMETURE = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)


def test_une_fermeture_se_lit_a_l_heure_de_paris():
    assert instant_paris(FERMETURE) == "29/11/2026 à 18\xa0h (heure de Paris)"
    assert heure_fr(datetime(2026, 11, 24, 13, 2, tzinfo=UTC)) == "14\xa0h\xa002"
    assert heure_fr(datetime(2026, 7, 1, 13, 2, tzinfo=UTC)) == "15\xa0h\xa002"


def test_un_jour_est_celui_de_paris():
    assert date_fr(datetime(2026, 12, 24, 23, 30, tzinfo=UTC)) == "25/12/2026"
    assert jour_fr(date(2026, 12, 7)) == "lundi 07/12/2026"
    assert jour_long(date(2026, 11, 24)) == "mardi 24 novembre 2026"
    assert jour_long(date(2027, 1, 1)) == "vendredi 1er janvier 2027"
    assert date_fr(date(987, 1, 2)) == "02/01/0987"


def test_un_instant_sans_fuseau_est_refuse():
    with pytest.raises(ValueError, match="timezone"):
        heure_fr(datetime(2026, 11, 24, 13, 2))  # noqa: DTZ001 — l'objet du test


@pytest.mark.parametrize(
    ("brut", "compose"),
    [
        ("Heure : 14 h 02", "Heure\xa0: 14\xa0h\xa002"),
        ("« Suivant »", "«\xa0Suivant\xa0»"),
        ("N° 001, 5 Mo", "N°\xa0001, 5\xa0Mo"),
        ("https://exemple.fr", "https://exemple.fr"),
        ("Vraiment ?", "Vraiment\xa0?"),
    ],
)
def test_la_typographie_pose_des_insecables_larges(brut, compose):
    assert typo(brut) == compose
    assert "\u202f" not in typo(brut)


def test_la_typographie_ne_desarme_jamais_l_echappement():
    environnement = creer_environnement(str)
    assert environnement.from_string("{{ x|typo }}").render(x="<b> : </b>") == "&lt;b&gt;\xa0: &lt;/b&gt;"
    assert environnement.from_string("{{ x|typo }}").render(x=Markup("&lt;b&gt; :")) == "&lt;b&gt;\xa0:"


def test_tout_est_echappe_et_rien_d_indefini_ne_se_tait():
    environnement = creer_environnement(str)
    assert environnement.from_string("{{ x }}").render(x="<script>") == "&lt;script&gt;"
    with pytest.raises(UndefinedError):
        environnement.from_string("{{ oubli }}").render()
