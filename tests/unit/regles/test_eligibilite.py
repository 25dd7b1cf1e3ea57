"""Âges, listes proposées, seconde spécialité, statuts d'une pièce, lecture du règlement."""

from datetime import date
from itertools import pairwise

import pytest

from app.regles.dispenses import acquis_proposes, familles_proposees, refus_de_droit
from app.regles.eligibilite import (
    age_au,
    categories_proposees,
    est_francais,
    etablissements_proposes,
    refus,
    sans_accents,
    seconde_specialite_admise,
    specialites_proposees,
    textes,
)
from app.regles.epreuves import choix_a_faire, epreuves
from app.regles.forme_passage import forme_finale, formes_permises
from app.regles.pieces import peut_suivre, pieces_demandees
from app.regles.vocabulaire import StatutPiece
from tests.unit.regles.distribution import ETABLISSEMENTS, contexte, dack, debutant, le_reglement, titre

pytestmark = pytest.mark.regles


@pytest.mark.parametrize(
    ("naissance", "jour", "age"),
    [
        (date(2004, 11, 28), date(2022, 11, 27), 17),
        (date(2004, 11, 28), date(2022, 11, 28), 18),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2004, 12, 31), date(2005, 1, 1), 0),
        (date(2004, 11, 28), date(2004, 11, 28), 0),
    ],
)
def test_l_age_est_revolu(naissance: date, jour: date, age: int) -> None:
    assert age_au(naissance, jour) == age


def test_les_specialites_sont_rangees_par_titre_sans_accents() -> None:
    proposees = specialites_proposees(dack())
    assert len(proposees) == 182
    assert len([s for s in proposees if s.est_ouverte]) == 52
    assert all(sans_accents(a.titre) <= sans_accents(b.titre) for a, b in pairwise(proposees))
    titres = [s.titre for s in proposees]
    assert titres.index("Électricien") < titres.index("Horlogerie")
    assert all(s.est_ouverte is (s.motif == "") for s in proposees)


def test_les_deux_cap_de_la_petite_enfance_sont_proposes() -> None:
    titres = {s.code: s.titre for s in specialites_proposees(dack()) if s.code.startswith("50033205")}
    assert titres == {
        "50033205": "Accompagnant éducatif petite enfance",
        "50033205-AGR": (
            "Accompagnant éducatif petite enfance ep1,ep3 pour l'acquisition de l'agrément assistant(e) maternel(le)"
        ),
    }


def test_des_options_qui_partagent_un_intitule_gardent_chacune_le_leur() -> None:
    orfevres = [s.titre for s in specialites_proposees(dack()) if "ORFEVRE OPTION" in s.titre]
    assert len(set(orfevres)) == 4


def test_les_etablissements_suivent_l_academie_et_le_statut() -> None:
    assert [e.code for e in etablissements_proposes(dack())] == ["INDIV_16", "AUTRE"]
    assert [e.code for e in etablissements_proposes(dack(categorie="DISTANCE"))] == ["CNED", "AUTRE"]
    assert [e.code for e in etablissements_proposes(debutant())] == ["INDIV_16", "CNED", "AUTRE"]
    assert [e.code for e in etablissements_proposes(dack(contexte=contexte(academie="14")))] == ["INDIV_14", "AUTRE"]
    assert ETABLISSEMENTS[0].libelle_complet == "INDIV TOULOUSE (03100003)"


def test_un_mineur_ancien_eleve_lit_que_sa_categorie_est_a_confirmer() -> None:
    proposees = {p.categorie.code: p for p in categories_proposees(dack(naissance=date(2010, 6, 1)))}
    assert proposees["EX_SCOLAIRE"].est_ouverte
    assert "à confirmer par le service des examens" in proposees["EX_SCOLAIRE"].motif
    assert proposees["DISTANCE"].motif == ""
    majeur = {p.categorie.code: p.motif for p in categories_proposees(dack())}
    assert majeur["EX_SCOLAIRE"] == ""


def test_seconde_specialite() -> None:
    assert seconde_specialite_admise(None, ["A"])
    assert seconde_specialite_admise("A", [])
    assert seconde_specialite_admise("A", ["A"])
    assert not seconde_specialite_admise("A", ["B"])
    assert seconde_specialite_admise("A", ["B", "C"], derogation_accordee=True)
    assert seconde_specialite_admise("A", ["B"], plusieurs_employeurs=True)
    assert not seconde_specialite_admise("A", ["B", "C"], plusieurs_employeurs=True)


def test_la_nationalite_pas_encore_dite_ne_vaut_ni_oui_ni_non() -> None:
    assert est_francais(debutant()) is None
    codes = {d.piece.code for d in pieces_demandees(dack(nationalite=None))}
    assert not codes & {"NATIDE01", "NATIDE02", "PSNATT01"}


def test_sans_specialite_ni_categorie_rien_ne_se_calcule_et_rien_ne_casse() -> None:
    personne = debutant()
    assert epreuves(personne) == ()
    assert choix_a_faire(personne).rien_a_choisir
    assert familles_proposees(personne) == ()
    assert acquis_proposes(personne, "AUTRE_DIPLOME") == ()
    assert (formes_permises(personne), forme_finale(personne), refus(personne)) == ((), None, None)
    assert pieces_demandees(personne) == ()
    assert refus_de_droit(personne.avec(familles=("AUTRE_DIPLOME",), acquis=(titre("CAP_AUTRE"),))) == ()
    assert {e.evaluation for e in epreuves(personne.avec(specialite="50022137"))} == {None}


def test_un_texte_hors_de_sa_periode_ne_se_cite_pas() -> None:
    assert [t.code for t in textes(dack(), "REPORT_BEP", "DISPENSE_TITRES", "INCONNU")] == ["DISPENSE_TITRES"]


def test_un_acquis_trop_recent_pour_la_session_ne_se_declare_pas() -> None:
    ancien = dack(contexte=contexte(annee=2019, date_inscription=date(2018, 11, 10)))
    assert "ATTESTATION_BLOCS" not in {a.code for a in acquis_proposes(ancien, "MEME_CAP")}
    declare = ancien.avec(familles=("MEME_CAP",), acquis=(titre("ATTESTATION_BLOCS", 2018),))
    assert "à partir de la session 2020" in refus_de_droit(declare)[0].motif


def test_un_statut_de_piece_peut_en_suivre_un_autre_sans_retour_a_l_oubli() -> None:
    aucun, recue, non_conforme, conforme = StatutPiece
    assert [s for s in StatutPiece if peut_suivre(aucun, s)] == [recue, non_conforme, conforme]
    assert [s for s in StatutPiece if peut_suivre(recue, s)] == [non_conforme, conforme]
    assert [s for s in StatutPiece if peut_suivre(non_conforme, s)] == [aucun, recue, conforme]
    assert [s for s in StatutPiece if peut_suivre(conforme, s)] == [non_conforme]
    assert [s.libelle for s in StatutPiece] == ["", "Reçue", "Non conforme", "Conforme"]


def test_le_reglement_lu_a_le_compte_des_fichiers() -> None:
    lu = le_reglement()
    assert (len(lu.specialites), len(lu.catalogue), len(lu.categories)) == (52, 181, 15)
    assert (len(lu.acquis), len(lu.familles), len(lu.pieces), len(lu.langues)) == (20, 4, 22, 44)
    assert [famille.ordre for famille in lu.familles.values()] == [1, 2, 3, 4]
    assert (lu.age_majorite, lu.regles_acquis.duree_report, lu.depot.taille_max) == (18, 5, 5_000_000)
    assert lu.modeles["aucun"] == ()
    assert sum(fiche.est_detaillee for fiche in lu.catalogue) == 51
