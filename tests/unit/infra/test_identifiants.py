import math
import re

from app.infra.identifiants import ALPHABET, LONGUEUR, empreinte, jeton, nouvel_id


def test_un_identifiant_se_recopie_sans_ambiguite():
    tires = {nouvel_id() for _ in range(2_000)}
    assert len(tires) == 2_000
    assert all(re.fullmatch("[a-z2-9]+", tire) for tire in tires)
    assert not set("".join(tires)) & set("01iloOuv")
    assert set("".join(tires)) == set(ALPHABET)


def test_un_identifiant_porte_au_moins_soixante_quatre_bits():
    assert LONGUEUR * math.log2(len(set(ALPHABET))) >= 64
    assert len(nouvel_id()) == LONGUEUR


def test_un_jeton_porte_deux_cent_cinquante_six_bits_et_tient_dans_une_adresse():
    assert all(re.fullmatch(r"[\w-]{43}", jeton(), re.ASCII) for _ in range(200))
    assert jeton() != jeton()


def test_l_empreinte_est_un_sha256_et_ne_dit_rien_du_jeton():
    assert empreinte("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_une_adresse_trafiquee_a_une_empreinte_au_lieu_d_une_erreur():
    assert len(empreinte("\ud800é\0")) == 64
