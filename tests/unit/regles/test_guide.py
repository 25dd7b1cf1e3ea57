"""Les deux exemples du guide, ligne pour ligne."""

import pytest

from app.regles.controle import anomalies
from app.regles.dispenses import acquis_proposes, droits, droits_de
from app.regles.epreuves import choix_a_faire, epreuves
from app.regles.forme_passage import forme_finale
from app.regles.pieces import pieces_demandees
from app.regles.reperes import codes_affiches, libelles
from app.regles.vocabulaire import FormePassage, PositionEpreuve
from tests.unit.regles.distribution import acculi, contexte, dack, dacluse, le_reglement, titre

pytestmark = pytest.mark.regles

RECAPITULATIF_DE_DACK = """
EP1 - Arts appliqués et histoire de la broderie | Inscrit | Ponctuel
EP2 - Mise en oeuvre | Inscrit | Ponctuel
EP2A - Mise en oeuvre - Broderie machine guidée main | Inscrit | Ponctuel
EG1 - Français, histoire-géographie, enseignement moral et civique | Dispense |
EG1A - Français écrit | Dispense |
EG1B - Français oral | Dispense |
EG1C - Histoire-géographie et enseignement moral et civique | Dispense |
EG2 - Etude mathématique et scientifique | Dispense |
EG3 - Education physique et sportive | Dispense |
EG4 - Langue Vivante Etrangère - Allemand | Inscrit | Ponctuel
EG4A - Langue vivante : écrite - Allemand | Inscrit | Ponctuel
EG4B - Langue vivante : orale - Allemand | Inscrit | Ponctuel
EG5 - Prévention, santé, environnement | Dispense |
"""


def test_le_recapitulatif_de_dack_est_celui_du_guide() -> None:
    lignes = [
        f"{e.libelle_complet} | {e.position.libelle} | {e.evaluation.libelle if e.evaluation else ''}".rstrip()
        for e in epreuves(dack())
    ]
    assert lignes == RECAPITULATIF_DE_DACK.strip().splitlines()
    assert all(epreuve.est_certaine for epreuve in epreuves(dack()))


def test_dack_peut_enregistrer() -> None:
    assert anomalies(dack()) == ()


def test_la_raison_de_la_dispense_nomme_le_titre_son_annee_et_l_academie() -> None:
    motifs = {epreuve.code: epreuve.motif for epreuve in epreuves(dack())}
    assert motifs["EG1B"] == "Dispensé\u00a0: vous êtes titulaire d’un autre CAP (2020, Toulouse)"
    assert motifs["EP1"] == ""
    sans_nom = dack(contexte=contexte(noms_academies={}))
    assert {e.motif for e in epreuves(sans_nom)} == {"", "Dispensé\u00a0: vous êtes titulaire d’un autre CAP (2020)"}
    sans_annee = dack(acquis=(titre("CAP_AUTRE", None, None),))
    assert droits(sans_annee)[0].motif == "Dispensé\u00a0: vous êtes titulaire d’un autre CAP"


def test_les_cases_de_l_acquis_sont_les_quatre_du_guide() -> None:
    dossier = dack()
    assert [droit.repere for droit in droits_de(dossier, titre("CAP_AUTRE"))] == [
        "FR_HG_EMC", "MATHS_PC", "EPS", "PSE",
    ]  # fmt: skip
    droit = droits(dossier)[0]
    assert (droit.position, droit.est_demande, droit.est_certain) == (PositionEpreuve.DISPENSE, True, True)
    assert (droit.pieces, droit.note, droit.annee, droit.academie) == (("ACQDIP01",), None, 2020, "16")
    assert droits_de(dossier, titre("INCONNU")) == ()
    assert droits_de(dossier.avec(specialite=None), titre("CAP_AUTRE")) == ()


def test_une_epreuve_decochee_est_repassee_avec_ses_sous_epreuves() -> None:
    dossier = dack(acquis=(titre("CAP_AUTRE", repasse=("FR_HG_EMC",)),))
    positions = {epreuve.code: epreuve.position for epreuve in epreuves(dossier)}
    assert {positions[code] for code in ("EG1", "EG1A", "EG1B", "EG1C")} == {PositionEpreuve.INSCRIT}
    assert positions["EG2"] is PositionEpreuve.DISPENSE
    assert [droit.est_demande for droit in droits_de(dossier, dossier.brouillon.acquis[0])] == [False, True, True, True]


def test_les_titres_proposes_sont_ceux_de_l_ecran_du_guide_utiles_a_la_broderie() -> None:
    codes = [acquis.code for acquis in acquis_proposes(dack(), "AUTRE_DIPLOME")]
    assert codes[:4] == ["BAC_PRO", "CAP_AUTRE", "CAPA_CAPM", "BEPA_BEPM"]
    assert "CPJEPS_AAVQ" not in codes


def test_l_agrement_de_dacis_se_passe_en_deux_epreuves_forme_globale() -> None:
    dossier = dacluse()
    assert [(e.code, e.libelle, e.position.libelle) for e in epreuves(dossier)] == [
        ("EP1", "Accompagner le développement du jeune enfant", "Inscrit"),
        ("EP3", "Exercer son activité en accueil individuel", "Inscrit"),
    ]
    finale = forme_finale(dossier)
    assert finale is not None
    assert finale.forme is FormePassage.GLOBALE
    assert choix_a_faire(dossier).rien_a_choisir
    assert anomalies(dossier) == ()
    assert not choix_a_faire(dack()).rien_a_choisir


def test_les_pieces_d_acculi_sont_les_trois_du_guide() -> None:
    """Guide, chapitre 12 : CINSIG02, NATIDE04, PSNATT05."""
    assert [demandee.piece.code for demandee in pieces_demandees(acculi())] == ["CINSIG02", "NATIDE04", "PSNATT05"]
    assert anomalies(acculi()) == ()


def test_eg4_change_de_matiere_d_une_specialite_a_l_autre() -> None:
    reglement = le_reglement()
    numeros = {
        code: codes_affiches(reglement, reglement.specialites[code])["PSE"]
        for code in ("50024127", "50022137", "50022142")
    }
    assert numeros == {"50024127": "EG5", "50022137": "EG4", "50022142": "EG1"}
    assert libelles(reglement, reglement.specialites["50024127"])["LV"] == "Langue Vivante Etrangère"
