"""La règle du mot de passe : celle du guide, ou la longueur seule."""

import pytest

from app.regles.compte import fautes_mot_de_passe
from tests.unit.regles.distribution import REFERENTIEL

pytestmark = pytest.mark.regles

COMMUNS = frozenset((REFERENTIEL / "mots_de_passe_courants.txt").read_text(encoding="utf-8").split())
DACK = ("ACCRALL", "Dack", "accrall@ac-rennes.fr", "28/11/2004")


@pytest.mark.parametrize("mot", ["Vjpf,q9x", "Vjpf,q9xQ", "voie-Verte", "Été à Lyon", "aB!45678901234567890"])
def test_un_mot_de_passe_conforme_au_guide_passe(mot: str) -> None:
    assert fautes_mot_de_passe(mot, interdits=DACK, communs=COMMUNS) == ()


@pytest.mark.parametrize(
    ("mot", "faute"),
    [
        ("Vj,q9xQ", "Allongez le mot de passe : 8 caractères au moins."),
        ("Vjpf,q9xQ" + "a" * 12, "Raccourcissez le mot de passe : 20 caractères au plus."),
        ("VJPF,Q9XQ", "Ajoutez une minuscule."),
        ("vjpf,q9xq", "Ajoutez une majuscule."),
        ("Vjpfq9xQz", "Ajoutez un caractère spécial (exemple : . / ! *)."),
    ],
)
def test_chaque_faute_dit_quoi_faire(mot: str, faute: str) -> None:
    assert [f.replace("\u00a0", " ") for f in fautes_mot_de_passe(mot)] == [faute]


def test_toutes_les_fautes_sont_dites_ensemble() -> None:
    assert len(fautes_mot_de_passe("")) == 4


@pytest.mark.parametrize(
    "mot",
    [
        "Accrall!9", "xxDACK.zz9", "Accrall@ac-rennes.fr", "Zz!28112004", "Zz!281104", "Zz!20041128", "Zz28-11-2004",
        "Zz!112804", "Accrall-ac-rennes9",
    ],
)  # fmt: skip
def test_ni_le_nom_ni_l_adresse_ni_la_naissance(mot: str) -> None:
    assert any("Retirez votre nom" in faute for faute in fautes_mot_de_passe(mot, interdits=DACK))


def test_la_date_se_donne_aussi_en_iso_et_les_accents_ne_cachent_rien() -> None:
    assert fautes_mot_de_passe("Zz!28112004", interdits=("2004-11-28",))
    assert fautes_mot_de_passe("Hélène!99x", interdits=("HELENE",))
    assert fautes_mot_de_passe("Marie!99xy", interdits=("Anne-Marie",))


def test_un_prenom_de_deux_lettres_n_interdit_pas_la_moitie_des_mots() -> None:
    assert fautes_mot_de_passe("Vjpf,li9xQ", interdits=("Li", "")) == ()


@pytest.mark.parametrize("mot", ["Azerty123!", "!Motdepasse1", "P@ssw0rd1", "Soleil1!", "AzertyUiop!"])
def test_un_mot_de_passe_courant_est_refuse_meme_habille(mot: str) -> None:
    assert "Choisissez un mot de passe moins courant." in fautes_mot_de_passe(mot, communs=COMMUNS)


def test_au_dela_de_vingt_caracteres_permis_la_longueur_remplace_la_composition() -> None:
    assert fautes_mot_de_passe("une phrase longue", longueur_max=128) == ()
    assert fautes_mot_de_passe("onze signes", longueur_max=128) != ()
    assert fautes_mot_de_passe("x" * 129, longueur_max=128) != ()
    assert fautes_mot_de_passe("azertyuiop12", longueur_max=128, communs=frozenset({"azertyuiop12"})) != ()


def test_la_liste_fournie_compte_mille_mots_en_minuscules() -> None:
    assert 900 <= len(COMMUNS) <= 1100
    assert all(mot == mot.casefold() and len(mot) >= 6 for mot in COMMUNS)
