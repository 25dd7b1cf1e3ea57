"""Un ancien élève qui revient : chez lui, ailleurs, l'année suivante. Personne ne prend le compte de personne."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.infra.database import moteur_synchrone
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.settings import Reglages
from tests.instance import BELLEVUE, BERTHE, REGINE, VICTOR, VOISIN
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import eleve, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.etablissements.test_papillons import ZOE, choisir, connecter
from tests.unit.etablissements.test_suivi import candidature
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


def test_reimportee_par_le_meme_son_compte_d_individuelle_n_est_pas_repris(portail: Portail, berthe: Navigateur):
    rendre_son_compte(portail, berthe)
    importer(berthe, [eleve(), ZOE])
    assert [(li["identifiant"], li["etat"]) for li in accame(portail)][-1] == ("acculi.accame2", "a_completer")
    assert "acculi.accame" not in mots_de_passe(imprimer(berthe, division="DIV1"))
    assert connecter(portail, "acculi.accame", MOT)[0].get("/inscriptions").h1 == "Mes inscriptions"


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
    moteur = moteur_synchrone(Reglages(donnees=portail.donnees).adresse_base)
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
