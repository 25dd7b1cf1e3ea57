"""Ce que le banc tire d’échanges et de réponses : une attente, une décomposition."""

from tests.bench.reseau import decompose, duree_couverte
from tests.e2e.pesee import Reponse


def test_deux_echanges_qui_se_chevauchent_ne_font_attendre_qu_une_fois() -> None:
    assert duree_couverte([]) == 0
    assert duree_couverte([(0, 1), (2, 4)]) == 3
    assert duree_couverte([(3, 4), (0, 2), (1, 3.5)]) == 4
    assert duree_couverte([(0, 10), (2, 3)]) == 10


def test_un_poids_se_decompose_en_corps_et_en_tetes() -> None:
    reponses = [Reponse("", "GET /", 400, 100, 2_600), Reponse("", "GET /style.css", 300, 50, 1_400)]
    assert decompose(reponses) == "2 réponses, corps 4.0 + en-têtes 0.7 ko (4.2 ko en HTTP/2)"
    assert decompose(reponses[:1]).startswith("1 réponse, ")
