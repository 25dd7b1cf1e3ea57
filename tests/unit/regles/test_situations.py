"""Les 123 situations d'exemple du référentiel, rejouées par le moteur."""

from typing import Any

import pytest

from app.regles.eligibilite import refus
from app.regles.epreuves import epreuves
from app.regles.forme_passage import forme_finale, formes_permises
from app.regles.pieces import pieces_demandees
from tests.unit.regles import situations

pytestmark = pytest.mark.regles

TOUTES = situations.lire_cas("situations.toml")
PRECISIONS = situations.precisions()


@pytest.mark.parametrize("cas", TOUTES, ids=[cas["code"] for cas in TOUTES])
def test_la_situation_sort_comme_elle_est_ecrite(cas: dict[str, Any]) -> None:
    dossier = situations.dossier(cas["session"], cas["situation"], PRECISIONS.get(cas["code"]))
    attendu = cas["attendu"]
    oppose = refus(dossier)
    if attendu["refus"]:
        assert oppose is not None
        assert attendu["motif"] in oppose.motif.replace("’", "'").replace("\u00a0", " ")
        assert {texte.code for texte in oppose.textes} & set(cas["regles"])
        return
    assert oppose is None
    finale = forme_finale(dossier)
    if "formes" in attendu:
        assert [forme.value for forme in formes_permises(dossier)] == attendu["formes"]
    if "forme_finale" in attendu:
        assert finale is not None
        assert finale.forme.value == attendu["forme_finale"]
    if "evaluation" in attendu:
        assert dossier.categorie is not None
        assert dossier.categorie.evaluation.value == attendu["evaluation"]
        assert {e.evaluation.value for e in epreuves(dossier) if e.evaluation} == {attendu["evaluation"]}
    positions = {epreuve.repere: epreuve.position.libelle for epreuve in epreuves(dossier)}
    for repere, position in attendu.get("positions", {}).items():
        assert positions[repere] == position, repere
    demandees = {demandee.piece.code for demandee in pieces_demandees(dossier)}
    assert set(attendu.get("pieces", ())) <= demandees
    assert not set(attendu.get("pieces_exclues", ())) & demandees


def test_les_123_situations_sont_la() -> None:
    assert len(TOUTES) == 123
    assert set(PRECISIONS) <= {cas["code"] for cas in TOUTES}


def test_une_precision_ne_contient_que_des_faits() -> None:
    assert {cle for faits in PRECISIONS.values() for cle in faits} <= situations.CONNUES
