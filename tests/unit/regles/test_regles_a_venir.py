"""Une ligne de plus dans `db/referentiel` suffit : le moteur la suit sans qu'une règle de Python ait à la connaître."""

from dataclasses import replace
from typing import Any

import pytest

from app.regles.acquis import reperes_a_dire
from app.regles.controle import anomalies
from app.regles.dispenses import acquis_proposes, droits, refus_de_droit
from app.regles.dossier import Dossier
from app.regles.epreuves import choix_a_faire, epreuves
from app.regles.pieces import pieces_demandees
from app.regles.referentiel import Acquis, ConditionPiece
from app.regles.vocabulaire import FormePassage, Portee, PositionEpreuve
from tests.unit.regles.distribution import AEPE, BOULANGER, acculi, dack, debutant, titre

pytestmark = pytest.mark.regles


def avec_acquis(dossier: Dossier, acquis: Acquis) -> Dossier:
    reglement = dossier.reglement
    return replace(dossier, reglement=replace(reglement, acquis={**reglement.acquis, acquis.code: acquis}))


def nouveau(**changements: Any) -> Acquis:
    modele = dack().reglement.acquis["BEP_VAP_VAE"]
    return replace(modele, code="NOUVEAU", diplome="DIPLÔME NOUVEAU", libelle="Toute mention", **changements)


def test_un_acquis_inconnu_des_phrases_s_enonce_par_son_libelle_et_cite_sa_source() -> None:
    dossier = avec_acquis(
        dack(familles=("AUTRE_DIPLOME",), acquis=(titre("NOUVEAU", epreuves=("EP1",)),)),
        nouveau(source="Arrêté à venir", est_verifie=True),
    )
    droit = droits(dossier)[0]
    assert droit.motif.replace("\u00a0", " ") == (
        "Dispensé : vous déclarez « DIPLÔME NOUVEAU – Toute mention » (2020, Toulouse)"
    )
    assert [(texte.source, texte.est_verifie) for texte in droit.textes] == [("Arrêté à venir", True)]
    assert droit.est_certain


def test_une_portee_professionnelle_ne_couvre_aucune_generale() -> None:
    acquis = nouveau(portee=Portee.PROFESSIONNELLES)
    dossier = avec_acquis(
        dack(familles=("AUTRE_DIPLOME",), acquis=(titre("NOUVEAU", epreuves=("EP1", "PSE")),)), acquis
    )
    assert reperes_a_dire(dossier, acquis) == ("EP1", "EP2")
    assert [droit.repere for droit in droits(dossier)] == ["EP1"]
    assert reperes_a_dire(debutant(), acquis) == ()


def test_un_acquis_ne_se_propose_que_dans_ses_sessions() -> None:
    a_venir = avec_acquis(dack(familles=("AUTRE_DIPLOME",), acquis=(titre("NOUVEAU"),)), nouveau(depuis=2028))
    assert "NOUVEAU" not in {acquis.code for acquis in acquis_proposes(a_venir, "AUTRE_DIPLOME")}
    assert "à partir de la session 2028" in refus_de_droit(a_venir)[0].motif
    dernier = avec_acquis(dack(), nouveau(jusqu_a=2027))
    assert "NOUVEAU" in {acquis.code for acquis in acquis_proposes(dernier, "AUTRE_DIPLOME")}


def avec_mobilite(dossier: Dossier) -> Dossier:
    reglement, specialite = dossier.reglement, dossier.specialite
    assert specialite is not None
    ouverte = replace(specialite, facultatives=("LV", "ARTS", "MOBILITE"))
    specialites = {**reglement.specialites, specialite.code: ouverte}
    return replace(dossier, reglement=replace(reglement, specialites=specialites))


def test_la_mobilite_est_reservee_aux_categories_qui_partent() -> None:
    """Arrêté du 30 août 2019, article 2 : le candidat en formation dans un établissement."""
    eleve = avec_mobilite(acculi(facultatives=("MOBILITE",)))
    assert [f.cle for f in choix_a_faire(eleve).facultatives] == ["LV", "ARTS", "MOBILITE"]
    assert choix_a_faire(eleve).facultatives_maximum == 2
    assert epreuves(eleve)[-1].libelle_complet == "EF3 - Mobilité"
    individuel = avec_mobilite(dack(specialite=AEPE, facultatives=("MOBILITE",)))
    assert [f.cle for f in choix_a_faire(individuel).facultatives] == ["LV", "ARTS"]
    assert "EF3" not in {epreuve.code for epreuve in epreuves(individuel)}


def test_une_facultative_de_trop_est_a_retirer() -> None:
    eleve = avec_mobilite(acculi(facultatives=("MOBILITE", "ARTS", "LV"), langue_facultative="ITA"))
    assert [(a.champ, a.message) for a in anomalies(eleve)] == [
        ("facultatives", "Renseignez 2 épreuves facultatives au plus.")
    ]
    assert [e.code for e in epreuves(eleve)][-2:] == ["EF1", "EF2"]


@pytest.mark.parametrize(
    ("condition", "due"),
    [
        (ConditionPiece(categories=("INDIVIDUEL_SALARIE",)), True),
        (ConditionPiece(categories=("DISTANCE",)), False),
        (ConditionPiece(forme=FormePassage.GLOBALE), True),
        (ConditionPiece(forme=FormePassage.PROGRESSIVE), False),
        (ConditionPiece(handicap=False), True),
        (ConditionPiece(amenagement_duree=True), False),
        (ConditionPiece(mineur=False), True),
        (ConditionPiece(confirmation_signee=True), True),
        (ConditionPiece(confirmation_signee=False), False),
        (ConditionPiece(experience=True), False),
        (ConditionPiece(experience=False), True),
        (ConditionPiece(choix={"SITUATION_PRO": ("AM",)}), False),
        (ConditionPiece(), True),
    ],
)
def test_chaque_condition_de_piece_se_lit(condition: ConditionPiece, due: bool) -> None:
    dossier = dack(specialite=BOULANGER, choix={"SITUATION_PRO": "AM"}, eps=PositionEpreuve.DISPENSE)
    reglement = dossier.reglement
    seule = {"X": replace(reglement.pieces["CINSIG01"], condition=condition)}
    demandees = pieces_demandees(replace(dossier, reglement=replace(reglement, pieces=seule)))
    assert bool(demandees) is due
    assert all(demandee.motif.endswith(".") for demandee in demandees)
