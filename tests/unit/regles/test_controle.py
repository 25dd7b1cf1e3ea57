"""Ce qui empêche d'enregistrer : chaque champ obligatoire, chaque valeur hors liste, et rien d'autre."""

from typing import Any

import pytest

from app.regles.controle import anomalies
from app.regles.dossier import Dossier
from app.regles.vocabulaire import FormePassage, PositionEpreuve
from tests.unit.regles.distribution import BOULANGER, acculi, contexte, dack, dacluse, debutant, titre

pytestmark = pytest.mark.regles


def champs(dossier: Dossier) -> list[str]:
    return [f"{anomalie.onglet}.{anomalie.champ}" for anomalie in anomalies(dossier)]


def test_le_debutant_lit_tout_ce_qui_manque_dans_l_ordre_des_onglets() -> None:
    assert champs(debutant()) == [
        "identification.nationalite", "identification.pays_adresse", "identification.voie", "identification.localite",
        "identification.telephone_mobile", "identification.courriel", "identification.code_postal",
        "informations.categorie", "informations.etablissement", "informations.amenagement_duree",
        "informations.amenagement_epreuves", "informations.accord_presse", "informations.accord_collectivites",
        "qualification.specialite",
    ]  # fmt: skip
    assert all(anomalie.message.startswith("Renseignez ") for anomalie in anomalies(debutant()))


@pytest.mark.parametrize(
    ("changement", "attendu"),
    [
        ({"nationalite": None}, "identification.nationalite"),
        ({"voie": "   "}, "identification.voie"),
        ({"telephone_mobile": ""}, "identification.telephone_mobile"),
        ({"courriel": "accrall"}, "identification.courriel"),
        ({"code_postal": "3100"}, "identification.code_postal"),
        ({"code_postal": ""}, "identification.code_postal"),
        ({"situation": "INCONNUE"}, "informations.situation"),
        ({"categorie": "INCONNUE"}, "informations.categorie"),
        ({"etablissement": None}, "informations.etablissement"),
        ({"etablissement": "CNED"}, "informations.etablissement"),
        ({"accord_presse": None}, "informations.accord_presse"),
        ({"amenagement_epreuves": None}, "informations.amenagement_epreuves"),
        ({"specialite": "INCONNUE"}, "qualification.specialite"),
        ({"forme_passage": None}, "qualification.forme_passage"),
        ({"options": {}}, "epreuves.option-EP2A"),
        ({"langue": None}, "epreuves.langue"),
        ({"langue": "BRE"}, "epreuves.langue"),
        ({"familles": ("AUTRE_DIPLOME", "VAE")}, "acquis.familles"),
        ({"familles": ("AUTRE_DIPLOME", "MEME_CAP")}, "acquis.titres-MEME_CAP"),
        ({"acquis": (titre("CAP_AUTRE", 2003),)}, "acquis.annee-CAP_AUTRE"),
        ({"acquis": (titre("CAP_AUTRE", 2027),), "eps": PositionEpreuve.DISPENSE}, "acquis.annee-CAP_AUTRE"),
        ({"acquis": (titre("CAP_AUTRE", 2020, None),)}, "acquis.academie-CAP_AUTRE"),
    ],
)
def test_un_seul_fait_change_une_seule_anomalie(changement: dict[str, Any], attendu: str) -> None:
    assert champs(dack(**changement)) == [attendu]


def test_une_reponse_non_vaut_une_reponse() -> None:
    assert champs(dack(accord_presse=False, amenagement_duree=False)) == []


def test_hors_de_france_le_code_postal_est_libre() -> None:
    assert champs(dack(pays_adresse="BE", code_postal="")) == []


def test_la_situation_a_l_inscription_est_facultative() -> None:
    assert champs(dack(situation="PREMIERE")) == []


def test_les_notes_et_leurs_sessions_sont_dans_leurs_bornes() -> None:
    note = titre("MEME_CAP_AJOURNE", 2025, notes={"EP1": 21.0, "EP2": 20.0}, annees_notes={"EP2": 2050, "PSE": 1800})
    assert champs(dack(acquis=(note,), eps=PositionEpreuve.DISPENSE)) == [
        "acquis.note-MEME_CAP_AJOURNE-EP1", "acquis.annee_note-MEME_CAP_AJOURNE-EP2",
    ]  # fmt: skip
    autre = titre("CAP_AUTRE_AJOURNE", 2025, notes={"PSE": 11.0})
    assert champs(dack(acquis=(autre,), eps=PositionEpreuve.DISPENSE)) == ["acquis.specialite-CAP_AUTRE_AJOURNE"]


def test_la_derogation_se_dit_et_se_motive() -> None:
    assert champs(acculi(derogation=None)) == ["qualification.derogation"]
    assert champs(acculi(derogation=True)) == ["qualification.motif_derogation"]
    assert champs(acculi(derogation=True, motif_derogation="CFG")) == []
    assert champs(acculi(forme_passage=FormePassage.PROGRESSIVE)) == ["qualification.forme_passage"]


def test_la_situation_professionnelle_est_obligatoire() -> None:
    assert champs(dacluse(choix={})) == ["qualification.choix-SITUATION_PRO"]
    assert champs(dacluse(choix={"SITUATION_PRO": "XX"})) == ["qualification.choix-SITUATION_PRO"]


def test_le_refus_d_un_mineur_se_lit_une_fois_a_cote_de_sa_categorie() -> None:
    jeune = dack(naissance=acculi().identite.date_naissance.replace(year=2011), acquis=(titre("CAP_AUTRE"),))
    trouvees = anomalies(jeune)
    assert champs(jeune) == ["informations.categorie"]
    assert "moins de 18 ans" in trouvees[0].message


def test_trop_de_facultatives_et_langue_facultative_manquante() -> None:
    dossier = dack(specialite=BOULANGER, langue=None, eps=PositionEpreuve.DISPENSE, facultatives=("LV", "LV", "ARTS"))
    assert champs(dossier) == ["epreuves.langue_facultative"]
    trois = {"LV", "ARTS", "MOBILITE"}
    petite_enfance = acculi(facultatives=tuple(trois), langue_facultative="ITA")
    assert champs(petite_enfance) == []  # la mobilité n'est pas à l'arrêté : deux restent


def test_ce_qui_a_ete_tape_sans_etre_lisible_est_a_corriger() -> None:
    dossier = dack(saisies={"acquis": {"annee-CAP_AUTRE": ("deux mille",)}, "identification": {"courriel": ("@",)}})
    assert champs(dossier) == ["identification.courriel", "acquis.annee-CAP_AUTRE"]
    assert anomalies(dossier)[1].message.replace("\u00a0", " ") == (
        "Corrigez « deux mille » : cette valeur n’a pas pu être lue."
    )


@pytest.mark.parametrize(
    ("onglet", "champ"),
    [
        ("acquis", "annee-BAC_PRO"), ("epreuves", "eps"), ("epreuves", "epreuves_presentees"),
        ("qualification", "derogation"), ("qualification", "motif_derogation"),
        ("qualification", "choix-SITUATION_PRO"), ("inconnu", "champ"), ("epreuves", "champ"),
    ],
)  # fmt: skip
def test_une_saisie_dont_la_question_ne_se_pose_plus_ne_bloque_rien(onglet: str, champ: str) -> None:
    assert champs(dack(saisies={onglet: {champ: ("tapé",)}})) == []


@pytest.mark.parametrize(
    ("onglet", "champ"),
    [
        ("acquis", "titres-VAE"), ("acquis", "familles"), ("epreuves", "option-EP2A"), ("epreuves", "langue"),
        ("qualification", "specialite"), ("informations", "etablissement"),
    ],
)  # fmt: skip
def test_une_saisie_dont_la_question_se_pose_bloque(onglet: str, champ: str) -> None:
    assert champs(dack(saisies={onglet: {champ: ("tapé",)}})) == [f"{onglet}.{champ}"]
    assert champs(dack(saisies={onglet: {champ: ("", " ")}})) == []


def test_un_choix_de_specialite_tape_de_travers_bloque_tant_que_la_specialite_le_demande() -> None:
    saisies = {"qualification": {"choix-SITUATION_PRO": ("?",)}}
    assert champs(dacluse(saisies=saisies)) == ["qualification.choix-SITUATION_PRO"]
    assert champs(dacluse(saisies=saisies, specialite=None))[0] == "qualification.specialite"


def test_un_etablissement_de_l_eleve_importe_n_est_pas_a_choisir() -> None:
    assert champs(acculi(etablissement=None)) == ["informations.etablissement"]
    assert champs(acculi(contexte=contexte())) == ["informations.categorie", "informations.etablissement"]
