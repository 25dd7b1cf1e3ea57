"""Un formulaire arrivé après la fin de la session est rendu après connexion."""

from app.comptes.guards import SCELLES
from app.comptes.models import FormulaireScelle
from app.comptes.purge import purger
from tests.unit.client import Navigateur
from tests.unit.comptes.conftest import Portail, connecter, creer, inscrire

REPRISE = "__Host-reprise"
REPONSES = {"voie": "3 rue de l’Ébène\r\nbâtiment B", "famille": ["A", "B"], "intention": "suivant"}


def session_finie(portail: Portail, navigateur: Navigateur) -> None:
    """Dack a rempli une page, et deux heures passent."""
    inscrire(portail, navigateur)
    connecter(navigateur)
    navigateur.get("/inscriptions")
    portail.plus_tard(hours=3)


def test_les_reponses_sont_rendues_apres_connexion(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    page = navigateur.post("/inscriptions/brouillon?onglet=2", REPONSES)
    assert page.adresse == "/connexion?suite=%2Finscriptions"
    assert "Vos réponses sont gardées" in navigateur.suivre().texte
    assert connecter(navigateur).adresse == "/connexion/reprise"
    page = navigateur.suivre()
    assert page.h1 == "Vos réponses vous attendent"
    assert portail.recus == []
    assert page.formulaires[0]["action"] == "/inscriptions/brouillon?onglet=2"
    navigateur.envoyer(bouton="Envoyer mes réponses")
    assert sorted(portail.recus[0]) == [
        ("famille", "A"),
        ("famille", "B"),
        ("intention", "suivant"),
        ("voie", "3 rue de l’Ébène\r\nbâtiment B"),
    ]


def test_avec_htmx_la_page_va_a_la_connexion(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    page = navigateur.post("/inscriptions/brouillon", REPONSES, statut=200, htmx=True)
    assert page.reponse.headers["hx-redirect"].startswith("/connexion")
    assert connecter(navigateur).adresse == "/connexion/reprise"


def test_la_base_seule_ne_les_lit_pas(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    navigateur.post("/inscriptions/brouillon", {"voie": "rue tres secrete", "ancien_mot_de_passe": "Brodeuse!27"})
    (scelle,) = portail.lignes(FormulaireScelle)
    assert b"secrete" not in scelle.contenu
    assert scelle.empreinte != navigateur.client.cookies[REPRISE]
    connecter(navigateur)
    page = navigateur.suivre()
    assert "rue tres secrete" in page.html
    assert "Brodeuse" not in page.html


def test_elles_ne_sont_rendues_qu_a_leur_compte(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    navigateur.post("/inscriptions/brouillon", {"voie": "chez Dack"})
    adresse = "charlie@exemple.fr"
    charlie = portail.navigateur()
    creer(charlie, courriel=adresse, courriel_confirmation=adresse, prenoms="Charlie")
    charlie.get(portail.lien())
    charlie.envoyer()
    assert connecter(navigateur, identifiant="charlie@exemple.fr").adresse == "/inscriptions"
    assert navigateur.get("/connexion/reprise", statut=303).adresse == "/inscriptions"


def test_elles_s_effacent_a_trente_minutes(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    navigateur.post("/inscriptions/brouillon", REPONSES)
    portail.plus_tard(minutes=30, seconds=-1)
    portail.agir(purger, portail.instant)
    assert len(portail.lignes(FormulaireScelle)) == 1
    portail.plus_tard(seconds=1)
    assert connecter(navigateur).adresse == "/inscriptions"
    portail.agir(purger, portail.instant)
    assert portail.lignes(FormulaireScelle) == []


def test_elles_s_abandonnent(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    navigateur.post("/inscriptions/brouillon", REPONSES)
    connecter(navigateur)
    navigateur.suivre()
    navigateur.envoyer(rang=1, bouton="Abandonner ces réponses")
    assert portail.lignes(FormulaireScelle) == []
    assert REPRISE not in navigateur.client.cookies


def test_la_deconnexion_les_efface(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    navigateur.post("/inscriptions/brouillon", REPONSES)
    connecter(navigateur)
    navigateur.suivre()
    navigateur.post("/deconnexion")
    assert portail.lignes(FormulaireScelle) == []


def test_un_envoi_forge_ailleurs_n_est_pas_scelle(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    navigateur.post("/inscriptions/brouillon", REPONSES | {"jeton_csrf": "x"}, statut=403)
    navigateur.post("/inscriptions/brouillon", REPONSES, statut=403, entetes={"Sec-Fetch-Site": "cross-site"})
    assert portail.lignes(FormulaireScelle) == []


def test_sans_session_passee_rien_n_est_garde(portail: Portail, navigateur: Navigateur) -> None:
    navigateur.get("/connexion")
    assert navigateur.post("/inscriptions/brouillon", REPONSES).adresse == "/connexion?suite=%2Finscriptions"
    assert portail.lignes(FormulaireScelle) == []


def test_un_navigateur_n_en_a_qu_un_et_le_reseau_est_ralenti(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    for _ in range(SCELLES.libres):
        navigateur.post("/inscriptions/brouillon", REPONSES)
    page = navigateur.post("/inscriptions/brouillon", REPONSES, statut=429)
    assert page.reponse.headers["retry-after"] == "10"
    assert len(portail.lignes(FormulaireScelle)) == 1


def test_un_fichier_ne_se_scelle_pas(portail: Portail, navigateur: Navigateur) -> None:
    session_finie(portail, navigateur)
    page = navigateur.post("/inscriptions/brouillon", {"a": "b"}, fichiers={"piece": ("p.pdf", b"%PDF")})
    assert page.adresse.startswith("/connexion")
    assert portail.lignes(FormulaireScelle) == []
