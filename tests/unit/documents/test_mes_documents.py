"""« Mes documents » : chacun lit les siens, en PDF ou en page web ; pour un autre, ils n'existent pas."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.documents.models import Document, TypeDocument
from tests.unit.documents.conftest import Portail
from tests.unit.documents.decor import CANDIDATURE, SANS_VERSION

CONFIRMATION, DEMANDE = TypeDocument.CONFIRMATION, TypeDocument.DEMANDE_PIECES


def test_dack_voit_la_liste_de_ses_documents(portail: Portail) -> None:
    page = portail.ouvrir("dack").get(f"/candidatures/{CANDIDATURE}/documents")
    assert page.h1 == "Mes documents"
    assert "Liste des documents publiés pour la candidature n°\u00a002146028333 - 001" in page.texte
    assert "Confirmation d’inscription [PDF]" in page.texte
    assert "Demande de pièces justificatives [PDF]" in page.texte
    assert "Version n°\u00a01, mis à jour le 24/11/2026 à 14\u00a0h\u00a013 (heure de Paris)" in page.texte
    assert page.reponse.headers["cache-control"] == "no-store"


def test_une_nouvelle_version_remplace_l_ancienne_sans_l_effacer(portail: Portail) -> None:
    portail.publier(2, CONFIRMATION)
    page = portail.ouvrir("dack").get(f"/candidatures/{CANDIDATURE}/documents")
    assert "Version n°\u00a02" in page.texte
    assert "Versions remplacées" in page.texte
    ancien = portail.ouvrir("dack").get(f"/documents/{portail.publies[CONFIRMATION, 1]}/page")
    assert "Ce document est remplacé par la version 02" in ancien.texte


def test_sans_enregistrement_la_liste_dit_quoi_faire(portail: Portail) -> None:
    page = portail.ouvrir("dack").get(f"/candidatures/{SANS_VERSION}/documents")
    assert "Aucun document pour cette candidature" in page.texte
    assert page.lien("Continuer mon inscription") == f"/candidatures/{SANS_VERSION}/reprise"


@pytest.mark.parametrize("type_", [CONFIRMATION, DEMANDE])
def test_le_pdf_porte_le_nom_du_guide_et_n_est_pas_garde(portail: Portail, type_: TypeDocument) -> None:
    page = portail.ouvrir("dack").get(f"/documents/{portail.publies[type_, 1]}")
    entetes = page.reponse.headers
    assert entetes["content-type"] == "application/pdf"
    assert entetes["content-disposition"] == f'inline; filename="02146028333_1-v1_juin_2027_{type_.value}.pdf"'
    assert entetes["cache-control"] == "no-store"
    texte = "".join(feuille.extract_text() for feuille in PdfReader(BytesIO(page.reponse.content)).pages)
    assert "ACCRALL Dack" in texte
    assert "http://inscriptions.exemple.fr/verifier/" in texte


def test_le_pdf_peut_s_enregistrer(portail: Portail) -> None:
    page = portail.ouvrir("dack").get(f"/documents/{portail.publies[CONFIRMATION, 1]}?enregistrer")
    assert page.reponse.headers["content-disposition"].startswith("attachment; ")


def test_le_meme_document_a_toujours_les_memes_octets(portail: Portail) -> None:
    adresse = f"/documents/{portail.publies[DEMANDE, 1]}"
    premier = portail.ouvrir("dack").get(adresse).reponse.content
    portail.publier(2, CONFIRMATION, DEMANDE)
    assert portail.ouvrir("dack").get(adresse).reponse.content == premier


def test_la_page_de_la_confirmation_dit_tout_ce_que_dit_le_pdf(portail: Portail) -> None:
    page = portail.ouvrir("dack").get(f"/documents/{portail.publies[CONFIRMATION, 1]}/page")
    assert page.h1 == "Confirmation d’inscription"
    for attendu in (
        "02146028333",
        "Arts de la broderie",
        "15 voie verte",
        "EG1 - Français, histoire-géographie, enseignement moral et civique",
        "Dispensé\u00a0: vous êtes titulaire d’un autre CAP (2020, Toulouse)",
        "Épreuves couvertes",
        "CINSIG01",
        "À retourner signée au service gestionnaire des examens avant le lundi 7 décembre 2026",
        "Adresse postale",
        "Vérifier ce document",
    ):
        assert attendu in page.texte
    assert page.lien("Télécharger le PDF") == f"/documents/{portail.publies[CONFIRMATION, 1]}?enregistrer"


def test_la_page_de_la_demande_range_les_pieces_par_mode_et_par_groupe(portail: Portail) -> None:
    page = portail.ouvrir("dack").get(f"/documents/{portail.publies[DEMANDE, 1]}/page")
    assert page.h1 == "Demande de pièces justificatives"
    titres = [titre.texte for titre in page.arbre.tous("h2")]
    assert titres[0] == (
        "À déposer en ligne entre le lundi 2 novembre 2026 et le lundi 7 décembre 2026 "
        "à 23\u00a0h\u00a059 (heure de Paris)"
    )
    assert titres[1].startswith("À envoyer par courrier avant le lundi 7 décembre 2026 à 23")
    assert [titre.texte for titre in page.arbre.tous("h3")] == [
        "Confirmation d’inscription",
        "Nationalité",
        "Acquis",
        "Conditions de candidature",
    ]
    assert "NATIDE01\u00a0: Pièce d’identité en cours de validité" in page.texte


def test_pour_charlie_rien_de_tout_cela_n_existe(portail: Portail) -> None:
    document = portail.publies[CONFIRMATION, 1]
    charlie = portail.ouvrir("charlie")
    absente = charlie.get("/candidatures/nexistepas/documents", statut=404)
    for adresse in (f"/candidatures/{CANDIDATURE}/documents", f"/documents/{document}", f"/documents/{document}/page"):
        refus = charlie.get(adresse, statut=404)
        assert "ACCRALL" not in refus.html
        assert refus.h1 == absente.h1


def test_sans_connexion_on_est_mene_a_la_connexion(portail: Portail) -> None:
    page = portail.ouvrir(None).get(f"/documents/{portail.publies[CONFIRMATION, 1]}", statut=303)
    assert page.adresse.startswith("/connexion?suite=")


def test_prolonger_le_depot_ne_reecrit_pas_un_document_publie(portail: Portail) -> None:
    with Session(portail.moteur) as db:
        document = db.get_one(Document, portail.publies[DEMANDE, 1])
        assert document.depot_ferme_le.isoformat() == "2026-12-07T23:00:00+00:00"
