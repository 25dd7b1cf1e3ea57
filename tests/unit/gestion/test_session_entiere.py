"""Une session de bout en bout, l'horloge déplacée : du service que Régine ouvre au relevé de notes que lit Dack."""

import csv
import io
import time
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from fpdf import FPDF
from sqlalchemy import text

from app.infra.database import moteur_synchrone
from tests.bases import adresse_de
from tests.depart import reponses
from tests.instance import DACK, DEBUT, REGINE, HorlogeDEssai
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.publications.conftest import Service, dit
from tests.unit.inscription.conftest import Portail, ouvrir

DATES = {
    "ouvre_jour": "02/11/2026",
    "ouvre_heure": "9 h",
    "ferme_jour": "27/11/2026",
    "ferme_heure": "18 h",
    "depot_ouvre_jour": "02/11/2026",
    "depot_ouvre_heure": "9 h",
    "depot_ferme_jour": "15/12/2026",
    "depot_ferme_heure": "18 h",
}
CONTACT = {"service": "Division des examens", "courriel": "cap@exemple.fr", "regime_confirmation": "papier"}


def test_une_session_de_l_ouverture_au_releve_de_notes(modele: Path, tmp_path: Path):
    horloge = HorlogeDEssai(DEBUT - timedelta(days=11))
    for portail in ouvrir(modele, tmp_path / "donnees", horloge):
        ouvrir_le_service(portail)
        periode = un(portail, "SELECT id FROM periode_inscription WHERE academie_code = '16'")
        avant_l_ouverture(portail, periode["id"])
        horloge.instant = DEBUT
        s_inscrire(portail, periode["id"])
        horloge.avancer(days=21)
        la_cloture_est_passee(portail)
        deposer_les_pieces(portail)
        service = Service(portail, [portail.candidature], periode["id"], portail.navigateur(REGINE))
        controler_les_pieces(portail, service.regine)
        confirmer_une_dispense(portail, service.regine)
        horloge.avancer(days=120)
        convoquer(portail, service)
        horloge.avancer(days=110)
        publier_les_notes(portail, service)
        lire_le_releve(portail)


def ouvrir_le_service(portail: Portail) -> None:
    """Toulouse n'en a pas encore."""
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with moteur.begin() as connexion:
        connexion.execute(text("DELETE FROM periode_inscription WHERE academie_code = '16'"))
    moteur.dispose()
    regine = portail.navigateur(REGINE)
    regine.get("/gestion/services/nouveau?session=cap-2027-06&academie=16")
    regine.envoyer(DATES | CONTACT)
    assert "Le service est créé" in dit(regine.suivre())
    assert "02/11/2026 à 9 h" in dit(portail.navigateur(None).get("/periodes?session=cap-2027-06"))


def avant_l_ouverture(portail: Portail, periode: str) -> None:
    dack = portail.navigateur(DACK)
    dack.get("/inscriptions/nouvelle?academie=16")
    page = dack.post("/inscriptions/nouvelle", {"periode": periode}, statut=422)
    assert "Les inscriptions ne sont pas encore ouvertes." in page.texte
    assert portail.lignes("SELECT id FROM candidature") == []


def s_inscrire(portail: Portail, periode: str) -> None:
    dack = portail.navigateur(DACK)
    dack.get("/inscriptions/nouvelle?academie=16")
    page = dack.post("/inscriptions/nouvelle", {"periode": periode})
    portail.candidature = page.adresse.split("/")[2]
    portail.poser(reponses("recapitulatif", acquis=[{"code": "BAC_PRO", "annee": 2022, "academie": "16"}]))
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    assert "Votre inscription a bien été prise en compte" in dit(dack.suivre())


def la_cloture_est_passee(portail: Portail) -> None:
    dack = portail.navigateur(DACK)
    dack.get("/inscriptions")
    dack.post(f"{portail.adresse}/desinscription", statut=422)
    assert un(portail, "SELECT etat, version FROM candidature") == {"etat": "inscrit", "version": 1}


def deposer_les_pieces(portail: Portail) -> None:
    dack = portail.navigateur(DACK)
    dack.get(f"{portail.adresse}/pieces")
    feuille = FPDF()
    feuille.add_page()
    for piece in portail.lignes("SELECT id FROM piece_demandee WHERE mode = 'en_ligne' ORDER BY ordre"):
        fichier = ("piece.pdf", bytes(feuille.output()), "application/pdf")
        dack.post(f"/pieces/{piece['id']}/depot", fichiers={"fichier": fichier})
    page = dack.get(f"{portail.adresse}/pieces")
    dack.envoyer({}, rang=rang(page, "/envoi"))


def controler_les_pieces(portail: Portail, regine: Navigateur) -> None:
    regine.get("/gestion")
    page = regine.envoyer({}, rang=rang(regine.page, "/suivante"))
    while "/candidatures/" in page.adresse:
        page = regine.suivre()
        page = regine.envoyer({"statut": "conforme"}, rang=rang(page, "/statut"))
    assert portail.lignes("SELECT DISTINCT statut FROM piece_demandee WHERE mode = 'en_ligne'") == [
        {"statut": "conforme"}
    ]
    assert "Conforme" in portail.navigateur(DACK).get(f"{portail.adresse}/pieces").texte


def confirmer_une_dispense(portail: Portail, regine: Navigateur) -> None:
    """La PSE, que les sources se disputent."""
    page = regine.get(f"/gestion/candidatures/{portail.candidature}")
    regine.get(page.lien("Confirmer ou refuser"))
    regine.envoyer({"decision_0": "confirmer"})
    assert un(portail, "SELECT etat, version FROM candidature") == {"etat": "inscrit", "version": 2}


def convoquer(portail: Portail, service: Service) -> None:
    service.regine = portail.navigateur(REGINE)
    lignes = service.convocations()
    page = service.essayer("convocations", lignes)
    assert "1 document est prêt" in dit(page)
    service.publier()
    (convocation,) = service.documents("convocation")
    dack = portail.navigateur(DACK)
    assert "Convocation aux épreuves [PDF]" in dack.get(f"{portail.adresse}/documents").texte
    jumeau = dit(dack.get(f"/documents/{convocation['id']}/page"))
    assert [ligne["Épreuve"] for ligne in lignes if f"{ligne['Épreuve']} - " not in jumeau] == []


def publier_les_notes(portail: Portail, service: Service) -> None:
    service.regine = portail.navigateur(REGINE)
    lignes = service.modele("releves")
    for ligne in lignes:
        ligne |= {"Note": ligne["Note"] or "14,5", "Résultat": "ADMIS"}
    sortie = io.StringIO()
    plume = csv.DictWriter(sortie, list(lignes[0]), delimiter=",")
    plume.writeheader()
    plume.writerows(lignes)
    service.essayer("releves", sortie.getvalue().encode("cp1252"))
    assert "1 document publié" in dit(service.publier())


def lire_le_releve(portail: Portail) -> None:
    dack = portail.navigateur(DACK)
    page = dack.get(f"{portail.adresse}/documents")
    assert "Relevé de notes [PDF]" in page.texte
    releve = un(portail, "SELECT id, code FROM document WHERE type = 'releve_notes'")
    lu = dit(dack.get(f"/documents/{releve['id']}/page"))
    assert "Résultat : Admis" in lu
    assert "14,5 / 20" in lu
    assert dack.get(f"/documents/{releve['id']}").reponse.content.startswith(b"%PDF-")
    assert "Document valable" in portail.navigateur(None).get(f"/verifier/{releve['code']}").texte
    assert "Dispense" in lu
    limite = time.monotonic() + 20
    partis: list[dict[str, Any]] = []
    while len(partis) < 2:
        assert time.monotonic() < limite, "les mails ne partent pas"
        dack.get("/inscriptions")
        partis = portail.lignes("SELECT id FROM courriel WHERE nature = 'document_publie' AND envoye_le IS NOT NULL")
    sujets = {_sujet(fichier) for fichier in (portail.donnees / "courriels").glob("*.eml")}
    assert {
        "[CYCLADES] Votre inscription 001 est enregistrée",
        "[CYCLADES] Convocation aux épreuves : un document vous attend",
        "[CYCLADES] Relevé de notes : un document vous attend",
    } <= sujets


def _sujet(fichier: Path) -> str:
    return str(message_from_bytes(fichier.read_bytes(), policy=policy.default)["Subject"])


def un(portail: Portail, requete: str) -> dict[str, Any]:
    (ligne,) = portail.lignes(requete)
    return ligne


def rang(page: Page | None, fin: str) -> int:
    assert page is not None
    actions = [f["action"] for f in page.formulaires]
    return next(i for i, action in enumerate(actions) if action.endswith(fin))
