"""Ce qui est vrai de tout dossier, même absurde : codes inconnus, réponses restées d'ailleurs, notes impossibles."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.regles.controle import ONGLETS_SAISIS, anomalies, anomalies_d_un_onglet
from app.regles.dispenses import droits, droits_retenus, refus_de_droit
from app.regles.dossier import AcquisDeclare, Brouillon, Dossier
from app.regles.eligibilite import categories_proposees, etablissements_proposes, refus, specialites_proposees
from app.regles.epreuves import choix_a_faire, epreuves
from app.regles.forme_passage import forme_finale, formes_permises
from app.regles.pieces import pieces_demandees
from app.regles.vocabulaire import FormePassage, NatureEpreuve, PositionEpreuve
from tests.unit.regles.distribution import contexte, dack, debutant, le_reglement

pytestmark = pytest.mark.regles

REGLEMENT = le_reglement()

# Toujours les mêmes exemples : un test qui échoue un jour sur cent n'apprend rien à qui passe ce jour-là.
profil = settings(
    max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)

REPERES = st.sampled_from(["EP1", "EP2", "EP3", "FR_HG_EMC", "MATHS_PC", "EPS", "PSE", "LV", "EP9", "", "é"])
ANNEES = st.none() | st.integers(2010, 2030)


def parmi(codes: object, *autres: str | None) -> st.SearchStrategy[str | None]:
    return st.sampled_from([*codes, *autres, None, "INCONNU"])  # type: ignore[misc]  # des codes de tables


DECLARES = st.builds(
    AcquisDeclare,
    code=st.sampled_from([*REGLEMENT.acquis, "INCONNU"]),
    annee=ANNEES,
    academie=st.sampled_from([None, "", "16", "99"]),
    specialite=parmi(REGLEMENT.specialites),
    notes=st.dictionaries(REPERES, st.floats(-5, 25, allow_nan=False), max_size=4),
    annees_notes=st.dictionaries(REPERES, st.integers(1990, 2035), max_size=3),
    matieres_justifiees=st.lists(REPERES, max_size=3).map(tuple),
    matieres_ecartees=st.lists(REPERES, max_size=2).map(tuple),
    epreuves=st.lists(REPERES, max_size=4).map(tuple),
    repasse=st.lists(REPERES, max_size=3).map(tuple),
    est_coche=st.booleans(),
)

BROUILLONS = st.builds(
    Brouillon,
    nationalite=st.sampled_from([None, "FR", "IT", "??"]),
    code_postal=st.text(max_size=6),
    courriel=st.text(max_size=8),
    situation=parmi(REGLEMENT.situations),
    categorie=parmi(REGLEMENT.categories),
    etablissement=st.sampled_from([None, "INDIV_16", "INDIV_14", "CNED", "?"]),
    amenagement_duree=st.none() | st.booleans(),
    amenagement_epreuves=st.none() | st.booleans(),
    specialite=parmi(REGLEMENT.specialites, "50032308"),
    choix=st.dictionaries(
        st.sampled_from(["SITUATION_PRO", "AUTRE"]), st.sampled_from(["AM", "ED", "AC", "?"]), max_size=2
    ),
    forme_passage=st.none() | st.sampled_from(FormePassage),
    derogation=st.none() | st.booleans(),
    motif_derogation=parmi(REGLEMENT.derogations),
    familles=st.lists(st.sampled_from([*REGLEMENT.familles, "?"]), max_size=5).map(tuple),
    acquis=st.lists(DECLARES, max_size=4).map(tuple),
    options=st.dictionaries(st.sampled_from(["EP2A", "?"]), st.sampled_from(["MGM", "MAIN", "?"]), max_size=2),
    langue=parmi(REGLEMENT.langues),
    eps=st.none() | st.sampled_from(PositionEpreuve),
    activite_eps=st.sampled_from([None, "DANSE", "?"]),
    epreuves_presentees=st.none() | st.lists(REPERES, max_size=5).map(tuple),
    facultatives=st.lists(st.sampled_from(["LV", "ARTS", "MOBILITE", "?"]), max_size=4).map(tuple),
    langue_facultative=parmi(REGLEMENT.langues),
    saisies=st.dictionaries(
        st.sampled_from([*ONGLETS_SAISIS, "?"]),
        st.dictionaries(
            st.sampled_from(["annee-CAP_AUTRE", "langue", "specialite", "option-EP2A", "choix-SITUATION_PRO", "-", ""]),
            st.lists(st.text(max_size=3), max_size=2).map(tuple),
            max_size=2,
        ),
        max_size=2,
    ),
)

CONTEXTES = st.builds(
    contexte,
    annee=st.integers(2021, 2030),
    date_inscription=st.dates(date(2020, 9, 1), date(2030, 6, 1)),
    derogation_forme_accordee=st.booleans(),
    pieces_refusees=st.sampled_from([frozenset[str](), frozenset({"FORATT01"}), frozenset({"EXPPRO01"})]),
    autres_specialites=st.sampled_from([(), ("50022137",), ("50022137", "50022141")]),
)

DOSSIERS = st.builds(
    lambda brouillon, lieu, naissance: replace(
        debutant(contexte=lieu),
        brouillon=brouillon,
        identite=replace(debutant().identite, date_naissance=naissance),
    ),
    BROUILLONS,
    CONTEXTES,
    st.dates(date(1940, 1, 1), date(2016, 12, 31)),
)


@given(DOSSIERS)
@profil
def test_aucun_brouillon_ne_met_le_moteur_en_defaut(dossier: Dossier) -> None:
    for anomalie in anomalies(dossier):
        assert anomalie.onglet in ONGLETS_SAISIS
        assert anomalie.message.endswith(".")
    assert refus(dossier) is None or refus(dossier).motif  # type: ignore[union-attr]  # le premier membre l'a vu
    assert len(categories_proposees(dossier)) == 15
    assert len(specialites_proposees(dossier)) == 182
    etablissements_proposes(dossier)
    pieces_demandees(dossier)
    refus_de_droit(dossier)
    choix_a_faire(dossier)


@given(DOSSIERS)
@profil
def test_un_onglet_controle_seul_dit_les_memes_anomalies(dossier: Dossier) -> None:
    toutes = anomalies(dossier)
    for onglet in ONGLETS_SAISIS:
        assert anomalies_d_un_onglet(dossier, onglet) == tuple(a for a in toutes if a.onglet == onglet)


@given(DOSSIERS)
@profil
def test_chaque_epreuve_a_une_position_et_une_seule(dossier: Dossier) -> None:
    lignes = epreuves(dossier)
    assert len({ligne.code for ligne in lignes}) == len(lignes)
    retenus = droits_retenus(dossier)
    for ligne in lignes:
        if ligne.repere in retenus:
            assert ligne.position is retenus[ligne.repere].position
        assert (ligne.evaluation is None) or ligne.position is PositionEpreuve.INSCRIT
        if ligne.position in (PositionEpreuve.DISPENSE, PositionEpreuve.BENEFICE, PositionEpreuve.NON_INSCRIT):
            assert ligne.motif
        if not ligne.est_certaine:
            assert "confirmer par le service des examens" in ligne.motif


@given(DOSSIERS)
@profil
def test_une_sous_epreuve_suit_sa_mere(dossier: Dossier) -> None:
    lignes = {ligne.code: ligne for ligne in epreuves(dossier)}
    for ligne in lignes.values():
        if ligne.mere is not None:
            mere = lignes[ligne.mere]
            assert (ligne.position, ligne.motif, ligne.est_certaine, ligne.evaluation, ligne.repere) == (
                mere.position, mere.motif, mere.est_certaine, mere.evaluation, mere.repere,
            )  # fmt: skip


@given(DOSSIERS)
@profil
def test_non_inscrit_n_existe_qu_en_forme_progressive(dossier: Dossier) -> None:
    finale = forme_finale(dossier)
    assert finale is None or finale.forme in formes_permises(dossier)
    if finale is None or finale.forme is FormePassage.GLOBALE:
        assert all(ligne.position is not PositionEpreuve.NON_INSCRIT for ligne in epreuves(dossier))


@given(DOSSIERS)
@profil
def test_les_facultatives_viennent_en_dernier_et_jamais_plus_que_le_maximum(dossier: Dossier) -> None:
    natures = [ligne.nature for ligne in epreuves(dossier)]
    assert natures == sorted(natures, key=lambda nature: nature is NatureEpreuve.FACULTATIVE)
    assert natures.count(NatureEpreuve.FACULTATIVE) <= REGLEMENT.facultatives_maximum


@given(DOSSIERS, st.data())
@profil
def test_l_ordre_des_acquis_est_sans_effet(dossier: Dossier, tirage: st.DataObject) -> None:
    melanges = tuple(tirage.draw(st.permutations(dossier.brouillon.acquis)))
    autre = dossier.avec(acquis=melanges)
    assert droits(autre) == droits(dossier)
    assert epreuves(autre) == epreuves(dossier)
    assert pieces_demandees(autre) == pieces_demandees(dossier)


@given(DOSSIERS, REPERES)
@profil
def test_decocher_puis_recocher_ne_change_rien(dossier: Dossier, repere: str) -> None:
    def repasser(acquis: AcquisDeclare) -> AcquisDeclare:
        return replace(acquis, repasse=(*acquis.repasse, repere))

    def reprendre(acquis: AcquisDeclare) -> AcquisDeclare:
        return replace(acquis, repasse=acquis.repasse[:-1])

    decoche = dossier.avec(acquis=tuple(map(repasser, dossier.brouillon.acquis)))
    assert repere not in droits_retenus(decoche)
    recoche = decoche.avec(acquis=tuple(map(reprendre, decoche.brouillon.acquis)))
    assert epreuves(recoche) == epreuves(dossier)


@given(DOSSIERS)
@profil
def test_declarer_un_acquis_de_plus_ne_fait_rien_repasser(dossier: Dossier) -> None:
    sans = dossier.avec(acquis=dossier.brouillon.acquis[:-1])
    assert set(droits_retenus(sans)) <= set(droits_retenus(dossier))


@given(DOSSIERS)
@profil
def test_un_refus_de_droit_ne_contredit_pas_un_droit_demande(dossier: Dossier) -> None:
    assert not {issue.repere for issue in refus_de_droit(dossier)} & set(droits_retenus(dossier))


COUPLES = list(product(REGLEMENT.specialites, REGLEMENT.categories))


def test_cinquante_deux_specialites_dans_quinze_categories() -> None:
    assert len(COUPLES) == 52 * 15
    for specialite, categorie in COUPLES:
        dossier = dack(specialite=specialite, categorie=categorie)
        lignes = epreuves(dossier)
        attendue = REGLEMENT.categories[categorie].evaluation
        assert {ligne.evaluation for ligne in lignes if ligne.position is PositionEpreuve.INSCRIT} == {attendue}
        assert [e.code for e in REGLEMENT.specialites[specialite].epreuves] == [
            ligne.code for ligne in lignes if ligne.repere == ligne.code
            and ligne.mere is None and ligne.nature is NatureEpreuve.OBLIGATOIRE
        ]  # fmt: skip
        generales = [ligne.code for ligne in lignes if ligne.code.startswith("EG") and ligne.mere is None]
        assert generales == [f"EG{rang}" for rang in range(1, len(generales) + 1)]
        assert forme_finale(dossier) is not None
        assert pieces_demandees(dossier)
