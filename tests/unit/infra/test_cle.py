import subprocess
import sys
from pathlib import Path

import pytest

from app.infra.cle import NOM, cle_instance, derive, desceller, sceller

RACINE = Path(__file__).resolve().parents[3]
CLE, AUTRE = bytes(range(32)), bytes(32)


def test_la_cle_est_la_meme_a_chaque_demarrage_et_propre_a_l_instance(tmp_path: Path):
    cle = cle_instance(tmp_path / "une")
    assert len(cle) == 32
    assert cle_instance(tmp_path / "une") == cle
    assert cle_instance(tmp_path / "autre") != cle


def test_la_cle_n_est_lisible_que_par_son_proprietaire(tmp_path: Path):
    dossier = tmp_path / "donnees"
    dossier.mkdir(mode=0o755)
    cle_instance(dossier)
    assert dossier.stat().st_mode & 0o777 == 0o700
    assert (dossier / NOM).stat().st_mode & 0o777 == 0o600
    assert [f.name for f in dossier.iterdir()] == [NOM], "rien de provisoire ne reste"


def test_une_cle_laissee_trop_ouverte_est_refermee(tmp_path: Path):
    cle_instance(tmp_path)
    (tmp_path / NOM).chmod(0o644)
    cle_instance(tmp_path)
    assert (tmp_path / NOM).stat().st_mode & 0o777 == 0o600


def test_des_processus_qui_demarrent_ensemble_ont_la_meme_cle(tmp_path: Path):
    programme = (
        "import sys; from pathlib import Path; from app.infra.cle import cle_instance\n"
        "sys.stdin.readline(); print(cle_instance(Path(sys.argv[1])).hex())"
    )
    processus = [
        subprocess.Popen(
            [sys.executable, "-c", programme, str(tmp_path / "donnees")],
            cwd=RACINE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(6)
    ]
    for un in processus:
        assert un.stdin is not None
        un.stdin.write(b"\n")
        un.stdin.flush()
    cles = {un.communicate()[0] for un in processus}
    assert len(cles) == 1
    assert len(cles.pop().strip()) == 64


def test_une_cle_tronquee_arrete_tout_au_lieu_d_en_faire_une_autre(tmp_path: Path):
    cle_instance(tmp_path)
    (tmp_path / NOM).write_bytes(b"court")
    with pytest.raises(ValueError, match="5 bytes instead of 32"):
        cle_instance(tmp_path)


def test_ce_qui_est_scelle_se_descelle_avec_la_meme_cle():
    assert desceller(CLE, sceller(CLE, b"handicap")) == b"handicap"
    assert desceller(CLE, sceller(CLE, b"")) == b""
    assert desceller(AUTRE, sceller(CLE, b"handicap")) is None


def test_deux_scelles_du_meme_texte_ne_se_ressemblent_pas():
    assert sceller(CLE, b"oui") != sceller(CLE, b"oui")


def test_un_scelle_altere_a_n_importe_quel_octet_ne_rend_rien():
    scelle = sceller(CLE, b"oui")
    for i in range(len(scelle)):
        altere = scelle[:i] + bytes([scelle[i] ^ 1]) + scelle[i + 1 :]
        assert desceller(CLE, altere) is None
        assert desceller(CLE, scelle[:i]) is None


def test_chaque_usage_a_sa_cle():
    cles = {derive(CLE, "codes"), derive(CLE, "handicap"), derive(AUTRE, "codes"), CLE}
    assert len(cles) == 4
    assert derive(CLE, "codes") == derive(CLE, "codes")
    assert {len(cle) for cle in cles} == {32}
