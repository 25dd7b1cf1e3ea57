"""« Mes justificatifs » : déposer, supprimer, valider, annuler, sans JavaScript."""

import hashlib
from pathlib import Path

from fpdf import FPDF

from tests.depart import reponses
from tests.unit.client import Navigateur, Page
from tests.unit.inscription.conftest import Portail, portail

__all__ = ["portail"]


def pdf() -> bytes:
    feuille = FPDF()
    feuille.add_page()
    return bytes(feuille.output())


def inscrit(portail: Portail) -> tuple[Navigateur, str, list[str]]:
    dack = portail.navigateur()
    portail.poser(reponses("recapitulatif"))
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    pieces = portail.lignes("SELECT id FROM piece_demandee WHERE mode = 'en_ligne' ORDER BY ordre")
    return dack, f"{portail.adresse}/pieces", [piece["id"] for piece in pieces]


def deposer(dack: Navigateur, piece: str, octets: bytes, nom: str = "piece.pdf", statut: int = 303) -> Page:
    return dack.post(f"/pieces/{piece}/depot", fichiers={"fichier": (nom, octets, "x/y")}, statut=statut)


def test_un_fichier_depose_est_sur_le_disque_et_se_relit_tel_qu_il_est_garde(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    assert "Aucun fichier" in dack.get(adresse).texte
    deposer(dack, piece, pdf(), "Ma pièce.pdf")
    page = dack.get(adresse)
    assert "Ma pièce.pdf" in page.texte
    assert "Déposé le" in page.texte
    (ligne,) = portail.lignes("SELECT cle, empreinte, octets FROM fichier_depose")
    octets = (portail.donnees / "pieces" / ligne["cle"]).read_bytes()
    assert (hashlib.sha256(octets).hexdigest(), len(octets)) == (ligne["empreinte"], ligne["octets"])
    reponse = dack.client.get(f"/pieces/{piece}/fichier")
    assert reponse.content == octets
    assert reponse.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in reponse.headers["content-security-policy"]


def test_ce_qui_ne_convient_pas_est_refuse_par_une_phrase_et_n_est_pas_garde(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    assert "format accepté" in deposer(dack, piece, b"MZ rien", "virus.pdf", 422).texte
    assert "format accepté" in deposer(dack, piece, pdf(), "piece.exe", 422).texte
    assert "5\u00a0Mo" in deposer(dack, piece, b"%PDF-" + bytes(6_000_000), statut=422).texte
    assert "Choisissez un fichier" in deposer(dack, piece, b"", statut=422).texte
    assert not list(Path(portail.donnees / "pieces").glob("*"))


def test_un_fichier_supprime_ne_reste_ni_a_l_ecran_ni_sur_le_disque(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    deposer(dack, piece, pdf())
    assert dack.get(f"/pieces/{piece}/retrait").h1 == "Supprimer ce fichier\u00a0?"
    dack.envoyer(bouton="Supprimer")
    assert "piece.pdf" not in dack.get(adresse).element("contenu").texte.split("Historique")[0]
    assert not list((portail.donnees / "pieces").glob("*"))


def test_j_ai_fourni_toutes_mes_pieces_verrouille_puis_s_annule(portail: Portail) -> None:
    dack, adresse, pieces = inscrit(portail)
    dack.get(adresse)
    deposer(dack, pieces[0], pdf())
    dack.get(adresse)
    if len(pieces) > 1:
        assert "Il manque" in dack.post(f"{adresse}/envoi", statut=422).texte
    for piece in pieces[1:]:
        deposer(dack, piece, pdf())
    dack.get(adresse)
    dack.post(f"{adresse}/envoi")
    page = dack.get(adresse)
    assert "Validé le" in page.texte
    assert "Au service des examens" in page.texte
    deposer(dack, pieces[0], pdf(), statut=422)
    assert len(list((portail.donnees / "pieces").glob("*"))) == len(pieces)
    dack.post(f"{adresse}/envoi-annule")
    assert "Validé le" not in dack.get(adresse).texte
    dack.post(f"{adresse}/envoi-annule", statut=422)
