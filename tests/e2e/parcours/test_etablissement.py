"""Le guide, chapitre 8 : l'établissement importe et imprime, Acculi ACCAME complète et s'inscrit."""

from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.import_scolaire.models import EtatImpression, FichierPapillons, Impression
from app.infra.database import moteur_synchrone
from app.settings import Reglages
from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import Connexion
from tests.e2e.pages.etablissement import Etablissement, PremiereConnexion, completer
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import BELLEVUE, BERTHE, DEBUT, VICTOR, VOISIN
from tests.unit.etablissements.fichiers import eleve, en_csv
from tests.unit.gestion.decor import ecrire

BUREAU = {"width": 1280, "height": 900}


def fichier(dossier: Path, *eleves: dict[str, str]) -> Path:
    chemin = dossier / "eleves.csv"
    chemin.write_bytes(en_csv(eleves))
    return chemin


def test_de_l_import_a_l_inscription_d_acculi_accame(ouvrir: Ouvrir, js: bool, tmp_path: Path, serveur: Serveur):
    """Là où le service a choisi la validation en ligne : rien ne revient signé."""
    ecrire(serveur.donnees, "UPDATE periode_inscription SET regime_confirmation = 'en_ligne'")
    bureau = ouvrir(js=js, viewport=BUREAU)
    bellevue = Etablissement(bureau)
    bellevue.entrer()
    bellevue.essayer(fichier(tmp_path, eleve(date_naissance="31/02/2009")))
    expect(bureau.page.get_by_role("cell", name="une date qui existe, jj/mm/aaaa")).to_be_visible()
    bellevue.essayer(fichier(tmp_path, eleve()))
    bellevue.confirmer()
    papillons = bellevue.imprimer_les_papillons(tmp_path)
    assert list(papillons) == ["acculi.accame"]
    telephone = ouvrir(js=js)
    connexion = Connexion(telephone)
    connexion.ouvrir()
    connexion.entrer("acculi.accame", papillons["acculi.accame"], arrivee="Choisir mon mot de passe")
    PremiereConnexion(telephone).choisir("Moi-tout-2027!", "acculi@exemple.fr")
    expect(telephone.page.get_by_text("LYC BELLEVUE-TOULOUSE (0310038Y)")).to_be_visible()
    expect(telephone.page.get_by_text("À compléter")).to_be_visible()
    telephone.suivre("Ouvrir")
    telephone.suivre("Mon inscription", exact=True)
    telephone.est_sur("Récapitulatif")
    telephone.suivre("Modifier", exact=True)
    recapitulatif = completer(telephone)
    expect(telephone.page.get_by_text("Enregistrer vaut signature")).to_be_visible()
    expect(telephone.page.get_by_text("Confirmation d'inscription signée")).to_have_count(0)
    recapitulatif.enregistrer()
    expect(telephone.page.get_by_text("Votre enregistrement vaut signature")).to_be_visible()
    telephone.suivre("lire en page web")
    expect(telephone.page.get_by_text("Inscription validée en ligne")).to_be_visible()
    (inscrite,) = telephone.serveur.lignes("SELECT etat, numero_inscription, brouillon FROM candidature")
    assert (inscrite["etat"], inscrite["numero_inscription"]) == ("inscrit", "001")
    assert f'"etablissement": "{BELLEVUE}"' in inscrite["brouillon"]
    assert int(bellevue.nombre("Fait")) + int(bellevue.nombre("Pièces manquantes")) == 1


def test_chaque_ecran_d_un_etablissement_passe_axe(ouvrir: Ouvrir, tmp_path: Path):
    """Cet espace n'a aucun script : avec ou sans, la page est la même."""
    visite = ouvrir(js=True, viewport=BUREAU)
    bellevue = Etablissement(visite)
    bellevue.reprendre()
    verifier_l_acces(visite, "suivi vide")
    for chemin in ("import", "papillons", "eleves", "coordonnees"):
        visite.aller(f"/etablissement/{BELLEVUE}/{chemin}")
        verifier_l_acces(visite, f"{chemin}, vide")
    bellevue.essayer(fichier(tmp_path, eleve(), eleve(ine="12", nom_famille="")))
    verifier_l_acces(visite, "essai, erreurs")
    bellevue.essayer(fichier(tmp_path, eleve(), eleve(ine="1111111111A", nom_famille="Exemple")))
    verifier_l_acces(visite, "essai, nouveaux")
    bellevue.confirmer()
    verifier_l_acces(visite, "import fait")
    bellevue.essayer(fichier(tmp_path, eleve(division="DIV9")))
    verifier_l_acces(visite, "essai, changés et absents")
    poser_une_impression(visite.serveur.donnees)
    for chemin in ("", "/import", "/papillons", "/eleves", "/impressions/finie", "/impressions/impression"):
        visite.aller(f"/etablissement/{BELLEVUE}{chemin}")
        verifier_l_acces(visite, chemin or "suivi")


def poser_une_impression(donnees: Path) -> None:
    """Comme au-delà de six cents papillons : un fichier parti, un prêt, un en attente. Et une impression finie."""
    moteur = moteur_synchrone(Reglages(donnees=donnees).adresse_base)
    with Session(moteur) as db, db.begin():
        for id_, etat in (("finie", EtatImpression.CLOSE), ("impression", EtatImpression.PRETE)):
            db.add(Impression(id=id_, uai=BELLEVUE, auteur=BERTHE.id, etat=etat, cree_le=DEBUT, prete_le=DEBUT))
        db.flush()
        for rang, (pret, telecharge) in enumerate(((DEBUT, DEBUT), (DEBUT, None), (None, None)), start=1):
            fichier = FichierPapillons(impression_id="impression", rang=rang, division="DIV1", eleves={})
            fichier.pret_le, fichier.telecharge_le = pret, telecharge
            db.add(fichier)
    moteur.dispose()


def test_deux_etablissements_a_eleves_homonymes_ne_voient_que_les_leurs(ouvrir: Ouvrir, tmp_path: Path):
    visite = ouvrir(js=True, viewport=BUREAU)
    bellevue = Etablissement(visite)
    bellevue.reprendre()
    bellevue.essayer(fichier(tmp_path, eleve()))
    bellevue.confirmer()
    autre: Visite = ouvrir(js=True, viewport=BUREAU)
    voisin = Etablissement(autre, VOISIN)
    voisin.reprendre(VICTOR)
    expect(autre.page.get_by_role("heading", name="Aucun élève")).to_be_visible()
    voisin.essayer(fichier(tmp_path, eleve(division="VOLEE")))
    expect(autre.page.get_by_role("heading", name="1 erreur")).to_be_visible()
    voisin.essayer(fichier(tmp_path, eleve(ine="1111111111A", division="HOMONYME")))
    voisin.confirmer()
    for qui, sienne, identifiant in ((visite, "DIV1", "acculi.accame"), (autre, "HOMONYME", "acculi.accame2")):
        qui.suivre("Élèves", exact=True)
        rangees = qui.page.get_by_role("table", name="Élèves").get_by_role("row")
        expect(rangees).to_have_count(2)
        expect(rangees.last).to_contain_text(sienne)
        expect(qui.page.get_by_role("cell", name=identifiant, exact=True)).to_be_visible()
    autre.aller(f"/etablissement/{BELLEVUE}")
    expect(autre.page.get_by_role("heading", level=1)).not_to_have_text("Suivi des inscriptions")
