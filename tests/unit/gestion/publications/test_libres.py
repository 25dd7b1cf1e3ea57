"""Un PDF du service, à tous, à une spécialité ou à une liste : examiné avant d'être gardé."""

from pathlib import Path

from fpdf import FPDF

from app.exploitation.coherence.fichiers import fichiers_absents
from app.exploitation.coherence.regle import Ou
from app.exploitation.coherence.regles import lecture
from tests.bases import adresse_de
from tests.instance import AMINE, DEBUT
from tests.unit.client import Page
from tests.unit.gestion.publications.conftest import Service, dit, erreurs


def un_pdf(mots: str = "Plan d'acces") -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=18)
    pdf.multi_cell(0, 12, mots)
    return bytes(pdf.output())


def envoyer(service: Service, octets: bytes, *, liste: str = "", statut: int = 303, **champs: str) -> Page:
    adresse = service.adresse("libres")
    service.regine.get(adresse)
    fichiers: dict[str, object] = {"pdf": ("plan.pdf", octets, "application/pdf")}
    if liste:
        fichiers["liste"] = ("liste.csv", liste.encode(), "text/csv")
    donnees = {"titre": "Plan d’accès", "specialite": ""} | champs
    page = service.regine.post(adresse, donnees, fichiers=fichiers, statut=statut)
    return service.regine.suivre() if statut == 303 else page


def absents(donnees: Path) -> list[str]:
    with lecture(adresse_de(donnees)) as db:
        return list(fichiers_absents(db, Ou(donnees, DEBUT)))


def test_le_meme_pdf_arrive_a_chaque_inscrit(service: Service):
    octets = un_pdf()
    assert "3 documents sont prêts" in dit(envoyer(service, octets))
    service.publier()
    (document,) = service.documents("libre")
    alix = service.candidat(0)
    assert "Plan d’accès [PDF]" in alix.get(f"/candidatures/{service.dossiers[0]}/documents").texte
    recu = alix.get(f"/documents/{document['id']}").reponse
    assert recu.content == octets
    assert recu.headers["content-disposition"].endswith('_plan_dacces.pdf"')
    assert "n’existe qu’en PDF" in alix.get(f"/documents/{document['id']}/page").texte
    assert "[CYCLADES] Plan d’accès" in service.mails()[0]["sujet"]


def test_un_pdf_publie_et_perdu_se_voit_a_la_verification(service: Service):
    envoyer(service, un_pdf())
    service.publier()
    donnees = service.portail.donnees
    assert absents(donnees) == []
    (fichier,) = (donnees / "documents").iterdir()
    fichier.unlink()
    assert absents(donnees) == [f"documents/{fichier.name}"]


def test_le_meme_titre_remplace_un_autre_titre_s_ajoute(service: Service):
    for titre, mots in (("Plan d’accès", "un"), ("Plan d’accès", "deux"), ("Calendrier", "trois")):
        envoyer(service, un_pdf(mots), titre=titre)
        service.publier()
    documents = [(d["titre"], d["numero"], d["remplace_le"] is not None) for d in service.documents("libre")]
    assert sorted(documents) == [("Calendrier", 1, False), ("Plan d’accès", 1, True), ("Plan d’accès", 2, False)]


def test_une_liste_borne_les_destinataires_et_ses_erreurs_se_disent(service: Service):
    numero = service.modele("convocations")[0]["N° candidat"]
    page = envoyer(service, un_pdf(), liste=f"N° candidat\n{numero}\n12345678901\n")
    assert erreurs(page)[0][:3] == ["Ligne 3", "N° candidat", "12345678901"]
    assert "1 document est prêt" in dit(envoyer(service, un_pdf(), liste=f"N° candidat\n{numero}\n{numero}\n"))


def test_un_pdf_hostile_ou_d_un_autre_format_est_refuse(service: Service):
    piege = un_pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    for octets in (piege, b"%PDF-1.4 abime", b"\x89PNG\r\n\x1a\n", b""):
        page = envoyer(service, octets, statut=422)
        assert page.erreurs
    page = envoyer(service, un_pdf(), titre="", statut=422)
    assert "Renseignez le titre du document" in page.texte
    assert service.portail.lignes("SELECT * FROM publication") == []
    service.agent(AMINE).get(service.adresse("libres"), statut=404)


def test_un_gestionnaire_ouvre_le_document_libre_d_un_dossier(service: Service):
    octets = un_pdf()
    envoyer(service, octets)
    service.publier()
    (document,) = service.documents("libre")
    assert (
        service.regine.get(f"/gestion/candidatures/{service.dossiers[0]}/documents/{document['id']}").reponse.content
        == octets
    )
