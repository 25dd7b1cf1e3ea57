"""« Vérifier un document » : ouvert à tous, et muet sur la personne hors ses initiales."""

import pytest
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.documents.codes import ALPHABET, LONGUEUR, en_groupes, normaliser, nouveau_code
from app.documents.models import TypeDocument
from app.regles.vocabulaire import EtatCandidature
from tests.unit.documents.conftest import Portail
from tests.unit.documents.decor import CANDIDATURE

CONFIRMATION = TypeDocument.CONFIRMATION


def test_un_code_courant_est_valable_et_ne_dit_que_les_initiales(portail: Portail) -> None:
    page = portail.ouvrir(None).get(f"/verifier/{en_groupes(portail.codes[CONFIRMATION, 1])}")
    assert "Document valable" in page.texte
    assert "D. A." in page.texte
    for personnel in ("ACCRALL", "Dack", "02146028333", "28/11/2004", "Arts de la broderie", "voie verte"):
        assert personnel not in page.html


def test_un_document_remplace_dit_par_quelle_version(portail: Portail) -> None:
    portail.publier(2, CONFIRMATION)
    page = portail.ouvrir(None).get(f"/verifier/{portail.codes[CONFIRMATION, 1]}")
    assert "Document remplacé par la version 02" in page.texte
    assert "Document valable" not in page.texte
    assert "Document valable" in portail.ouvrir(None).get(f"/verifier/{portail.codes[CONFIRMATION, 2]}").texte


@pytest.mark.parametrize(
    ("etat", "verdict"),
    [(EtatCandidature.DESINSCRIT, "Candidat désinscrit"), (EtatCandidature.ECARTE, "Candidature écartée")],
)
def test_une_candidature_finie_le_dit(portail: Portail, etat: EtatCandidature, verdict: str) -> None:
    with Session(portail.moteur) as db, db.begin():
        db.get_one(Candidature, CANDIDATURE).etat = etat
    page = portail.ouvrir(None).get(f"/verifier/{portail.codes[CONFIRMATION, 1]}")
    assert verdict in page.texte
    assert "Document valable" not in page.texte


@pytest.mark.parametrize("saisie", ["AAAA-AAAA-AAAA", "court", "Ω" * 12, "x" * 500, "٣" * 12, "%00", "'; drop table"])
def test_un_code_inconnu_ou_mal_forme_dit_de_le_relire(portail: Portail, saisie: str) -> None:
    page = portail.ouvrir(None).get(f"/verifier/{saisie}")
    assert "Code inconnu" in page.texte


def test_le_formulaire_accepte_ce_qu_on_tape_vraiment(portail: Portail) -> None:
    navigateur = portail.ouvrir(None)
    page = navigateur.get("/verifier")
    assert page.h1 == "Vérifier un document"
    code = portail.codes[CONFIRMATION, 1].lower().replace("0", "o").replace("1", "l")
    page = navigateur.get(f"/verifier?code=%20{code[:4]}+{code[4:8]}--{code[8:]}")
    assert "Document valable" in page.texte
    assert en_groupes(portail.codes[CONFIRMATION, 1]) in page.texte


def test_un_code_porte_60_bits_et_se_relit_sans_ambiguite() -> None:
    assert len(ALPHABET) ** LONGUEUR >= 2**60
    assert not set("ILOU") & set(ALPHABET)
    codes = {nouveau_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(normaliser(en_groupes(code).lower()) == code for code in codes)


def test_une_saisie_trop_courte_ou_trop_longue_n_est_pas_un_code() -> None:
    assert normaliser("7K3M-0QXW-95T") is None
    assert normaliser("7K3M-0QXW-95TBB") is None
    assert normaliser("") is None
    assert normaliser("7k3m oqxw 95tb") == "7K3M0QXW95TB"
