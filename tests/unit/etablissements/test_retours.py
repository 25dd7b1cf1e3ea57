"""Un ancien élève qui revient : chez lui, ailleurs, l'année suivante. Personne ne prend le compte de personne."""

import json
from datetime import timedelta
from typing import Any

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
from tests.instance import BASILE, BELLEVUE, BERTHE, REGINE, VICTOR, VOISIN
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import eleve, en_csv, erreurs_de, essayer, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.etablissements.test_papillons import ZOE, choisir, connecter
from tests.unit.etablissements.test_suivi import candidature, completer
from tests.unit.gestion.decor import ecrire
from tests.unit.inscription.conftest import Portail

MOT = "Moi-tout-2027!"


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    """Acculi est inscrite par Bellevue et a choisi son mot de passe."""
    navigateur = portail.navigateur(BERTHE)
    importer(navigateur, [eleve(), ZOE])
    (mot,) = mots_de_passe(imprimer(navigateur, division="DIV1")).values()
    choisir(connecter(portail, "acculi.accame", mot)[0], MOT)
    return navigateur


def rendre_son_compte(portail: Portail, berthe: Navigateur) -> None:
    """Elle quitte Bellevue ; Régine lui laisse son compte, et elle s'inscrit elle-même."""
    importer(berthe, [ZOE], retirer=True)
    regine = portail.navigateur(REGINE)
    regine.get(f"/gestion/etablissements/{BELLEVUE}")
    regine.post(f"/gestion/etablissements/{BELLEVUE}/eleves/{candidature(portail)}/compte")
    s_inscrire_seule(portail)


def s_inscrire_seule(portail: Portail) -> None:
    elle, _ = connecter(portail, "acculi.accame", MOT)
    elle.get("/inscriptions/nouvelle")
    (periode,) = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = '16'")
    elle.post("/inscriptions/nouvelle", {"periode": periode["id"]})


def accame(portail: Portail) -> list[dict[str, Any]]:
    return portail.lignes(
        "SELECT c.identifiant, d.etat, d.etablissement_uai AS uai, d.session_examen_id AS session, "
        "d.numero_inscription AS numero FROM candidature d JOIN compte c ON c.id = d.compte_id "
        "WHERE c.identifiant LIKE 'acculi%' ORDER BY c.identifiant, d.numero_inscription, d.etat"
    )


@pytest.mark.parametrize("ine", ["0123456789A", ""])
def test_reimportee_par_un_autre_elle_a_un_second_compte_et_garde_le_sien(
    portail: Portail, berthe: Navigateur, ine: str
):
    """Le papillon d'un établissement ne donne jamais le compte d'un candidat individuel."""
    rendre_son_compte(portail, berthe)
    victor = portail.navigateur(VICTOR)
    importer(victor, [eleve(ine=ine, division="NEUVE")], uai=VOISIN)
    assert [(li["identifiant"], li["etat"], li["uai"]) for li in accame(portail)] == [
        ("acculi.accame", "brouillon", None),
        ("acculi.accame", "ecarte", None),
        ("acculi.accame2", "a_completer", VOISIN),
    ]
    assert list(mots_de_passe(imprimer(victor, uai=VOISIN, quoi="tous"))) == ["acculi.accame2"]
    elle, _ = connecter(portail, "acculi.accame", MOT)
    page = elle.get("/inscriptions")
    assert "LYC VOISIN" not in page.texte
    assert "BELLEVUE" not in victor.get(f"/etablissement/{VOISIN}/eleves").texte


def test_l_essai_previent_qu_elle_s_est_inscrite_seule_et_le_service_le_voit(portail: Portail, berthe: Navigateur):
    """Ni l'un ni l'autre n'y est forcé : deux personnes peuvent porter le même nom et être nées le même jour."""
    rendre_son_compte(portail, berthe)
    regine, basile = portail.navigateur(REGINE), portail.navigateur(BASILE)
    assert "Peut-être inscrits deux fois" not in regine.get("/gestion/etablissements").texte
    homonyme = eleve(ine="5555555555C", date_naissance="21/09/2008")
    page = essayer(berthe, en_csv([homonyme, eleve(nom_famille="accamé"), ZOE]))
    assert "1 élève peut-être déjà inscrit comme individuel" in page.texte
    (dit,) = [rangee.texte for rangee in page.arbre.tous("tr") if "À vérifier" in rangee.texte]
    assert "une inscription individuelle existe à cette session" in dit
    (nouveaux,) = [t for t in page.arbre.tous("table") if t["aria-labelledby"] == "nouveaux"]
    assert [r.texte for r in nouveaux.tous("tr")][1] == dit, "ce qui est à vérifier d’abord, même loin dans le fichier"
    assert "02146028" not in page.texte, "rien d’autre du candidat individuel"
    berthe.envoyer({}, bouton="Confirmer l’import")
    page = regine.get("/gestion/etablissements")
    (doublon,) = [t for t in page.arbre.tous("table") if t["aria-labelledby"] == "doublons"]
    rangees = [rangee.texte for rangee in doublon.tous("tr")][1:]
    assert len(rangees) == 1
    assert "ACCAMÉ Acculi" in rangees[0]
    assert "LYC BELLEVUE" in rangees[0]
    export = page.lien("Exporter ces candidats")
    assert "ACCAMÉ;Acculi;" in regine.client.get(export).text
    assert "ACCAM" not in basile.client.get(export).text
    regine.get([lien["href"] for lien in doublon.tous("a")][1])
    assert regine.page is not None
    assert "ACCAME Acculi" in regine.page.texte
    assert "ACCAM" not in basile.get("/gestion/etablissements").texte
    portail.horloge.avancer(days=700)
    assert "deux fois" not in portail.navigateur(REGINE).get("/gestion/etablissements").texte, "la session est close"


def test_reimportee_par_le_meme_son_compte_d_individuelle_n_est_pas_repris(portail: Portail, berthe: Navigateur):
    rendre_son_compte(portail, berthe)
    importer(berthe, [eleve(), ZOE])
    assert [(li["identifiant"], li["etat"]) for li in accame(portail)][-1] == ("acculi.accame2", "a_completer")
    assert "acculi.accame" not in mots_de_passe(imprimer(berthe, division="DIV1"))
    assert connecter(portail, "acculi.accame", MOT)[0].get("/inscriptions").h1 == "Mes inscriptions"


def test_partie_puis_inscrite_seule_son_retour_est_une_erreur_sur_sa_ligne(portail: Portail, berthe: Navigateur):
    """Un compte n'a qu'une inscription par session : Bellevue ne peut la reprendre, et l'import finit."""
    importer(berthe, [ZOE], retirer=True)
    page = essayer(berthe, en_csv([eleve(), ZOE]))
    assert erreurs_de(page) == []
    s_inscrire_seule(portail)
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert "1 ligne refusée" in berthe.suivre().texte, "inscrite entre l’essai et l’import"
    page = essayer(berthe, en_csv([eleve(), ZOE]))
    ((ligne, colonne, valeur, attendu),) = erreurs_de(page)
    assert (ligne, colonne, valeur) == ("Ligne 2", "Nom de famille", "ACCAME Acculi")
    assert "s’est inscrit lui-même à cette session" in attendu
    assert [(li["etat"], li["uai"]) for li in accame(portail)] == [("brouillon", None), ("ecarte", BELLEVUE)]


def test_partie_puis_inscrite_seule_l_annulation_de_son_depart_la_laisse(portail: Portail, berthe: Navigateur):
    importer(berthe, [ZOE], retirer=True)
    s_inscrire_seule(portail)
    berthe.envoyer({}, bouton="Annuler cet import")
    page = berthe.suivre()
    assert "Import annulé" in page.texte
    assert "Sauf pour 1 élève" in page.texte
    assert [(li["etat"], li["uai"]) for li in accame(portail)] == [("brouillon", None), ("ecarte", BELLEVUE)]


def test_l_annee_suivante_le_meme_etablissement_la_reinscrit_sous_son_compte(portail: Portail, berthe: Navigateur):
    """Redoublante : son compte, son mot de passe et son N° candidat restent ; le N° d'inscription suit."""
    une_session_de_plus(portail)
    berthe = portail.navigateur(BERTHE)
    importer(berthe, [eleve(division="DIV1B")])
    assert [(li["identifiant"], li["session"], li["numero"], li["etat"]) for li in accame(portail)] == [
        ("acculi.accame", "cap-2027-06", "001", "a_completer"),
        ("acculi.accame", "cap-2028-06", "002", "a_completer"),
    ]
    elle, _ = connecter(portail, "acculi.accame", MOT)
    assert "juin 2028" in elle.get("/inscriptions").texte.lower()
    assert "Aucun papillon" in imprimer(berthe, quoi="nouveaux", statut=422), "elle a déjà son mot de passe"
    victor = portail.navigateur(VICTOR)
    importer(victor, [eleve(ine="1111111111A", division="HOMONYME")], uai=VOISIN)
    assert [li["identifiant"] for li in accame(portail)][-1] == "acculi.accame2", "une homonyme d’ailleurs"


def test_ajournee_elle_retrouve_ses_reponses_et_ses_notes_et_complete(portail: Portail, berthe: Navigateur):
    """D. 337-17 garde les notes sans distinguer le statut : l'import fait pour un élève ce que la préparation fait
    pour un individuel."""
    ajournee(portail)
    berthe = portail.navigateur(BERTHE)
    page = essayer(berthe, en_csv([eleve(division="DIV1B")]))
    assert "1 ancien élève retrouve son compte, dont 1 redoublant avec ses notes" in page.texte
    assert "retrouve le sien, et 2 notes à garder ou à repasser" in page.texte
    assert "un neuf" not in page.texte
    berthe.envoyer({}, bouton="Confirmer l’import")
    assert [(li["identifiant"], li["session"], li["etat"]) for li in accame(portail)] == [
        ("acculi.accame", "cap-2027-06", "inscrit"),
        ("acculi.accame", "cap-2028-06", "a_completer"),
    ]
    brouillon = prepare(portail)
    (acquis,) = brouillon["acquis"]
    assert (acquis["code"], acquis["annee"], acquis["notes"]) == ("MEME_CAP_AJOURNE", 2027, {"EP1": 14.5, "EP2": 8})
    assert acquis["repasse"] == ["EP2"]
    assert (brouillon["situation"], brouillon["familles"]) == ("REDOUBLANT", ["MEME_CAP"])
    assert (brouillon["voie"], brouillon["categorie"]) == ("1 rue de l’Exemple", "SCOLAIRE")
    assert "accord_presse" not in brouillon, "elle y répond de nouveau"
    elle, _ = connecter(portail, "acculi.accame", MOT)
    (neuve,) = portail.lignes("SELECT id FROM candidature WHERE session_examen_id = 'cap-2028-06'")
    completer(elle, neuve["id"])
    assert elle.page is not None
    assert "14,5/20" in elle.page.texte
    assert "Bénéfice" in elle.page.texte
    elle.envoyer({}, bouton="Enregistrer")
    assert [li["etat"] for li in accame(portail)] == ["inscrit", "inscrit"]


def test_ajournee_qui_change_de_specialite_ne_garde_que_ses_notes_generales(portail: Portail, berthe: Navigateur):
    ajournee(portail, {"EP1": "14,5", "EG1": "12", "EG2": "9"})
    importer(portail.navigateur(BERTHE), [eleve(division="DIV1B", specialite="Cuisine")])
    (acquis,) = prepare(portail)["acquis"]
    assert (acquis["code"], acquis["specialite"]) == ("CAP_AUTRE_AJOURNE", "50033205")
    assert acquis["notes"] == {"FR_HG_EMC": 12, "MATHS_PC": 9}
    assert prepare(portail)["familles"] == ["AUTRE_SPECIALITE"]


def test_annuler_l_import_ote_l_inscription_de_la_redoublante_et_lui_laisse_son_compte(
    portail: Portail, berthe: Navigateur
):
    ajournee(portail)
    berthe = portail.navigateur(BERTHE)
    importer(berthe, [eleve(division="DIV1B")])
    assert "ne change rien" in essayer(berthe, en_csv([eleve(division="DIV1B")])).texte
    berthe.get(f"/etablissement/{BELLEVUE}/import")
    assert berthe.page is not None
    berthe.get(berthe.page.lien("eleves.csv"))
    berthe.envoyer({}, bouton="Annuler cet import")
    assert [(li["session"], li["etat"]) for li in accame(portail)] == [("cap-2027-06", "inscrit")]
    assert connecter(portail, "acculi.accame", MOT)[0].get("/inscriptions").h1 == "Mes inscriptions"


def test_admise_elle_n_est_pas_redoublante(portail: Portail, berthe: Navigateur):
    ajournee(portail, resultat="Admis")
    importer(portail.navigateur(BERTHE), [eleve(division="DIV1B")])
    assert "acquis" not in prepare(portail)
    assert "situation" not in prepare(portail)


def test_la_preparation_du_service_laisse_une_eleve_a_son_etablissement(portail: Portail, berthe: Navigateur):
    ajournee(portail)
    regine = portail.navigateur(REGINE)
    regine.get("/gestion/redoublants")
    regine.envoyer({"origine": origine(portail), "cible": "periode2028"})
    page = regine.suivre()
    assert "l’import de son établissement lui rendra ses notes" in page.texte
    assert "Préparer" not in [bouton.texte.split()[0] for bouton in page.arbre.tous("button") if bouton.texte]


def test_ajournee_puis_rendue_a_elle_meme_elle_redit_sa_categorie(portail: Portail, berthe: Navigateur):
    """Inscrite, retirée par Bellevue, son compte rendu : ajournée, le service la prépare comme individuelle."""
    inscrire(portail)
    importer(berthe, [ZOE], retirer=True)
    regine = portail.navigateur(REGINE)
    regine.get(f"/gestion/etablissements/{BELLEVUE}")
    regine.post(f"/gestion/etablissements/{BELLEVUE}/eleves/{candidature(portail)}/compte")
    publier_le_releve(portail)
    une_session_de_plus(portail)
    regine = portail.navigateur(REGINE)
    regine.get("/gestion/redoublants")
    regine.envoyer({"origine": origine(portail), "cible": "periode2028"})
    regine.suivre()
    regine.envoyer({}, bouton="Préparer 1 inscription")
    brouillon = prepare(portail)
    assert brouillon["acquis"][0]["notes"] == {"EP1": 14.5, "EP2": 8}
    assert not {"categorie", "etablissement"} & set(brouillon)
    elle, _ = connecter(portail, "acculi.accame", MOT)
    (neuve,) = portail.lignes("SELECT id FROM candidature WHERE session_examen_id = 'cap-2028-06'")
    page = elle.get(f"/candidatures/{neuve['id']}/onglets/identification")
    elle.envoyer({}, bouton="Suivant")
    page = elle.suivre()
    assert {c["name"] for c in page.arbre.tous("select", "input")} >= {"categorie", "etablissement"}


def inscrire(portail: Portail) -> None:
    """Acculi complète et enregistre."""
    elle, _ = connecter(portail, "acculi.accame", MOT)
    elle.get(f"/candidatures/{candidature(portail)}/onglets/identification")
    elle.envoyer({"courriel": "acculi@exemple.fr"}, bouton="Suivant", statut=422)
    completer(elle, candidature(portail))
    elle.envoyer({}, bouton="Enregistrer")


def ajournee(portail: Portail, notes: dict[str, str] | None = None, resultat: str = "Ajourné") -> None:
    """Inscrite par Bellevue à juin 2027, elle a son relevé ; un an a passé."""
    inscrire(portail)
    publier_le_releve(portail, notes, resultat)
    une_session_de_plus(portail)


def publier_le_releve(portail: Portail, notes: dict[str, str] | None = None, resultat: str = "Ajourné") -> None:
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    lues = notes or {"EP1": "14,5", "EP2": "8", "EG1A": "16"}
    with Session(moteur) as db, db.begin():
        version = db.scalars(select(VersionCandidature)).one()
        publier(
            db,
            candidature_id=version.candidature_id,
            version_id=version.id,
            type=TypeDocument.RELEVE_NOTES,
            donnees=en_json(
                ReleveNotes(
                    tuple(NoteEpreuve(code, code, len(code) > 3, note, "") for code, note in lues.items()), resultat, ""
                )
            ),
            maintenant=portail.horloge.instant,
        )
    moteur.dispose()


def origine(portail: Portail) -> str:
    requete = "SELECT id FROM periode_inscription WHERE academie_code = '16' AND session_examen_id = 'cap-2027-06'"
    return str(portail.lignes(requete)[0]["id"])


def prepare(portail: Portail) -> dict[str, Any]:
    """Le brouillon de juin 2028."""
    (ligne,) = portail.lignes("SELECT brouillon FROM candidature WHERE session_examen_id = 'cap-2028-06'")
    brouillon: dict[str, Any] = json.loads(ligne["brouillon"])
    return brouillon


def test_inscrite_seule_un_jour_son_compte_ne_revient_plus_a_son_etablissement(portail: Portail, berthe: Navigateur):
    """Même désinscrite depuis : un papillon réimprimé ouvrirait ses documents d'individuelle."""
    une_session_de_plus(portail)
    elle, _ = connecter(portail, "acculi.accame", MOT)
    elle.get("/inscriptions/nouvelle")
    elle.post("/inscriptions/nouvelle", {"periode": "periode2028"})
    ecrire(portail.donnees, "UPDATE candidature SET etat = 'desinscrit' WHERE etablissement_uai IS NULL")
    berthe = portail.navigateur(BERTHE)
    importer(berthe, [eleve(division="DIV1B")])
    assert [(li["identifiant"], li["session"]) for li in accame(portail)][-1] == ("acculi.accame2", "cap-2028-06")
    assert list(mots_de_passe(imprimer(berthe, quoi="tous"))) == ["acculi.accame2"]


def test_l_annee_suivante_un_autre_etablissement_ne_recoit_ni_son_compte_ni_ses_reponses(
    portail: Portail, berthe: Navigateur
):
    elle, _ = connecter(portail, "acculi.accame", MOT)
    elle.get(f"/candidatures/{candidature(portail)}/onglets/identification")
    elle.envoyer({"voie": "1 rue de l’Exemple"}, bouton="Suivant", statut=422)
    une_session_de_plus(portail)
    importer(portail.navigateur(VICTOR), [eleve(division="NEUVE")], uai=VOISIN)
    neuve = accame(portail)[-1]
    assert (neuve["identifiant"], neuve["uai"]) == ("acculi.accame2", VOISIN)
    (ligne,) = portail.lignes("SELECT brouillon FROM candidature WHERE etablissement_uai = :u", u=VOISIN)
    assert "voie" not in json.loads(ligne["brouillon"])


def une_session_de_plus(portail: Portail) -> None:
    """Toulouse ouvre juin 2028, un an plus tard."""
    un_an = timedelta(days=365)
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with Session(moteur) as db, db.begin():
        db.add(
            SessionExamen(id="cap-2028-06", examen="CAP", domaine="examens", libelle="Juin 2028", annee=2028, mois=6)
        )
        db.flush()
        toulouse = db.scalars(select(PeriodeInscription).where(PeriodeInscription.academie_code == "16")).one()
        colonnes = {c.key: getattr(toulouse, c.key) for c in PeriodeInscription.__table__.columns}
        instants = {nom: colonnes[nom] + un_an for nom in ("ouvre_le", "ferme_le", "depot_ouvre_le", "depot_ferme_le")}
        db.add(PeriodeInscription(**colonnes | instants | {"id": "periode2028", "session_examen_id": "cap-2028-06"}))
    moteur.dispose()
    portail.horloge.avancer(days=365)
