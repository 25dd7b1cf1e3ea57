"""« Mes justificatifs » : déposer, supprimer, valider, annuler, sans JavaScript."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader

from app.pieces.examen.examinateur import Examinateur
from tests.depart import reponses
from tests.unit.client import Navigateur, Page, assert_fragment_conforme
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


REFUSES = {
    "un programme": (b"MZ rien", "virus.pdf", "Ce fichier est un programme"),
    "un type hors liste": (b"%PDF-1.4", "piece.exe", "Ce fichier est un programme"),
    "un contenu qui n’est pas celui du nom": (b"rien du tout", "piece.pdf", "son contenu n’est pas un PDF"),
    "trop lourd": (b"%PDF-" + bytes(6_000_000), "piece.pdf", "Ce fichier dépasse 5\u00a0Mo"),
    "vide": (b"", "piece.pdf", "Ce fichier est vide"),
    "sans nom": (b"", "", "Choisissez un fichier"),
}


@pytest.mark.parametrize("quoi", REFUSES)
def test_ce_qui_ne_convient_pas_est_refuse_par_une_phrase_et_n_est_pas_garde(portail: Portail, quoi: str) -> None:
    octets, nom, phrase = REFUSES[quoi]
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    page = deposer(dack, piece, octets, nom, 422)
    assert page.titre.startswith("Erreur")
    assert [phrase in erreur for erreur in page.erreurs] == [True]
    assert not list(Path(portail.donnees / "pieces").glob("*"))
    assert portail.lignes("SELECT id FROM fichier_depose") == []


def photo(couleur: str = "navy") -> bytes:
    octets = BytesIO()
    Image.new("RGB", (640, 480), couleur).save(octets, "JPEG")
    return octets.getvalue()


def deposer_des_photos(dack: Navigateur, piece: str, nombre: int, statut: int = 303) -> Page:
    photos = [("fichier", (f"IMG_{rang}.jpg", photo(), "image/jpeg")) for rang in range(nombre)]
    return dack.post(f"/pieces/{piece}/depot", fichiers=photos, statut=statut)


def test_plusieurs_photos_font_un_seul_pdf(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    deposer_des_photos(dack, piece, 3)
    assert "IMG_0 (3 photos).pdf" in dack.get(adresse).texte
    (ligne,) = portail.lignes("SELECT cle, format, pages FROM fichier_depose")
    assert (ligne["format"], ligne["pages"]) == ("PDF", 3)
    assert len(PdfReader(portail.donnees / "pieces" / ligne["cle"]).pages) == 3


def test_des_fichiers_qui_ne_sont_pas_des_photos_ne_se_reunissent_pas(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    deux = [("fichier", ("a.pdf", pdf(), "x/y")), ("fichier", ("b.jpg", photo(), "x/y"))]
    page = dack.post(f"/pieces/{piece}/depot", fichiers=deux, statut=422)
    assert "doivent être des photos" in page.erreurs[0]
    assert "20 photos au plus" in deposer_des_photos(dack, piece, 21, 422).erreurs[0]
    assert portail.lignes("SELECT id FROM fichier_depose") == []


def test_un_nom_hostile_devient_un_nom_propre(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    deposer(dack, piece, pdf(), "../../etc/<b>ma\u202epièce</b>.PDF")
    assert portail.lignes("SELECT nom FROM fichier_depose") == [{"nom": "b>.PDF"}]
    assert "<b>ma" not in dack.get(adresse).html


def test_la_ligne_echangee_est_celle_de_la_page(portail: Portail) -> None:
    """Déposer puis supprimer par échange partiel : la page obtenue est celle qu'on relirait."""
    dack, adresse, (piece, *_) = inscrit(portail)
    avant = dack.get(adresse)
    code = portail.lignes("SELECT code FROM piece_demandee WHERE id = :id", id=piece)[0]["code"]
    ligne = deposer(dack, piece, pdf()).adresse
    assert ligne == f"{adresse}?piece={code}#{code}"
    assert_fragment_conforme(avant, dack.get(ligne, htmx=True), apres := dack.get(adresse), cible=code, dehors=True)
    dack.get(f"/pieces/{piece}/retrait")
    dack.envoyer(bouton=f"Supprimer le fichier de {code}", htmx=True)
    assert_fragment_conforme(apres, dack.get(ligne, htmx=True), dack.get(adresse), cible=code, dehors=True)


def test_un_refus_par_echange_partiel_reste_dans_la_ligne(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    fragment = dack.post(f"/pieces/{piece}/depot", fichiers={"fichier": ("a.pdf", b"", "x")}, statut=422, htmx=True)
    assert "Ce fichier est vide" in fragment.texte
    assert fragment.h1 == ""
    assert fragment.titre.startswith("Erreur")


def test_un_fichier_supprime_ne_reste_ni_a_l_ecran_ni_sur_le_disque(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    deposer(dack, piece, pdf())
    assert dack.get(f"/pieces/{piece}/retrait").h1 == "Supprimer ce fichier\u00a0?"
    dack.envoyer(rang=0)
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


def test_un_double_clic_ne_fait_rien_deux_fois_et_ne_dit_pas_une_erreur(portail: Portail) -> None:
    """Le navigateur ne montre que la réponse au second clic."""
    dack, adresse, pieces = inscrit(portail)
    dack.get(adresse)
    for piece in pieces:
        deposer(dack, piece, photo(), "piece.jpg")
    assert "?piece=" in deposer(dack, pieces[0], photo(), "piece.jpg").adresse
    autre = deposer(dack, pieces[0], photo("red"), "piece.jpg", statut=422)
    assert "porte déjà un fichier" in autre.erreurs[0]
    dack.get(f"/pieces/{pieces[0]}/retrait")
    (fichier,) = portail.lignes("SELECT id FROM fichier_depose WHERE piece_id = :id", id=pieces[0])
    for _ in range(2):
        dack.post(f"/pieces/{pieces[0]}/retrait", {"fichier": fichier["id"]})
    deposer(dack, pieces[0], photo(), "piece.jpg")
    dack.get(adresse)
    assert "Aucun fichier n’attend" not in dack.post(f"{adresse}/envoi").texte
    for acte in ("envoi", "envoi-annule", "envoi-annule"):
        dack.post(f"{adresse}/{acte}", statut=303)
    genres = portail.lignes("SELECT genre, count(*) AS n FROM evenement_piece GROUP BY genre")
    combien = {ligne["genre"]: ligne["n"] for ligne in genres}
    nombre = len(pieces)
    assert combien == {"depose": nombre + 1, "retire": 1, "valide": nombre, "devalide": nombre}


def test_la_phrase_du_haut_compte_ce_qui_reste_a_deposer_puis_dit_de_valider(portail: Portail) -> None:
    dack, adresse, pieces = inscrit(portail)
    dack.get(adresse)
    deposer(dack, pieces[0], pdf())
    reste = len(pieces) - 1
    assert f"À vous\u00a0: fournir {reste} pièces justificatives" in dack.get(adresse).texte
    for piece in pieces[1:]:
        deposer(dack, piece, pdf())
    assert "À vous\u00a0: cliquer sur «\u00a0J’ai fourni toutes mes pièces\u00a0»" in dack.get(adresse).texte


@pytest.mark.parametrize("panne", [{"python": "/introuvable"}, {"clamd": "/introuvable"}], ids=["examen", "antivirus"])
def test_l_examen_ou_l_antivirus_en_panne_n_empeche_pas_un_depot(portail: Portail, panne: dict[str, Any]) -> None:
    dack, adresse, (piece, photos, *autres) = inscrit(portail)
    portail.garde.client.app.state.examinateur = Examinateur(**panne)
    dack.get(adresse)
    deposer(dack, piece, pdf(), "Ma pièce.pdf")
    deposer_des_photos(dack, photos, 2)
    for autre in autres:
        deposer(dack, autre, pdf())
    page = dack.get(adresse)
    assert page.texte.count("Le fichier est bien arrivé") == len(autres) + 2
    assert f"/pieces/{piece}/fichier" not in page.html, "rien ne se sert avant d’avoir été vérifié"
    assert dack.client.get(f"/pieces/{piece}/fichier").status_code == 404
    dack.post(f"{adresse}/envoi")
    assert "Validé le" in dack.get(adresse).texte


def test_un_disque_qui_refuse_ne_laisse_ni_ligne_ni_refus_muet(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    (portail.donnees / "pieces").write_bytes(b"")  # un fichier à la place du dossier
    dack.get(adresse)
    page = deposer(dack, piece, pdf(), statut=503)
    assert page.titre.startswith("Portail occupé")
    assert dack.get(page.lien("Reprendre cette page"), statut=303).adresse.startswith(f"{adresse}?piece=")
    assert portail.lignes("SELECT id FROM fichier_depose") == []


def test_un_envoi_demesure_recoit_une_phrase_et_ramene_a_la_piece(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    page = deposer(dack, piece, b"%PDF-" + bytes(17_000_000), statut=413)
    assert "Allégez le fichier" in page.texte
    assert dack.get(page.lien("Reprendre cette page"), statut=303).adresse.startswith(f"{adresse}?piece=")
