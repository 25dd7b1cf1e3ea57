"""Aux bornes des droits : années, sessions, égalités entre acquis, et rien de plus que ce qui est dû."""

from dataclasses import replace

import pytest

from app.regles.dispenses import (
    conditions_proposees,
    droits,
    droits_a_decider,
    droits_en_attente,
    droits_retenus,
    refus_de_droit,
)
from app.regles.dossier import AcquisDeclare, DecisionDispense, Dossier
from app.regles.vocabulaire import Preuve
from tests.unit.regles.distribution import BOULANGER, contexte, dack, titre

pytestmark = pytest.mark.regles


def refuses(dossier: Dossier) -> dict[str | None, str]:
    return {issue.repere: issue.motif.replace("\u00a0", " ") for issue in refus_de_droit(dossier)}


def ajourne(annee: int | None = 2025, **reponses: object) -> Dossier:
    declare = AcquisDeclare("MEME_CAP_AJOURNE", annee, "16", **reponses)  # type: ignore[arg-type]  # réponses d'un test
    return dack(specialite=BOULANGER, acquis=(declare,))


def test_dack_ne_se_voit_refuser_que_la_langue() -> None:
    assert list(refuses(dack())) == ["LV"]
    assert refuses(dack(acquis=(titre("CAP_AUTRE", matieres_justifiees=("LV",)),))) == {}


def test_la_langue_couverte_par_un_autre_titre_n_est_plus_dite_a_passer() -> None:
    avec_langue = titre("NIVEAU_4", 2022, matieres_justifiees=("LV",))
    assert refuses(dack(acquis=(titre("CAP_AUTRE"), avec_langue))) == {}


def test_un_titre_de_l_annee_de_l_inscription_compte_celui_de_l_annee_suivante_non() -> None:
    assert "PSE" in droits_retenus(dack(acquis=(titre("CAP_AUTRE", 2026),)))
    trop_tot = dack(acquis=(titre("CAP_AUTRE", 2027),))
    assert droits(trop_tot) == ()
    assert refuses(trop_tot) == {None: "Un titre ne compte qu’une fois obtenu : vérifiez l’année."}


def test_une_note_sans_session_ne_se_garde_pas_encore() -> None:
    assert refuses(ajourne(None, notes={"EP1": 12.0})) == {"EP1": "Reste à passer : renseignez la session de la note."}
    assert "EP1" in droits_retenus(ajourne(None, notes={"EP1": 12.0}, annees_notes={"EP1": 2024}))


def test_une_note_de_l_annee_se_garde_une_note_a_venir_non() -> None:
    assert "EP1" in droits_retenus(ajourne(2026, notes={"EP1": 12.0}))
    assert "une fois obtenue" in refuses(ajourne(2027, notes={"EP1": 12.0}))["EP1"]


def test_les_notes_extremes_se_gardent() -> None:
    assert {d.repere: d.note for d in droits(ajourne(notes={"EP1": 0.0, "EP2": 20.0}))} == {"EP1": 0.0, "EP2": 20.0}


def test_la_preuve_de_la_matiere_decide_de_la_certitude_d_un_report() -> None:
    dossier = dack(specialite=BOULANGER, acquis=(titre("CAP_AUTRE_AJOURNE", 2025, notes={"PSE": 9.0}),))
    assert [droit.est_certain for droit in droits(dossier)] == [True]
    reglement = dossier.reglement
    acquis = reglement.acquis["CAP_AUTRE_AJOURNE"]
    doute = replace(acquis, preuves={**acquis.preuves, "PSE": Preuve.SECONDAIRE})
    autre = replace(dossier, reglement=replace(reglement, acquis={**reglement.acquis, acquis.code: doute}))
    assert [(droit.est_certain, droit.motif.endswith("service des examens.")) for droit in droits(autre)] == [
        (False, True)
    ]


@pytest.mark.parametrize(("annee", "est_certain"), [(2019, False), (2020, True), (2021, True)])
def test_l_attestation_est_certaine_depuis_la_session_2020(annee: int, est_certain: bool) -> None:
    """D. 337-8 : à tous les candidats depuis la session 2020."""
    dossier = dack(specialite=BOULANGER, acquis=(titre("ATTESTATION_BLOCS", annee, epreuves=("EP1",)),))
    assert [droit.est_certain for droit in droits(dossier)] == [est_certain]


def test_une_attestation_sans_annee_attend_qu_on_la_date() -> None:
    dossier = dack(specialite=BOULANGER, acquis=(titre("ATTESTATION_BLOCS", None, epreuves=("EP1",)),))
    assert refuses(dossier) == {"EP1": "Reste à passer : renseignez l’année de l’attestation."}


def test_une_attestation_sur_une_note_de_dix_suffit() -> None:
    attestation = titre("ATTESTATION_BLOCS", 2020, epreuves=("EP1",), notes={"EP1": 10.0})
    assert "EP1" in droits_retenus(dack(specialite=BOULANGER, acquis=(attestation,)))


def test_un_refus_cite_son_texte() -> None:
    dossier = dack(acquis=(titre("NIVEAU_4", 2012),))
    assert {issue.repere: [t.code for t in issue.textes] for issue in refus_de_droit(dossier)} == {
        "LV": ["DISPENSE_LANGUE"],
        "PSE": ["DISPENSE_PSE"],
    }
    bep = dack(acquis=(titre("BEP_AJOURNE", 2021),))
    assert [t.code for t in refus_de_droit(bep)[0].textes] == ["REPORT_BEP"]


def test_de_deux_notes_de_la_meme_session_la_meilleure_se_garde() -> None:
    deux = tuple(titre("MEME_CAP_AJOURNE", 2025, notes={"EP1": note}) for note in (12.0, 0.0))
    assert droits_retenus(dack(specialite=BOULANGER, acquis=deux))["EP1"].note == 12.0
    assert [droit.note for droit in droits(dack(specialite=BOULANGER, acquis=deux))] == [0.0, 12.0]


def test_le_meme_titre_dans_deux_academies_donne_toujours_la_meme_raison() -> None:
    deux = (titre("CAP_AUTRE", 2020, "16"), titre("CAP_AUTRE", 2020, "14"))
    motif = droits_retenus(dack(acquis=deux))["PSE"].motif
    assert motif == droits_retenus(dack(acquis=deux[::-1]))["PSE"].motif
    assert "Toulouse" in motif


def test_un_titre_decoche_ne_compte_pas_et_revient_tel_quel() -> None:
    decoche = dack(acquis=(titre("CAP_AUTRE", est_coche=False),))
    assert droits(decoche) == ()
    assert refuses(decoche) == {}


def test_la_note_expire_pour_la_session_pas_pour_le_jour() -> None:
    a_temps = ajourne(2022, notes={"EP1": 5.0})
    assert droits_retenus(a_temps)["EP1"].derniere_session == 2027
    tard = replace(a_temps, contexte=contexte(annee=2028))
    assert droits_retenus(tard) == {}


def test_la_question_de_la_langue_ne_se_pose_que_si_la_specialite_en_a_une() -> None:
    """Arrêté du 23 juin 2014, article 4."""
    acquis = dack().reglement.acquis
    assert conditions_proposees(dack(), acquis["CAP_AUTRE"]) == ("LV",)
    assert conditions_proposees(dack(specialite=BOULANGER), acquis["CAP_AUTRE"]) == ()
    assert conditions_proposees(dack(specialite=BOULANGER), acquis["EUROPE_NIVEAU_CEC"]) == ("FR_HG_EMC",)


def test_deux_titres_pour_une_epreuve_le_second_n_attend_plus_quand_le_premier_est_confirme() -> None:
    dossier = dack(acquis=(titre("BAC_PRO", 2022), titre("BEP_AUTRE", 2020)))
    premier, second = (droit for droit in droits_a_decider(dossier) if droit.repere == "PSE")
    assert set(droits_en_attente(dossier)) >= {premier, second}
    for droit, est_accordee in ((premier, True), (second, True), (premier, False)):
        rendue = DecisionDispense(
            dossier.brouillon.specialite or "",
            droit.code_acquis,
            droit.repere,
            droit.annee,
            droit.academie,
            droit.note,
            est_accordee,
        )
        decide = replace(dossier, contexte=replace(dossier.contexte, decisions=(rendue,)))
        attendent = [en_attente for en_attente in droits_en_attente(decide) if en_attente.repere == "PSE"]
        assert attendent == ([] if est_accordee else [second])
