"""« Modifier mes informations » : tout jusqu'à la première candidature, puis l'adresse et le mot de passe seulement."""

from typing import Any

import pytest
from sqlalchemy import update

from app.candidatures.models import Candidature
from app.regles.vocabulaire import EtatCandidature
from tests.instance import CHARLIE, DACK, lignes
from tests.unit.client import Navigateur, Page, valeurs_affichees
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, inscrire

FIGEES = "Les informations de votre compte ne sont pas modifiables car vous avez au moins une inscription en cours."
CHAMPS_DU_GUIDE = (
    "Civilité *",
    "Nom de famille *",
    "(Nom de naissance)",
    "Confirmation du nom de naissance *",
    "Nom d’usage",
    "(Nom marital par exemple)",
    "Prénoms *",
    "Date de naissance *",
    "Confirmation date de naissance *",
    "Pays de naissance *",
    "Département, DOM ou COM de naissance *",
    "Commune de naissance *",
)


def candidat(portail: Portail, compte: str = "dack") -> dict[str, Any]:
    (ligne,) = lignes(portail.donnees, "select * from candidat where compte_id = :c", c=compte)
    return ligne


def modifier(navigateur: Navigateur, statut: int = 303, **champs: str) -> Page:
    navigateur.get("/compte")
    return navigateur.envoyer(champs, bouton="Enregistrer", statut=statut)


def test_dack_corrige_son_nom_avant_sa_premiere_candidature(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    page = navigateur.get("/compte")
    assert page.h1 == "Modifier mes informations"
    for mots in CHAMPS_DU_GUIDE:
        assert mots in page.texte.replace("\u00a0", " ")
    modifier(navigateur, nom_famille="Accrall-Dupré", nom_famille_confirmation="ACCRALL-DUPRÉ", prenoms="Dack Léo")
    page = navigateur.suivre()
    assert "Vos informations sont enregistrées" in page.texte
    assert candidat(portail)["nom_famille"] == "ACCRALL-DUPRÉ"
    assert candidat(portail)["numero_candidat"] == DACK.numero_candidat
    assert "Dack ACCRALL-DUPRÉ" in page.texte


def test_enregistrer_sans_rien_toucher_ne_change_rien(portail: Portail) -> None:
    avant = candidat(portail)
    modifier(portail.connecter(DACK))
    assert candidat(portail) == avant


def test_le_lieu_de_naissance_se_change_commune_fusionnee_comprise(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    navigateur.get("/compte")
    vers_l_etranger = {"pays_naissance": "BE", "intention": "actualiser"}
    page = navigateur.envoyer(vers_l_etranger, statut=422)
    assert "Ville de naissance" in page.texte
    navigateur.envoyer({"ville_naissance": "Namur"}, bouton="Enregistrer")
    apres = candidat(portail)
    assert (apres["pays_naissance"], apres["lieu_naissance"]) == ("BE", "Namur")
    assert apres["commune_naissance"] is apres["departement_naissance"] is None

    navigateur.suivre()
    navigateur.envoyer({"pays_naissance": "FR", "intention": "actualiser"}, statut=422)
    cherche = {"departement_naissance": "14", "commune_recherche": "may sur o", "intention": "rechercher"}
    page = navigateur.envoyer(cherche, statut=422)
    cle = next(i["value"] for i in page.arbre.tous("input") if i["value"].startswith("14408-commune-del"))
    navigateur.envoyer({"commune_naissance": cle}, bouton="Enregistrer")
    assert candidat(portail)["lieu_naissance"] == "MAY-SUR-ORNE"


def test_ecrire_une_autre_commune_sans_la_choisir_ne_garde_pas_l_ancienne_en_silence(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    page = modifier(navigateur, commune_recherche="Cae", statut=422)
    assert page.erreurs == ["Choisissez la commune de naissance dans la liste"]
    assert candidat(portail)["lieu_naissance"] == "MAY-SUR-ORNE"
    modifier(navigateur, commune_recherche="Caen")
    assert candidat(portail)["commune_naissance"] == "14118"


def test_une_commune_qui_n_est_plus_dans_la_liste_reste_ecrite(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    libre: dict[str, Any] = {"commune_naissance": "absente", "commune_libre": "Village Perdu"}
    modifier(navigateur, **libre)
    assert candidat(portail)["lieu_naissance"] == "VILLAGE PERDU"
    page = navigateur.suivre()
    assert page.element("commune_libre")["value"] == "VILLAGE PERDU"
    avant = candidat(portail)
    modifier(navigateur)
    assert candidat(portail) == avant


def test_le_morceau_htmx_est_celui_de_la_page(portail: Portail) -> None:
    navigateur = portail.connecter(DACK)
    avant = navigateur.get("/compte")
    envoi = valeurs_affichees(avant.formulaires[0]) | {"pays_naissance": "BE", "intention": "actualiser"}
    fragment = navigateur.post("/compte", envoi, statut=422, htmx=True)
    entiere = navigateur.post("/compte", envoi, statut=422)
    for page in (avant, fragment, entiere):
        for cache in (i for i in page.arbre.tous("input") if i["name"] == "jeton_csrf"):
            cache.attributs["value"] = ""
    assert "ville_naissance" in fragment.html
    assert "Enregistrer" not in fragment.texte
    lieu, attendu = fragment.element("lieu"), entiere.element("lieu")
    assert lieu.forme() == attendu.forme()


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"nom_famille": "AUTRE"}, "Recopiez le même nom de famille dans les deux champs"),
        ({"date_naissance": "01/01/2001"}, "Recopiez la même date de naissance dans les deux champs"),
        ({"prenoms": ""}, "Renseignez les prénoms"),
        ({"prenoms": "D4ck\x00"}, "Récrivez les prénoms"),
        ({"nom_usage": "x" * 5000}, "Raccourcissez le nom d’usage"),
        ({"civilite": "ROBOT"}, "civilité"),
        ({"departement_naissance": "<script>"}, "département"),
        ({"date_naissance": "31/02/2004", "date_naissance_confirmation": "31/02/2004"}, "date de naissance"),
    ],
)
def test_une_faute_garde_tout_ce_qui_est_tape(portail: Portail, champs: dict[str, str], erreur: str) -> None:
    avant = candidat(portail)
    page = modifier(portail.connecter(DACK), statut=422, **({"nom_usage": "TÉMOIN"} | champs))
    assert any(erreur in dite for dite in page.erreurs), page.erreurs
    assert "nom_usage" in champs or page.element("nom_usage")["value"] == "TÉMOIN"
    assert candidat(portail) == avant


def test_une_cle_de_plus_n_atteint_aucune_colonne(portail: Portail) -> None:
    modifier(portail.connecter(DACK), numero_candidat="00000000000", compte_id="charlie", courriel="x@exemple.fr")
    assert candidat(portail)["numero_candidat"] == DACK.numero_candidat
    assert lignes(portail.donnees, "select courriel from compte where id = 'dack'") == [{"courriel": DACK.courriel}]


def test_charlie_ne_change_que_charlie(portail: Portail) -> None:
    avant = candidat(portail)
    modifier(portail.connecter(CHARLIE), prenoms="Charlotte")
    assert candidat(portail) == avant
    assert candidat(portail, "charlie")["prenoms"] == "Charlotte"


def test_un_brouillon_ne_fige_rien(portail: Portail) -> None:
    brouillon(portail)
    modifier(portail.connecter(DACK), prenoms="Dack Léo")
    assert candidat(portail)["prenoms"] == "Dack Léo"


def test_des_qu_une_candidature_est_enregistree_l_etat_civil_se_fige(portail: Portail) -> None:
    inscrire(portail)
    navigateur = portail.connecter(DACK)
    page = navigateur.get("/compte")
    assert FIGEES in page.texte
    assert "Pour toute modification, veuillez contacter le service" in page.texte
    assert "@" in page.element("contenu").texte.split("contacter le service", 1)[1].split("Identité")[0]
    assert not page.formulaires
    assert page.lien("Changer d’adresse mail") == "/compte/adresse"
    assert page.lien("Changer de mot de passe") == "/compte/mot-de-passe"
    avant = candidat(portail)
    refus = navigateur.post("/compte", {"prenoms": "Autre"}, statut=422)
    assert FIGEES in refus.texte
    assert candidat(portail) == avant


@pytest.mark.parametrize("etat", sorted(set(EtatCandidature) - {EtatCandidature.BROUILLON}))
def test_une_candidature_rattachee_fige_quel_que_soit_son_etat(portail: Portail, etat: EtatCandidature) -> None:
    brouillon(portail)
    portail.ecrire(lambda db: db.execute(update(Candidature).values(etat=etat)))
    assert FIGEES in portail.connecter(DACK).get("/compte").texte


def test_une_candidature_enregistree_pendant_la_saisie_fige_quand_meme(portail: Portail) -> None:
    """Deux appareils : la page est ouverte ici, Enregistrer est cliqué là-bas."""
    navigateur = portail.connecter(DACK)
    ouverte = valeurs_affichees(navigateur.get("/compte").formulaires[0])
    inscrire(portail)
    page = portail.connecter(DACK).get("/compte")
    navigateur.post("/compte", ouverte | {"prenoms": "Autre", "jeton_csrf": page.jeton}, statut=422)
    assert candidat(portail)["prenoms"] == "Dack"


def test_sans_session_la_page_demande_de_se_connecter(portail: Portail) -> None:
    assert portail.connecter(None).get("/compte", statut=303).adresse == "/connexion?suite=%2Fcompte"
