"""Une simulation portée par une adresse : ce qu'on en lit, ce qu'on en écarte, ce qui passe dans le brouillon."""

from datetime import date

import pytest

from app.regles.dossier import AcquisDeclare, Brouillon, Contexte
from app.regles.epreuves import epreuves
from app.regles.referentiel import Reglement
from app.regles.simulation import NOTE_SUPPOSEE, adresse_simulation, depuis_simulation, dossier_simule
from app.regles.vocabulaire import FormePassage, PositionEpreuve

CONTEXTE = Contexte(annee=2027, date_inscription=date(2026, 11, 24), academie="16")
PETITE_ENFANCE = "50033205"


def code_de(reglement: Reglement, titre: str) -> str:
    return next(s.code for s in reglement.specialites.values() if s.titre_ecran == titre)


def test_dack_passe_du_simulateur_a_son_brouillon(reglement: Reglement) -> None:
    broderie = code_de(reglement, "Arts de la broderie")
    texte = f"specialite={broderie}&categorie=INDIVIDUEL_SALARIE&acquis=CAP_AUTRE&annee_CAP_AUTRE=2020"
    reponses = depuis_simulation(texte, reglement, CONTEXTE)
    brouillon = Brouillon().avec(**reponses)
    assert brouillon.specialite == broderie
    assert brouillon.categorie == "INDIVIDUEL_SALARIE"
    assert brouillon.familles == ("AUTRE_DIPLOME",)
    assert brouillon.acquis == (AcquisDeclare("CAP_AUTRE", annee=2020),)


def test_la_simulation_donne_les_positions_du_guide(reglement: Reglement) -> None:
    broderie = code_de(reglement, "Arts de la broderie")
    texte = f"specialite={broderie}&categorie=INDIVIDUEL_SALARIE&acquis=CAP_AUTRE&annee_CAP_AUTRE=2020"
    positions = {e.code: e.position for e in epreuves(dossier_simule(texte, reglement, CONTEXTE)) if e.mere is None}
    dispensees = {code for code, position in positions.items() if position is PositionEpreuve.DISPENSE}
    assert dispensees == {"EG1", "EG2", "EG3", "EG5"}
    assert positions["EG4"] is PositionEpreuve.INSCRIT


def test_une_note_supposee_ne_passe_jamais_dans_le_brouillon(reglement: Reglement) -> None:
    texte = (
        f"specialite={PETITE_ENFANCE}&categorie=EX_SCOLAIRE"
        "&acquis=MEME_CAP_AJOURNE&annee_MEME_CAP_AJOURNE=2024&epreuve_MEME_CAP_AJOURNE=EP1"
    )
    simule = dossier_simule(texte, reglement, CONTEXTE)
    assert simule.brouillon.acquis[0].notes == {"EP1": NOTE_SUPPOSEE}
    assert depuis_simulation(texte, reglement, CONTEXTE)["acquis"] == (AcquisDeclare("MEME_CAP_AJOURNE", annee=2024),)


def test_une_categorie_qu_un_etablissement_inscrit_ne_se_reprend_pas(reglement: Reglement) -> None:
    texte = f"specialite={PETITE_ENFANCE}&categorie=SCOLAIRE"
    assert dossier_simule(texte, reglement, CONTEXTE).brouillon.categorie == "SCOLAIRE"
    assert depuis_simulation(texte, reglement, CONTEXTE) == {"specialite": PETITE_ENFANCE}


def test_un_titre_sans_effet_dans_la_specialite_ne_se_reprend_pas(reglement: Reglement) -> None:
    broderie = code_de(reglement, "Arts de la broderie")
    texte = f"specialite={broderie}&acquis=ADVF&annee_ADVF=2019"
    assert depuis_simulation(texte, reglement, CONTEXTE) == {"specialite": broderie}


def test_une_specialite_que_l_academie_n_organise_pas_ne_se_reprend_pas(reglement: Reglement) -> None:
    contexte = Contexte(2027, date(2026, 11, 24), "16", specialites_non_organisees=frozenset({PETITE_ENFANCE}))
    assert depuis_simulation(f"specialite={PETITE_ENFANCE}", reglement, contexte) == {}


@pytest.mark.parametrize("annee", ["", "20", "20x0", "2028", "1949", "٢٠٢٠", "-2020", "2020.", "9" * 5_000])
def test_une_annee_impossible_est_ecartee(reglement: Reglement, annee: str) -> None:
    texte = f"specialite={PETITE_ENFANCE}&acquis=CAP_AUTRE&annee_CAP_AUTRE={annee}"
    declares = dossier_simule(texte, reglement, CONTEXTE).brouillon.acquis
    assert not declares or declares[0].annee is None


@pytest.mark.parametrize(
    "texte",
    ["", "specialite=000", "categorie=ROI", "acquis=INCONNU&acquis=__class__", "=&&=;", "%ff%fe=%00", "a=1&" * 10_000],
)
def test_ce_qui_n_est_pas_connu_ne_dit_rien(reglement: Reglement, texte: str) -> None:
    assert depuis_simulation(texte, reglement, CONTEXTE) == {}


def test_une_epreuve_qui_n_est_pas_de_la_specialite_est_ecartee(reglement: Reglement) -> None:
    texte = f"specialite={PETITE_ENFANCE}&acquis=VAE_PARTIELLE&epreuve_VAE_PARTIELLE=EP1&epreuve_VAE_PARTIELLE=EP9"
    assert dossier_simule(texte, reglement, CONTEXTE).brouillon.acquis[0].epreuves == ("EP1",)


def test_l_adresse_refaite_redonne_le_meme_dossier(reglement: Reglement) -> None:
    """Pour tous les acquis à la fois, toutes conditions remplies, dans chaque spécialité."""
    for specialite in reglement.specialites:
        texte = "&".join(
            [f"specialite={specialite}&categorie=DISTANCE&inconnu=1"]
            + [
                f"acquis={code}&annee_{code}=2023&matiere_{code}=LV&epreuve_{code}=EP1&epreuve_{code}=FR_HG_EMC"
                for code in reglement.acquis
            ]
        )
        simule = dossier_simule(texte, reglement, CONTEXTE)
        assert simule.brouillon.forme_passage is FormePassage.GLOBALE
        assert len(simule.brouillon.acquis) == len(reglement.acquis)
        assert dossier_simule(adresse_simulation(simule), reglement, CONTEXTE) == simule
        assert "inconnu" not in adresse_simulation(simule)
