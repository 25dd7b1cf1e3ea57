"""L'aide, les pièces, les textes légaux, et ce que lisent les machines."""

import pytest
from sqlalchemy import text

from app.accueil.aide import PHRASES, categories, groupes_de_pieces, situation
from app.durees import Conservation, Rotation, dites
from app.regles.referentiel import ConditionPiece, Reglement
from app.regles.vocabulaire import StatutCandidat
from app.web.gabarits import typo
from tests.unit.accueil.conftest import Portail, paris

PAGES = {
    "/aide": "Aide",
    "/aide/pieces": "Pièces qui seront demandées",
    "/mentions-legales": "Données personnelles et mentions légales",
    "/accessibilite": "Accessibilité",
}
SIMULATION = "/simulateur?specialite=50033205&categorie=EX_SCOLAIRE&" + "&".join(
    f"acquis={code}&annee_{code}=2023&epreuve_{code}=EP1"
    for code in ("CAP_AUTRE", "ADVF", "VAE_PARTIELLE", "MEME_CAP_AJOURNE", "EUROPE_NIVEAU_CEC", "BEP_AJOURNE")
)


@pytest.mark.parametrize(("adresse", "titre"), PAGES.items())
def test_chaque_page_se_lit_sans_compte_ni_javascript(portail: Portail, adresse: str, titre: str) -> None:
    page = portail.lire(adresse)
    assert page.titre == f"{titre} - Cyclades"
    assert not list(page.arbre.tous("script"))
    assert "set-cookie" not in page.reponse.headers


@pytest.mark.parametrize("adresse", [*PAGES, "/", "/periodes?academie=16", SIMULATION])
def test_les_ponctuations_ont_leur_espace_insecable(portail: Portail, adresse: str) -> None:
    portail.periode("16", paris(2026, 12, 1, 8), paris(2026, 12, 29, 18))
    texte = portail.lire(adresse).texte
    for signe in (" :", " ;", " ?", " !", "« ", " »"):
        assert signe not in texte, texte[max(0, texte.find(signe) - 40) :][:80]
    assert "'" not in texte, texte[max(0, texte.find("'") - 40) :][:80]


def test_l_aide_nomme_toutes_les_categories_et_leurs_phrases(portail: Portail, reglement: Reglement) -> None:
    page = portail.lire("/aide")
    for categorie in categories(reglement):
        assert categorie.phrase, f"{categorie.libelle} n’a pas de phrase"
        assert typo(categorie.phrase) in page.texte
        assert categorie.libelle.replace("'", "’") in page.texte
    assert set(PHRASES) == set(reglement.categories), "une phrase pour une catégorie qui n’existe plus"


def test_l_aide_nomme_toutes_les_pieces_une_seule_fois(portail: Portail, reglement: Reglement) -> None:
    page = portail.lire("/aide/pieces")
    titres = [h3.texte for h3 in page.arbre.tous("h3")]
    assert len(titres) == len(reglement.pieces)
    assert sum(len(groupe.pieces) for groupe in groupes_de_pieces(reglement)) == len(reglement.pieces)
    assert "5\N{NO-BREAK SPACE}Mo" in page.texte


def test_seule_une_piece_qui_accepte_d_autres_formats_les_dit(portail: Portail, reglement: Reglement) -> None:
    texte = portail.lire("/aide/pieces").texte
    assert "PDF, PNG ou JPG, sauf pièce qui en dit d’autres." in texte
    autres = [piece for piece in reglement.pieces.values() if piece.formats != reglement.depot.formats_par_defaut]
    assert autres
    assert texte.count("ou ZIP") == len(autres)


def test_chaque_condition_de_piece_se_dit_en_francais(reglement: Reglement) -> None:
    """Rien d'une condition ne se perd : une piece sans phrase est demandée à tous."""
    for piece in reglement.pieces.values():
        assert bool(situation(piece.condition, reglement)) == (piece.condition != ConditionPiece()), piece.code


def test_une_condition_cumule_tout_ce_qu_elle_pose(reglement: Reglement) -> None:
    condition = ConditionPiece(
        statuts=(StatutCandidat.INDIVIDUEL, StatutCandidat.DISTANCE), nationalite="francaise", age_min=16, age_max=24
    )
    attendu = "Candidat individuel ou candidat à distance, de nationalité française, de 16 à 24 ans"
    assert situation(condition, reglement) == attendu


def test_une_piece_non_verifiee_est_dite_a_confirmer(portail: Portail, reglement: Reglement) -> None:
    texte = portail.lire("/aide/pieces").texte
    incertaines = [piece for piece in reglement.pieces.values() if not piece.est_verifiee]
    assert incertaines
    assert texte.count("À confirmer par le service des examens.") == len(incertaines)


def test_les_mentions_legales_n_inventent_personne(portail: Portail) -> None:
    texte = portail.lire("/mentions-legales").texte
    assert "Délégué à la protection des données" in texte
    assert "à compléter par l’organisme qui héberge cette instance" in texte
    assert "48\N{NO-BREAK SPACE}heures" in texte
    for duree in dites(Conservation(), Rotation()).values():
        assert duree in texte


def test_la_declaration_d_accessibilite_dit_ce_qui_n_est_pas_verifie(portail: Portail) -> None:
    page = portail.lire("/accessibilite")
    assert page.h1.endswith("non conforme")
    assert "Ce qui n’est pas vérifié" in page.texte


def test_sans_reglement_publie_ce_qui_n_en_depend_pas_se_lit(portail: Portail) -> None:
    with portail.moteur.begin() as connexion:
        connexion.execute(text("UPDATE version_referentiel SET active = NULL"))
    for adresse in ("/", "/periodes", "/mentions-legales"):
        portail.lire(adresse)
    for adresse in ("/aide", "/aide/pieces", "/simulateur"):
        portail.lire(adresse, statut=503)


def test_les_robots_ne_lisent_que_les_pages_publiques(portail: Portail) -> None:
    page = portail.lire("/robots.txt")
    assert page.reponse.headers["content-type"].startswith("text/plain")
    assert "Disallow: /candidatures/" in page.html
    assert "Disallow: /periodes" not in page.html


def test_l_icone_se_trouve_ou_les_navigateurs_la_cherchent(portail: Portail) -> None:
    page = portail.lire("/favicon.ico", statut=301)
    icone = portail.navigateur.client.get(page.adresse)
    assert icone.headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("adresse", [*PAGES, "/", "/periodes", "/simulateur", "/robots.txt"])
def test_rien_ne_s_ecrit_par_les_pages_publiques(portail: Portail, adresse: str) -> None:
    for methode in ("PUT", "PATCH", "DELETE"):
        assert portail.navigateur.client.request(methode, adresse).status_code in {403, 404, 405}
