"""Un envoi qui s'allonge, quand plusieurs processus partagent le dossier."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.infra.verrou import verrouiller
from app.pieces.morceaux import allonger, chemin_des_morceaux, lire_les_morceaux, recus


def test_un_morceau_s_ecrit_a_la_suite_et_un_trou_se_dit(tmp_path: Path):
    assert allonger(tmp_path, "envoi", debut=3, morceau=b"def", total=6) == 0
    assert recus(tmp_path, "envoi") == 0
    assert allonger(tmp_path, "envoi", debut=0, morceau=b"abc", total=6) == 3
    assert allonger(tmp_path, "envoi", debut=0, morceau=b"abc", total=6) == 3
    assert allonger(tmp_path, "envoi", debut=3, morceau=b"defg", total=6) == 3, "plus long qu’annoncé"
    assert allonger(tmp_path, "envoi", debut=3, morceau=b"def", total=6) == 6
    assert lire_les_morceaux(tmp_path, "envoi") == b"abcdef"


def test_le_meme_morceau_venu_par_deux_processus_ne_s_ecrit_qu_une_fois(tmp_path: Path):
    allonger(tmp_path, "envoi", debut=0, morceau=b"abc", total=6)
    with ThreadPoolExecutor(1) as fil:
        with chemin_des_morceaux(tmp_path, "envoi").open("ab") as autre:
            verrouiller(autre)
            attend = fil.submit(allonger, tmp_path, "envoi", debut=3, morceau=b"def", total=6)
            with pytest.raises(TimeoutError):
                attend.result(0.2)
            autre.write(b"def")
        assert attend.result(30) == 6
    assert lire_les_morceaux(tmp_path, "envoi") == b"abcdef"
