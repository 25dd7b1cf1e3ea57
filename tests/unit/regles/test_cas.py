"""Nos cas (`cas/*.toml`) : chacun cite l'article dont l'attendu se déduit, et dit motifs, formes et pièces."""

from typing import Any

import pytest

from app.regles.controle import anomalies
from app.regles.dispenses import acquis_proposes, droits, familles_proposees, refus_de_droit
from app.regles.dossier import Dossier
from app.regles.eligibilite import categories_proposees, est_majeur, refus, specialites_proposees
from app.regles.epreuves import choix_a_faire, epreuves
from app.regles.forme_passage import derogation_possible, forme_finale, formes_permises
from app.regles.pieces import pieces_demandees
from tests.unit.regles import situations

pytestmark = pytest.mark.regles

FICHIERS = (
    "specialites", "categories", "ages", "acquis", "derogations", "epreuves", "pieces",
)  # fmt: skip
CAS = [cas for nom in FICHIERS for cas in situations.lire_cas(f"{nom}.toml")]
ATTENDUS = {
    "refus", "majeur", "formes", "forme_finale", "explication", "derogation_possible", "evaluation", "codes",
    "positions", "motifs", "textes", "incertaines", "certaines", "libelles", "sans_droit", "derniere_session", "pieces",
    "pieces_exclues", "documents", "documents_exclus", "categories_fermees", "categories_ouvertes",
    "specialites_fermees", "specialites_ouvertes", "acquis_proposes", "acquis_absents", "familles", "choix",
    "anomalies", "anomalies_absentes", "motifs_pieces",
}  # fmt: skip


def simple(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("’", "'")


def contient(morceau: str, texte: str) -> None:
    assert simple(morceau) in simple(texte)


@pytest.mark.parametrize("cas", CAS, ids=[cas["code"] for cas in CAS])
def test_le_cas_sort_comme_le_texte_le_veut(cas: dict[str, Any]) -> None:
    attendu = cas["attendu"]
    assert set(attendu) <= ATTENDUS
    assert cas["article"].strip()
    dossier = situations.dossier(cas["session"], cas["situation"])
    _candidature(dossier, attendu)
    _forme(dossier, attendu)
    _epreuves(dossier, attendu)
    _droits(dossier, attendu)
    _pieces(dossier, attendu)
    _propositions(dossier, attendu)
    trouvees = {f"{anomalie.onglet}.{anomalie.champ}" for anomalie in anomalies(dossier)}
    assert set(attendu.get("anomalies", ())) <= trouvees
    assert not set(attendu.get("anomalies_absentes", ())) & trouvees


def _candidature(dossier: Dossier, attendu: dict[str, Any]) -> None:
    oppose = refus(dossier)
    if attendu.get("refus"):
        assert oppose is not None
        contient(attendu["refus"], oppose.motif)
        assert oppose.textes
    else:
        assert oppose is None
    if "majeur" in attendu:
        assert est_majeur(dossier) is attendu["majeur"]
    proposees = {proposee.categorie.code: proposee for proposee in categories_proposees(dossier)}
    for code, motif in attendu.get("categories_fermees", {}).items():
        assert not proposees[code].est_ouverte
        contient(motif, proposees[code].motif)
    for code in attendu.get("categories_ouvertes", ()):
        assert proposees[code].est_ouverte


def _forme(dossier: Dossier, attendu: dict[str, Any]) -> None:
    finale = forme_finale(dossier)
    if "formes" in attendu:
        assert [forme.value for forme in formes_permises(dossier)] == attendu["formes"]
    if "forme_finale" in attendu:
        assert (finale.forme.value if finale else "") == attendu["forme_finale"]
    if "explication" in attendu:
        assert finale is not None
        contient(attendu["explication"], finale.explication)
        assert finale.textes
    if "derogation_possible" in attendu:
        assert derogation_possible(dossier) is attendu["derogation_possible"]


def _epreuves(dossier: Dossier, attendu: dict[str, Any]) -> None:
    lignes = epreuves(dossier)
    if "codes" in attendu:
        assert [ligne.code for ligne in lignes] == attendu["codes"]
    par_cle = {ligne.repere: ligne for ligne in reversed(lignes)} | {ligne.code: ligne for ligne in lignes}
    if "evaluation" in attendu:
        assert {ligne.evaluation.value for ligne in lignes if ligne.evaluation} == {attendu["evaluation"]}
    for cle, position in attendu.get("positions", {}).items():
        assert par_cle[cle].position.libelle == position, cle
    for cle, motif in attendu.get("motifs", {}).items():
        contient(motif, par_cle[cle].motif)
    for cle, code in attendu.get("textes", {}).items():
        assert code in {texte.code for texte in par_cle[cle].textes}, cle
    for cle, libelle in attendu.get("libelles", {}).items():
        assert simple(par_cle[cle].libelle) == simple(libelle)
    for cle in attendu.get("incertaines", ()):
        assert not par_cle[cle].est_certaine, cle
        contient("À confirmer par le service des examens", par_cle[cle].motif)
    for cle in attendu.get("certaines", ()):
        assert par_cle[cle].est_certaine, cle


def _droits(dossier: Dossier, attendu: dict[str, Any]) -> None:
    refuses = {issue.repere or "ACQUIS": issue for issue in refus_de_droit(dossier)}
    for repere, motif in attendu.get("sans_droit", {}).items():
        contient(motif, refuses[repere].motif)
    acquis = {droit.repere: droit for droit in droits(dossier)}
    for repere, session in attendu.get("derniere_session", {}).items():
        assert acquis[repere].derniere_session == session


def _pieces(dossier: Dossier, attendu: dict[str, Any]) -> None:
    demandees = {demandee.piece.code: demandee for demandee in pieces_demandees(dossier)}
    assert set(attendu.get("pieces", ())) <= set(demandees)
    assert not set(attendu.get("pieces_exclues", ())) & set(demandees)
    for code, motif in attendu.get("motifs_pieces", {}).items():
        contient(motif, demandees[code].motif)
    for code, libelles in attendu.get("documents", {}).items():
        acceptes = [document.libelle for document in demandees[code].documents_acceptes]
        assert all(any(libelle in accepte for accepte in acceptes) for libelle in libelles)
    for code, libelles in attendu.get("documents_exclus", {}).items():
        acceptes = [document.libelle for document in demandees[code].documents_acceptes]
        assert not any(libelle in accepte for libelle in libelles for accepte in acceptes)


def _propositions(dossier: Dossier, attendu: dict[str, Any]) -> None:
    specialites = {proposee.code: proposee for proposee in specialites_proposees(dossier)}
    for code, motif in attendu.get("specialites_fermees", {}).items():
        assert not specialites[code].est_ouverte
        contient(motif, specialites[code].motif)
    assert all(specialites[code].est_ouverte for code in attendu.get("specialites_ouvertes", ()))
    familles = familles_proposees(dossier)
    if "familles" in attendu:
        assert [famille.code for famille in familles] == attendu["familles"]
    proposes = {acquis.code for famille in familles for acquis in acquis_proposes(dossier, famille.code)}
    assert set(attendu.get("acquis_proposes", ())) <= proposes
    assert not set(attendu.get("acquis_absents", ())) & proposes
    if "choix" in attendu:
        poses = choix_a_faire(dossier)
        assert {nom: _reduit(getattr(poses, nom)) for nom in attendu["choix"]} == attendu["choix"]


def _reduit(choix: Any) -> Any:
    """Un booléen tel quel, une liste par ses codes."""
    if isinstance(choix, tuple):
        return [getattr(c, "cle", None) or getattr(c, "repere", None) or c.code for c in choix]
    return choix


def test_nos_cas_sont_plus_de_cent_dix_et_ont_chacun_leur_code() -> None:
    codes = [cas["code"] for cas in CAS]
    assert len(codes) == len(set(codes))
    assert len(codes) + len(situations.lire_cas("clotures.toml")) >= 110
