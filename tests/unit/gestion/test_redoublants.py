"""Préparer une session à partir d'une autre : les ajournés y retrouvent leurs notes, dans leur compte."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import VersionCandidature
from app.documents.actions import publier
from app.documents.donnees import NoteEpreuve, ReleveNotes, en_json
from app.documents.models import TypeDocument
from app.infra.database import moteur_synchrone
from app.referentiel.models import PeriodeInscription, SessionExamen
from tests.bases import adresse_de
from tests.depart import reponses
from tests.instance import BASILE, DEBUT, REGINE
from tests.unit.client import Navigateur
from tests.unit.inscription.conftest import Portail

NOTES = {"EP1": "14,5", "EP2": "8", "EP2A": "19", "EG1": "", "EG1A": "16"}
SOUS_EPREUVES = ("EP2A", "EG1A")


@pytest.fixture
def prochaine(portail: Portail) -> Portail:
    """Dack, inscrit à juin 2027, est ajourné ; Toulouse ouvre juin 2028."""
    dack = portail.navigateur()
    portail.poser(reponses("recapitulatif"))
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    ajourner(portail.donnees)
    portail.horloge.avancer(days=365)
    return portail


def ajourner(donnees: Path) -> None:
    """Le seul inscrit est ajourné, et la session d'après est annoncée."""
    moteur = moteur_synchrone(adresse_de(donnees))
    with Session(moteur) as db, db.begin():
        version = db.scalars(select(VersionCandidature)).one()
        notes = tuple(
            NoteEpreuve(code, code, code in SOUS_EPREUVES, note, "" if note else "Absent")
            for code, note in NOTES.items()
        )
        publier(
            db,
            candidature_id=version.candidature_id,
            version_id=version.id,
            type=TypeDocument.RELEVE_NOTES,
            donnees=en_json(ReleveNotes(notes, "Ajourné", "")),
            maintenant=DEBUT,
        )
        db.add(
            SessionExamen(id="cap-2028-06", examen="CAP", domaine="examens", libelle="Juin 2028", annee=2028, mois=6)
        )
        db.flush()
        modele = db.scalars(select(PeriodeInscription).where(PeriodeInscription.academie_code == "16")).one()
        colonnes = {c.key: getattr(modele, c.key) for c in PeriodeInscription.__table__.columns}
        un_an = timedelta(days=365)
        instants = {nom: colonnes[nom] + un_an for nom in ("ouvre_le", "ferme_le", "depot_ouvre_le", "depot_ferme_le")}
        db.add(PeriodeInscription(**colonnes | instants | {"id": "periode2028", "session_examen_id": "cap-2028-06"}))
    moteur.dispose()


def origine(portail: Portail) -> str:
    requete = "SELECT id FROM periode_inscription WHERE academie_code = '16' AND session_examen_id = 'cap-2027-06'"
    return str(portail.lignes(requete)[0]["id"])


def essayer(portail: Portail) -> Navigateur:
    regine = portail.navigateur(REGINE)
    regine.get("/gestion/redoublants")
    regine.envoyer({"origine": origine(portail), "cible": "periode2028"})
    regine.suivre()
    return regine


def preparees(portail: Portail) -> list[dict[str, object]]:
    return portail.lignes("SELECT * FROM candidature WHERE session_examen_id = 'cap-2028-06'")


def test_un_ajourne_retrouve_ses_notes_dans_une_inscription_a_completer(prochaine: Portail):
    regine = essayer(prochaine)
    assert regine.page is not None
    assert "ACCRALL Dack" in regine.page.texte
    assert preparees(prochaine) == [], "un essai ne change rien"
    regine.envoyer({}, bouton="Préparer 1 inscription")
    assert "1 inscription préparée" in regine.suivre().texte
    (ligne,) = preparees(prochaine)
    assert (ligne["etat"], ligne["numero_inscription"], ligne["compte_id"]) == ("a_completer", "002", "dack")
    brouillon = json.loads(str(ligne["brouillon"]))
    titre, acquis = brouillon["acquis"]
    assert titre["code"] == "CAP_AUTRE", "ses dispenses restent"
    assert (acquis["code"], acquis["annee"], acquis["academie"]) == ("MEME_CAP_AJOURNE", 2027, "16")
    assert acquis["notes"] == {"EP1": 14.5, "EP2": 8}, "celle d’une sous-épreuve n’est pas celle de l’épreuve"
    assert acquis["repasse"] == ["EP2"]
    assert brouillon["situation"] == "REDOUBLANT"
    assert "accord_presse" not in brouillon
    dack = prochaine.navigateur()
    assert "À compléter" in dack.get("/inscriptions").texte
    recapitulatif = dack.get(dack.get(f"/candidatures/{ligne['id']}/reprise", statut=303).adresse)
    assert "Bénéfice" in recapitulatif.texte
    assert "14,5" in recapitulatif.texte


def test_preparer_deux_fois_ne_prepare_qu_une_fois(prochaine: Portail):
    regine = essayer(prochaine)
    regine.envoyer({}, bouton="Préparer 1 inscription")
    regine = essayer(prochaine)
    assert regine.page is not None
    assert "A déjà une inscription à cette session" in regine.page.texte
    assert "Préparer 1" not in regine.page.texte
    assert len(preparees(prochaine)) == 1


def test_annuler_efface_ce_que_personne_n_a_touche(prochaine: Portail):
    regine = essayer(prochaine)
    regine.envoyer({}, bouton="Préparer 1 inscription")
    regine.suivre()
    regine.envoyer({}, bouton="Annuler cette préparation")
    assert "Tout est revenu comme avant" in regine.suivre().texte
    assert preparees(prochaine) == []
    actes = [
        ligne["nature"] for ligne in prochaine.lignes("SELECT nature FROM registre WHERE acteur = 'regine' ORDER BY id")
    ]
    assert actes[-2:] == ["preparer_une_session", "annuler_une_preparation"]


def test_une_preparation_faite_se_retrouve_pour_etre_annulee(prochaine: Portail):
    regine = essayer(prochaine)
    assert "Préparations" not in regine.get("/gestion/redoublants").texte, "un essai n’en est pas une"
    regine = essayer(prochaine)
    regine.envoyer({}, bouton="Préparer 1 inscription")
    page = regine.get("/gestion/redoublants")
    regine.get(page.lien("Juin 2028, à partir de juin 2027"))
    regine.envoyer({}, bouton="Annuler cette préparation")
    assert "annulée" in regine.get("/gestion/redoublants").texte
    assert "Préparations" not in prochaine.navigateur(BASILE).get("/gestion/redoublants").texte


def test_annuler_laisse_ce_que_le_candidat_a_commence(prochaine: Portail):
    regine = essayer(prochaine)
    regine.envoyer({}, bouton="Préparer 1 inscription")
    regine.suivre()
    dack = prochaine.navigateur()
    dack.get(f"/candidatures/{preparees(prochaine)[0]['id']}/onglets/identification")
    dack.envoyer({"voie": "2 rue de l’Exemple"}, bouton="Suivant")
    regine.envoyer({}, bouton="Annuler cette préparation")
    assert "1 inscription laissée" in regine.suivre().texte
    assert len(preparees(prochaine)) == 1


def test_deux_sessions_qui_ne_se_suivent_pas_sont_refusees(prochaine: Portail):
    regine = prochaine.navigateur(REGINE)
    regine.get("/gestion/redoublants")
    regine.envoyer({"origine": "periode2028", "cible": "periode2028"}, statut=422)
    assert regine.page is not None
    assert regine.page.erreurs == ["La session à préparer suit celle d’origine, dans la même académie"]
    regine.envoyer({"origine": "٢", "cible": "\0"}, statut=422)


def test_une_autre_academie_ne_prepare_rien_ici(prochaine: Portail):
    regine = essayer(prochaine)
    (ligne,) = prochaine.lignes("SELECT id FROM preparation")
    basile = prochaine.navigateur(BASILE)
    basile.get(f"/gestion/redoublants/{ligne['id']}", statut=404)
    basile.get("/gestion/redoublants")
    basile.envoyer({"origine": origine(prochaine), "cible": "periode2028"}, statut=422)
    basile.post(f"/gestion/redoublants/{ligne['id']}/confirmation", statut=404)
    assert regine.page is not None
    assert preparees(prochaine) == []
