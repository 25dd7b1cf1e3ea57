"""Le simulateur de dispenses, vu d'un visiteur sans compte."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.regles.referentiel import Reglement
from tests.unit.accueil.conftest import Portail, paris
from tests.unit.client import Page, valeurs_affichees

PETITE_ENFANCE = "50033205"
DACK = "categorie=INDIVIDUEL_SALARIE&acquis=CAP_AUTRE&annee_CAP_AUTRE=2020"
INSECABLE = "\N{NO-BREAK SPACE}"


def lignes(page: Page, groupe: str) -> list[str]:
    """Les épreuves d'un groupe du résultat : la liste qui suit son titre."""
    titre = page.arbre.par_id(groupe)
    if titre is None or titre.parent is None:
        return []
    suite = [e for e in titre.parent.enfants if not isinstance(e, str)]
    rang = next(i for i, e in enumerate(suite) if e is titre)
    return [h4.texte.replace(INSECABLE, " ") for h4 in suite[rang + 1].tous("h4")]


def broderie(reglement: Reglement) -> str:
    return next(s.code for s in reglement.specialites.values() if s.titre_ecran == "Arts de la broderie")


def test_dack_voit_les_epreuves_que_le_guide_lui_dispense(portail: Portail, reglement: Reglement) -> None:
    page = portail.lire(f"/simulateur?specialite={broderie(reglement)}&{DACK}")
    epargnees = lignes(page, "epargnees") + lignes(page, "a-confirmer")
    assert [intitule.split(" ")[0] for intitule in epargnees] == ["EG1", "EG2", "EG3", "EG5"]
    assert [intitule.split(" ")[0] for intitule in lignes(page, "a-passer")] == ["EP1", "EP2", "EG4"]
    assert "vous êtes titulaire d’un autre CAP (2020)" in page.texte
    assert "Concerne aussi EG1A, EG1B, EG1C." in page.texte
    assert f"Vos épreuves{INSECABLE}: 3 à passer, 4 que vous ne passerez pas" in page.texte


def test_la_reprise_porte_les_memes_reponses(portail: Portail, reglement: Reglement) -> None:
    page = portail.lire(f"/simulateur?specialite={broderie(reglement)}&{DACK}&inconnu=1")
    lien = urlsplit(page.lien("Reprendre ces réponses"))
    assert lien.path == "/inscriptions/nouvelle"
    (simulation,) = parse_qs(lien.query)["simulation"]
    assert parse_qs(simulation) == {
        "specialite": [broderie(reglement)],
        "categorie": ["INDIVIDUEL_SALARIE"],
        "acquis": ["CAP_AUTRE"],
        "annee_CAP_AUTRE": ["2020"],
    }


def test_le_formulaire_rend_ce_que_l_adresse_porte(portail: Portail, reglement: Reglement) -> None:
    page = portail.lire(f"/simulateur?specialite={broderie(reglement)}&{DACK}&matiere_CAP_AUTRE=LV")
    assert valeurs_affichees(page.formulaires[0]) == {
        "specialite": [broderie(reglement)],
        "categorie": ["INDIVIDUEL_SALARIE"],
        "acquis": ["CAP_AUTRE"],
        "annee_CAP_AUTRE": ["2020"],
        "matiere_CAP_AUTRE": ["LV"],
    }
    assert [i.split(" ")[0] for i in lignes(page, "a-passer")] == ["EP1", "EP2"]


def test_la_page_vide_ne_demande_que_la_specialite_et_la_categorie(portail: Portail) -> None:
    page = portail.lire("/simulateur")
    assert [c["name"] for c in page.formulaires[0].tous("select", "input")] == ["specialite", "categorie"]
    assert "session 2027" in page.texte


def test_la_session_est_celle_ou_l_on_peut_s_inscrire(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18), session_examen_id="cap-2026-06")
    assert "session 2026" in portail.lire("/simulateur").texte


def test_un_titre_non_verifie_n_est_jamais_dit_acquis(portail: Portail) -> None:
    page = portail.lire(f"/simulateur?specialite={PETITE_ENFANCE}&categorie=EX_SCOLAIRE&acquis=ADVF&annee_ADVF=2019")
    assert lignes(page, "epargnees") == []
    assert [i.split(" ")[0] for i in lignes(page, "a-confirmer")] == ["EP3"]
    assert "À confirmer par le service des examens" in page.texte


def test_une_note_gardee_ne_montre_pas_la_note_supposee(portail: Portail) -> None:
    page = portail.lire(
        f"/simulateur?specialite={PETITE_ENFANCE}&categorie=EX_SCOLAIRE"
        "&acquis=MEME_CAP_AJOURNE&annee_MEME_CAP_AJOURNE=2024&epreuve_MEME_CAP_AJOURNE=EP1"
    )
    assert "Note de la session 2024 gardée, utilisable jusqu’à la session 2029." in page.texte
    assert "sur 20" not in page.texte


def test_une_note_trop_vieille_reste_a_passer_et_dit_pourquoi(portail: Portail) -> None:
    page = portail.lire(
        f"/simulateur?specialite={PETITE_ENFANCE}&categorie=EX_SCOLAIRE"
        "&acquis=MEME_CAP_AJOURNE&annee_MEME_CAP_AJOURNE=2015&epreuve_MEME_CAP_AJOURNE=EP1"
    )
    assert any(i.startswith("EP1") for i in lignes(page, "a-passer"))
    assert "Reste à passer" in page.texte


def test_l_eps_se_dispense_a_la_demande_selon_la_categorie(portail: Portail) -> None:
    phrase = "Vous pourrez en être dispensé à votre demande, sans certificat médical."
    assert phrase in portail.lire(f"/simulateur?specialite={PETITE_ENFANCE}&categorie=EX_SCOLAIRE").texte
    assert phrase not in portail.lire(f"/simulateur?specialite={PETITE_ENFANCE}&categorie=SCOLAIRE").texte


def test_un_eleve_simule_mais_ne_s_inscrit_pas_lui_meme(portail: Portail) -> None:
    page = portail.lire(f"/simulateur?specialite={PETITE_ENFANCE}&categorie=SCOLAIRE")
    assert "c’est votre établissement qui vous inscrit" in page.texte
    assert "Reprendre ces réponses" not in page.texte


def test_les_pieces_disent_ce_qui_depend_de_la_situation(portail: Portail) -> None:
    texte = portail.lire(f"/simulateur?specialite={PETITE_ENFANCE}&{DACK}").texte.replace(INSECABLE, " ")
    assert "Copie du diplôme ouvrant droit à dispense" in texte
    assert "Selon votre situation : De nationalité française, de 16 à 24 ans." in texte
    assert "Situation professionnelle : Assistant(e) maternel(le)" in texte
    assert "Relevé de notes de la session" not in texte


def test_une_annee_mal_ecrite_est_gardee_avec_sa_faute(portail: Portail) -> None:
    page = portail.lire(f"/simulateur?specialite={PETITE_ENFANCE}&acquis=CAP_AUTRE&annee_CAP_AUTRE=20x0")
    assert page.element("annee-CAP_AUTRE")["value"] == "20x0"
    assert "Écrivez l’année en quatre chiffres, jusqu’à 2027" in page.texte


def test_toutes_les_specialites_et_categories_se_simulent(portail: Portail, reglement: Reglement) -> None:
    categories = list(reglement.categories)
    for rang, specialite in enumerate(reglement.specialites):
        categorie = categories[rang % len(categories)]
        acquis = "&".join(
            f"acquis={code}&annee_{code}=2023&epreuve_{code}=EP1&matiere_{code}=LV" for code in reglement.acquis
        )
        portail.lire(f"/simulateur?specialite={specialite}&categorie={categorie}&{acquis}")


@pytest.mark.parametrize(
    "requete",
    [
        "specialite=%00&categorie=%ED%A0%80&acquis=%FF",
        "acquis=CAP_AUTRE&annee_CAP_AUTRE=" + "9" * 6_000,
        f"specialite={PETITE_ENFANCE}&acquis=CAP_AUTRE&annee_CAP_AUTRE=%D9%A2%D9%A0%D9%A2%D9%A0",
        f"specialite={PETITE_ENFANCE}&categorie=EX_SCOLAIRE&acquis=CAP_AUTRE&annee_CAP_AUTRE=<script>alert(1)</script>",
        "&".join("acquis=CAP_AUTRE" for _ in range(2_500)),
        f"specialite={PETITE_ENFANCE}&specialite=autre&categorie=&acquis=",
        "=&==&&;;%&%%%zz",
    ],
)
def test_une_adresse_abimee_se_simule_sans_panne(portail: Portail, requete: str) -> None:
    page = portail.lire(f"/simulateur?{requete}")
    assert page.h1 == "Simulateur de dispenses"
    assert "<script" not in page.html
