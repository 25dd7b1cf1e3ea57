"""La relance de pièces : ce qui manque, pourquoi, jusqu'à quand ; figée à sa publication."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.documents.actions import publier
from app.documents.models import TypeDocument
from app.documents.reclamees import PieceReclamee, en_donnees, lots, reclamees_de
from app.documents.relance_pieces import relance_pieces
from app.regles.vocabulaire import ModeDepot
from tests.unit.documents.conftest import Portail
from tests.unit.documents.decor import CANDIDATURE, figer
from tests.unit.documents.exemples import ADRESSE, CODE, DACK, LONG

PUBLIEE_LE = datetime(2026, 11, 20, 9, tzinfo=UTC)
FIN = datetime(2026, 12, 6, 23, tzinfo=UTC)
"""minuit à Paris : le dépôt ferme le 6 à 23 h 59"""
ILLISIBLE = PieceReclamee(
    "NATIDE01",
    "Pièce d’identité en cours de validité",
    ModeDepot.EN_LIGNE,
    est_non_conforme=True,
    est_deposee=False,
    message="On n’arrive pas à lire votre document.",
    limite=FIN + timedelta(days=14),
    documents_acceptes=("Carte d’identité", "Passeport"),
)
OUBLIEE = PieceReclamee(
    "CINSIG01",
    "Confirmation signée",
    ModeDepot.EN_LIGNE,
    est_non_conforme=False,
    est_deposee=True,
    message="",
    limite=FIN,
)
COURRIER = PieceReclamee(
    "EXPPRO01", "Certificat", ModeDepot.COURRIER, est_non_conforme=False, est_deposee=False, message="", limite=FIN
)
TOUTES = (ILLISIBLE, OUBLIEE, COURRIER)


def pdf(*reclamees: PieceReclamee, fiche=DACK) -> str:
    octets = relance_pieces(
        fiche,
        reclamees=reclamees,
        numero_inscription="001",
        version=2,
        version_inscription=3,
        publiee_le=PUBLIEE_LE,
        code=CODE,
        adresse_verification=ADRESSE,
        remplace_version=1,
    )
    pages = PdfReader(BytesIO(octets)).pages
    return " ".join(
        " ".join(page.extract_text() for page in pages).replace("\u00a0", " ").replace("\u202f", " ").split()
    )


def test_le_pdf_dit_quelle_piece_pourquoi_et_jusqu_a_quand():
    texte = pdf(*TOUTES)
    assert "Relance de pièces justificatives" in texte
    assert (
        "3 pièces justificatives de votre dossier d’inscription (version 03) manquent ou ne conviennent pas." in texte
    )
    assert "Elle annule et remplace la version 01." in texte
    assert "À déposer en ligne jusqu’au dimanche 6 décembre 2026 à 23 h 59 (heure de Paris)" in texte
    assert "À déposer en ligne jusqu’au dimanche 20 décembre 2026 à 23 h 59 (heure de Paris)" in texte
    assert "À envoyer par courrier avant le dimanche 6 décembre 2026 à 23 h 59 (heure de Paris)" in texte
    assert "Non conforme. On n’arrive pas à lire votre document." in texte
    assert "Documents acceptés : Carte d’identité ; Passeport." in texte
    assert "Déposée, mais pas encore envoyée : cliquez sur « J’ai fourni toutes mes pièces »." in texte
    assert "Pas encore reçue par le service." in texte


def test_une_limite_passee_renvoie_au_service():
    (lot,) = lots([OUBLIEE], FIN)
    assert (
        lot.titre.replace("\u00a0", " ")
        == "Le dépôt en ligne est fermé depuis le dimanche 6 décembre 2026 à 23 h 59 (heure de Paris)"
    )
    assert "téléphonez" in lot.consigne
    (avant,) = lots([OUBLIEE], FIN - timedelta(minutes=1))
    assert avant.titre.startswith("À déposer en ligne")


def test_un_tres_long_dossier_tient_sur_des_pages():
    longues = [
        PieceReclamee(f"PIECE{rang:02}", "Libellé " * 30, ModeDepot.EN_LIGNE, True, False, "Un motif. " * 60, FIN)
        for rang in range(12)
    ]
    texte = pdf(*longues, fiche=LONG)
    assert all(f"PIECE{rang:02}" in texte for rang in range(12))


def test_ce_qui_est_fige_se_relit_tel_quel():
    assert reclamees_de(en_donnees(TOUTES)) == TOUTES
    assert reclamees_de(None) == ()


def test_le_candidat_lit_sa_relance_en_pdf_et_en_page_et_la_suivante_la_remplace(portail: Portail):
    with Session(portail.moteur) as db, db.begin():
        version = figer(db, 2)
        ids = [
            publier(
                db,
                candidature_id=CANDIDATURE,
                version_id=version,
                type=TypeDocument.RELANCE_PIECES,
                donnees=en_donnees(reclamees),
                maintenant=PUBLIEE_LE + timedelta(days=rang),
            ).id
            for rang, reclamees in enumerate((TOUTES, [ILLISIBLE]))
        ]
    navigateur = portail.ouvrir("dack")
    liste = navigateur.get(f"/candidatures/{CANDIDATURE}/documents").texte
    assert "Relance de pièces justificatives" in liste
    premiere = navigateur.get(f"/documents/{ids[0]}/page").texte.replace("\u00a0", " ")
    assert "Ce document est remplacé par la version 02" in premiere
    assert "EXPPRO01" in premiere
    seconde = navigateur.get(f"/documents/{ids[1]}/page").texte.replace("\u00a0", " ")
    assert "Une pièce justificative de votre dossier d’inscription" in seconde
    assert "EXPPRO01" not in seconde
    reponse = navigateur.client.get(f"/documents/{ids[1]}?enregistrer")
    assert reponse.content.startswith(b"%PDF")
    assert "_relance_pieces.pdf" in reponse.headers["content-disposition"]
    assert portail.ouvrir("charlie").get(f"/documents/{ids[1]}/page", statut=404)
