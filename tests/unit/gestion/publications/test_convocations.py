"""Publier des convocations : le modèle, l'essai à blanc, l'aperçu, la publication, ce que lit le candidat."""

import csv
import io
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.gestion.publications.actions import oublier_les_vieux_essais
from app.infra.database import moteur_synchrone
from tests.bases import adresse_de
from tests.instance import BASILE, LUCIE
from tests.unit.gestion.publications.conftest import Service, dit, en_octets, erreurs


def exporte(service: Service, lien: str) -> list[dict[str, str]]:
    """Les lignes du CSV que la page montrée propose."""
    assert service.regine.page
    octets = service.regine.client.get(service.regine.page.lien(lien)).content
    return list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def test_du_modele_a_ce_que_lit_le_candidat(service: Service):
    modele = service.modele("convocations")
    assert [ligne["Épreuve"] for ligne in modele][:3] == ["EP1", "EP2A", "EG4A"]
    page = service.essayer("convocations", service.convocations())
    assert "Aucune erreur. Rien n’est encore publié" in dit(page)
    assert service.documents("convocation") == []
    page = service.publier()
    assert "3 documents publiés" in dit(page)
    (document,) = service.documents("convocation")
    assert (document["numero"], document["remplace_le"]) == (1, None)
    alix = service.candidat(0)
    liste = alix.get(f"/candidatures/{service.dossiers[0]}/documents")
    assert "Convocation aux épreuves [PDF]" in liste.texte
    jumeau = alix.get(f"/documents/{document['id']}/page")
    for attendu in ("lundi 7 juin 2027, 8 h", "fin à 9 h 30", "Lycée des Exemples", "Salle B0", "pièce d’identité"):
        assert attendu in dit(jumeau)
    pdf = PdfReader(BytesIO(alix.get(f"/documents/{document['id']}").reponse.content))
    lu = " ".join("".join(feuille.extract_text() for feuille in pdf.pages).split())
    assert "EP1 - " in lu
    assert "lundi 7 juin 2027, 8 h" in lu
    assert "le sujet distribué, plus personne n’entre" in lu


def test_chaque_candidat_recoit_un_mail_qui_mene_a_ses_documents(service: Service):
    service.essayer("convocations", service.convocations())
    service.publier()
    mails = service.mails()
    assert [mail["destinataire"] for mail in mails] == [f"candidat{rang}@exemple.fr" for rang in range(3)]
    assert all(f"/candidatures/{mail['candidature_id']}/documents" in mail["texte"] for mail in mails)
    assert "{{" not in mails[0]["html"]


def test_publier_de_nouveau_le_meme_fichier_ne_double_rien(service: Service):
    for _ in range(2):
        service.essayer("convocations", service.convocations())
        page = service.publier()
    assert "0 document publié" in dit(page)
    assert len(service.mails()) == 3
    assert [d["numero"] for d in service.documents("convocation")] == [1]


def test_un_fichier_corrige_ne_remplace_que_ce_qui_a_change(service: Service):
    lignes = service.convocations()
    service.essayer("convocations", lignes)
    service.publier()
    premier = service.portail.lignes(
        "SELECT numero_candidat FROM candidat JOIN candidature USING (compte_id) WHERE candidature.id = :id",
        id=service.dossiers[0],
    )[0]["numero_candidat"]
    for ligne in lignes:
        if ligne["N° candidat"] == premier:
            ligne["Salle"] = "C1"
    service.essayer("convocations", lignes)
    page = service.publier()
    assert "1 document publié" in dit(page)
    etats = [ligne["État"] for ligne in exporte(service, "Exporter la liste des documents")]
    assert sorted(etats) == ["Déjà chez le candidat", "Déjà chez le candidat", "Publié"]
    service.regine.get("/gestion/publications")
    publications = exporte(service, "Exporter toutes les publications")
    assert sorted((p["Documents"], p["Publiés"], p["État"]) for p in publications) == [
        ("3", "1", "Publiée"),
        ("3", "3", "Publiée"),
    ]
    assert [(d["numero"], d["remplace_le"] is not None) for d in service.documents("convocation")] == [
        (1, True),
        (2, False),
    ]
    assert [d["numero"] for d in service.documents("convocation", 1)] == [1]
    assert len(service.mails()) == 4


@pytest.mark.parametrize(
    ("separateur", "encodage"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1252"), (";", "utf-16")]
)
def test_encodage_et_separateur_se_devinent(service: Service, separateur: str, encodage: str):
    page = service.essayer("convocations", en_octets(service.convocations(), separateur=separateur, encodage=encodage))
    assert "3 documents sont prêts" in dit(page)


def test_chaque_erreur_dit_sa_ligne_sa_colonne_sa_valeur_et_ce_qui_etait_attendu(service: Service):
    lignes = service.convocations()
    lignes[0]["Date"] = "31/02/2027"
    lignes[1]["Épreuve"] = "EG1"
    lignes[2]["N° candidat"] = "99999999999"
    lignes[3]["Heure"] = lignes[1]["Heure"] = "8 h 90"
    page = service.essayer("convocations", lignes)
    texte = dit(page)
    assert "Rien ne peut paraître : 5 erreurs" in texte
    assert erreurs(page)[0] == ["Ligne 2", "Date", "31/02/2027", "un jour qui existe, jj/mm/aaaa"]
    assert erreurs(page)[1] == ["Ligne 3", "Heure", "8 h 90", "une heure, par exemple 8 h 30"]
    assert erreurs(page)[2][:3] == ["Ligne 3", "Épreuve", "EG1"]
    assert erreurs(page)[2][3].startswith("une épreuve que ce candidat passe : EP1, EP2")
    assert erreurs(page)[3][1:] == ["N° candidat", "99999999999", "le numéro d’un candidat inscrit à ce service"]
    assert erreurs(page)[4][:3] == ["Ligne 5", "Heure", "8 h 90"]
    assert not any(f["action"].endswith("/lancement") for f in page.formulaires)
    chemin = page.lien("Télécharger le fichier annoté")
    annote = service.regine.get(chemin).reponse.content.decode("utf-8-sig").splitlines()
    assert annote[0].startswith("Erreurs;N° candidat;")
    assert annote[1].startswith("Date : attendu un jour qui existe")
    assert annote[5].startswith(";")
    service.regine.get(page.reponse.url.path)
    rendu = exporte(service, "Exporter le compte rendu de cet essai")
    assert [ligne["Ligne"] for ligne in rendu if ligne["Sorte"] == "Erreur"] == ["2", "3", "3", "4", "5"]
    assert rendu[0]["Ce qu’il faut savoir"] == "attendu : un jour qui existe, jj/mm/aaaa"
    assert service.portail.lignes("SELECT * FROM ligne_publication") == []


def test_deux_epreuves_a_la_fois_sont_une_erreur(service: Service):
    lignes = service.convocations()
    lignes[1]["Heure"] = "9 h"
    page = service.essayer("convocations", lignes)
    assert "après la fin de EP1, à 9 h 30" in dit(page)


def test_un_decalage_de_lignes_se_voit_au_nom(service: Service):
    lignes = service.convocations()
    lignes[0]["Nom"] = "AUTRE"
    assert "EXEMPLE, le nom du candidat" in dit(service.essayer("convocations", lignes))


def test_ce_qui_manque_se_dit_sans_empecher(service: Service):
    lignes = service.convocations()
    premier = lignes[0]["N° candidat"]
    page = service.essayer("convocations", [li for li in lignes if li["N° candidat"] != premier][1:])
    texte = dit(page)
    assert "1 candidat attendu n’est pas dans le fichier" in texte
    assert premier in texte
    assert "aucune ligne pour EP1" in texte


def test_le_zero_de_tete_ote_par_le_tableur_est_rendu(service: Service):
    lignes = service.convocations()
    for ligne in lignes:
        ligne["N° candidat"] = ligne["N° candidat"].lstrip("0")
    assert "3 documents sont prêts" in dit(service.essayer("convocations", lignes))


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x00\x01\x02PK", b"PK\x03\x04" + b"\x00" * 50, b"\xff\xfeA", "٠١٢;٣".encode(), b'"' * 4000, b";" * 9000],
)
def test_un_fichier_qui_n_en_est_pas_un_est_refuse_par_une_phrase(service: Service, octets: bytes):
    service.regine.get(service.adresse("convocations"))
    champs = {"a_apporter": "Un stylo", "acces": "À l’heure"}
    reponse = service.regine.client.post(
        service.adresse("convocations"),
        data={"jeton_csrf": service.regine.jeton} | champs,
        files={"fichier": ("liste.csv", octets)},
        follow_redirects=False,
    )
    assert reponse.status_code in (422, 303)
    if reponse.status_code == 303:
        assert "erreur" in service.regine.get(reponse.headers["location"]).texte


def test_sans_fichier_la_phrase_dit_quoi_faire_et_garde_les_consignes(service: Service):
    service.regine.get(service.adresse("convocations"))
    page = service.regine.post(service.adresse("convocations"), {"a_apporter": "Un stylo", "acces": ""}, statut=422)
    assert "Choisissez le fichier CSV" in page.texte
    assert "Renseignez les règles d’accès à la salle" in page.texte
    assert "Un stylo" in page.html


def test_les_cellules_hostiles_sont_des_erreurs(service: Service):
    lignes = service.convocations()
    lignes[0] |= {"Date": "٠٧/٠٦/٢٠٢٧", "Heure": "9" * 5000, "Durée": "-1", "Lieu": "<b>" + "x" * 300, "Salle": "=1+1"}
    page = service.essayer("convocations", lignes)
    assert "Rien ne peut paraître" in dit(page)
    assert "<b>xxx" not in page.html


def test_l_apercu_montre_le_document_et_le_candidat_saura_qui_l_a_lu(service: Service):
    page = service.essayer("convocations", service.convocations())
    apercu = service.regine.get(page.lien("Document 1"))
    assert "Rien n’est publié" in apercu.texte
    assert "Lycée des Exemples" in apercu.texte
    pdf = service.regine.get(apercu.lien("Ouvrir le PDF"))
    assert pdf.reponse.content.startswith(b"%PDF-")
    lues = service.portail.lignes("SELECT par, quoi FROM consultation")
    assert lues == [{"par": "Gestionnaire, académie de Toulouse", "quoi": "aperçu : Convocation aux épreuves"}]
    for rang in ("0", "4", "99999999999999999999"):
        service.regine.get(f"{page.lien('Document 1').rpartition('/')[0]}/{rang}", statut=404)


def test_une_autre_academie_ne_voit_rien(service: Service):
    page = service.essayer("convocations", service.convocations())
    essai = page.lien("Document 1").removesuffix("/apercus/1")
    basile = service.agent(BASILE)
    assert essai not in basile.get("/gestion/publications").html
    basile.get(essai, statut=404)
    basile.get(service.adresse("convocations"), statut=404)
    basile.post(f"{essai}/lancement", statut=404)
    service.agent(LUCIE).get(essai, statut=404)


def test_chaque_acte_est_au_registre(service: Service):
    service.essayer("convocations", service.convocations())
    service.publier()
    actes = [ligne["nature"] for ligne in service.portail.lignes("SELECT nature FROM registre ORDER BY id")]
    assert actes == ["essayer_une_publication", "lancer_une_publication", "finir_une_publication"]


def test_un_candidat_desinscrit_ou_qui_a_change_son_inscription_est_laisse_de_cote(service: Service):
    service.essayer("convocations", service.convocations())
    moteur = moteur_synchrone(adresse_de(service.portail.donnees))
    with moteur.begin() as base:
        base.execute(text("UPDATE candidature SET etat = 'desinscrit' WHERE id = :id"), {"id": service.dossiers[0]})
    moteur.dispose()
    page = service.publier()
    assert "2 documents publiés" in dit(page)
    assert service.documents("convocation", 0) == []
    assert len(service.mails()) == 2


def test_un_essai_oublie_ne_laisse_rien(service: Service):
    page = service.essayer("convocations", service.convocations())
    rang = next(i for i, f in enumerate(page.formulaires) if f["action"].endswith("/oubli"))
    service.regine.envoyer({}, rang=rang)
    assert service.portail.lignes("SELECT * FROM publication") == []
    assert service.portail.lignes("SELECT * FROM ligne_publication") == []


def test_un_essai_que_personne_ne_lance_s_efface_au_bout_de_quatorze_jours(service: Service):
    service.essayer("convocations", service.convocations())
    instant = service.portail.horloge.instant
    moteur = moteur_synchrone(adresse_de(service.portail.donnees))
    with Session(moteur) as db, db.begin():
        assert oublier_les_vieux_essais(db, instant + timedelta(days=14)) == 0
        assert oublier_les_vieux_essais(db, instant + timedelta(days=14, seconds=1)) == 1
    moteur.dispose()
    assert service.portail.lignes("SELECT * FROM ligne_publication") == []


def test_le_fichier_garde_n_est_pas_lisible_dans_la_base(service: Service):
    service.essayer("convocations", service.convocations())
    (ligne,) = service.portail.lignes("SELECT contenu FROM publication")
    assert b"EXEMPLE" not in bytes(ligne["contenu"])
    service.publier()
    (ligne,) = service.portail.lignes("SELECT contenu FROM publication")
    assert ligne["contenu"] is None
