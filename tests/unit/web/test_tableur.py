"""Le CSV : ouvert d'un double clic, il ne calcule rien."""

import pytest

from app.web.tableur import lignes_csv


@pytest.mark.parametrize("debut", ["=", "+", "-", "@", "\t", "\r"])
def test_une_cellule_ne_s_execute_jamais(debut: str):
    cellule = lignes_csv([[f"{debut}1+1"]]).decode()
    assert cellule.lstrip('"').startswith(f"'{debut}")


def test_les_separateurs_les_guillemets_et_les_vides_se_relisent():
    assert lignes_csv([['a;"b"', None, 3], ["é\n", "", 0]]).decode() == '"a;""b""";;3\r\n"é\n";;0\r\n'
