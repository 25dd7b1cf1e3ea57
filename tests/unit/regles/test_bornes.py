"""Aux bornes des listes et des libellés : ce qui ne doit ni déborder d'une épreuve, ni d'une session."""

from dataclasses import replace
from datetime import date

import pytest

from app.regles.compte import fautes_mot_de_passe
from app.regles.controle import anomalies
from app.regles.dossier import Dossier
from app.regles.eligibilite import specialites_proposees
from app.regles.epreuves import choix_a_faire, epreuves
from app.regles.pieces import pieces_demandees
from app.regles.referentiel import ConditionPiece
from app.regles.vocabulaire import PositionEpreuve
from tests.unit.regles.distribution import BOULANGER, contexte, dack, debutant

pytestmark = pytest.mark.regles


def message(dossier: Dossier, champ: str) -> str:
    return next(a.message for a in anomalies(dossier) if a.champ == champ).replace("\u00a0", " ")


def test_l_activite_choisie_ne_complete_que_l_eps() -> None:
    dossier = dack(specialite=BOULANGER, acquis=(), eps=PositionEpreuve.INSCRIT, activite_eps="DANSE")
    assert [e.libelle for e in epreuves(dossier) if e.libelle.endswith("- Danse")] == [
        "Education physique et sportive - Danse"
    ]


def test_les_activites_d_eps_se_choisissent_des_la_session_2021() -> None:
    """Circulaire EPS (BO n° 31 du 30 juillet 2020)."""
    en_2021 = contexte(annee=2021, date_inscription=date(2020, 11, 10))
    assert len(choix_a_faire(dack(contexte=en_2021, specialite=BOULANGER, acquis=())).activites) == 3


def test_une_facultative_sans_langue_ne_propose_pas_de_langue() -> None:
    joaillerie = choix_a_faire(dack(specialite="50022361"))
    assert [facultative.cle for facultative in joaillerie.facultatives] == ["ARTS"]
    assert joaillerie.langues_facultatives == ()


def test_la_langue_facultative_n_est_jamais_l_obligatoire() -> None:
    langues = choix_a_faire(dack(specialite="50022146", langue="ANG")).langues_facultatives
    assert "ANG" not in {langue.code for langue in langues}
    assert "ALL" in {langue.code for langue in langues}


def test_une_facultative_verifiee_n_est_pas_a_confirmer() -> None:
    derniere = epreuves(dack(specialite="50025524", facultatives=("LV",), langue_facultative="ITA"))[-1]
    assert (derniere.motif, derniere.est_certaine) == ("Épreuve facultative de votre choix.", True)


def test_la_derniere_session_est_comprise() -> None:
    en_2024 = contexte(annee=2024, date_inscription=date(2023, 11, 10))
    motifs = {s.code: s.motif for s in specialites_proposees(dack(contexte=en_2024))}
    assert "dernière session" not in motifs["50022419"]
    assert "pas encore détaillée" in motifs["50022419"]


def test_la_specialite_manquante_se_demande_celle_du_catalogue_s_explique() -> None:
    assert message(dack(specialite=None), "specialite") == "Renseignez votre spécialité."
    assert "pas encore détaillée ici" in message(dack(specialite="50032308"), "specialite")


def test_aucune_piece_tant_que_la_categorie_n_est_pas_dite() -> None:
    assert pieces_demandees(debutant(nationalite="IT", amenagement_epreuves=True)) == ()


def test_une_condition_d_age_seule_ne_fait_pas_une_fausse_raison() -> None:
    dossier = dack()
    seule = {"X": replace(dossier.reglement.pieces["CINSIG01"], condition=ConditionPiece(age_min=16))}
    demandees = pieces_demandees(replace(dossier, reglement=replace(dossier.reglement, pieces=seule)))
    assert [demandee.motif for demandee in demandees] == ["Demandée à la catégorie INDIVIDUEL SALARIE."]


@pytest.mark.parametrize("mot", ["Zz!281104", "Zz!041128", "Zz!112804"])
def test_une_date_iso_se_reconnait_sous_ses_autres_ecritures(mot: str) -> None:
    assert fautes_mot_de_passe(mot + "x", interdits=("2004-11-28",))


def test_un_prenom_de_trois_lettres_compte() -> None:
    assert fautes_mot_de_passe("Vj!Lea9xQ", interdits=("Léa",))
    assert not fautes_mot_de_passe("Vj!Le9xQz", interdits=("Léa",))
