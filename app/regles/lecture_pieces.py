"""Lecture des pièces justificatives et de leurs conditions."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.regles.referentiel import ConditionPiece, DocumentAccepte, Piece
from app.regles.vocabulaire import FormePassage, ModeDepot, StatutCandidat


def lire_pieces(lignes: Iterable[Mapping[str, Any]]) -> dict[str, Piece]:
    return {ligne["code"]: _piece(ligne) for ligne in lignes}


def _piece(ligne: Mapping[str, Any]) -> Piece:
    return Piece(
        code=ligne["code"],
        groupe=ligne["groupe"],
        libelle=ligne["libelle"],
        mode=ModeDepot(ligne["mode"]),
        est_obligatoire=ligne["obligatoire"],
        code_officiel=ligne["code_officiel"],
        est_verifiee=ligne["verified"],
        condition=_condition(ligne.get("condition", {})),
        documents_acceptes=tuple(
            DocumentAccepte(document["libelle"], document["age_min"], document["age_max"])
            for document in ligne.get("documents_acceptes", ())
        ),
        source=ligne.get("source", ""),
        note=ligne.get("note", ""),
    )


def _condition(ligne: Mapping[str, Any]) -> ConditionPiece:
    return ConditionPiece(
        statuts=tuple(StatutCandidat(statut) for statut in ligne.get("statuts", ())),
        categories=tuple(ligne.get("categories", ())),
        nationalite=ligne.get("nationalite"),
        age_min=ligne.get("age_min"),
        age_max=ligne.get("age_max"),
        mineur=ligne.get("mineur"),
        handicap=ligne.get("handicap"),
        derogation=ligne.get("derogation"),
        forme=FormePassage(ligne["forme"]) if "forme" in ligne else None,
        familles_acquis=tuple(ligne.get("familles_acquis", ())),
        specialites=tuple(ligne.get("specialites", ())),
        experience=ligne.get("experience"),
        choix={code: tuple(valeurs) for code, valeurs in ligne["choix"].items()} if "choix" in ligne else None,
        amenagement_duree=ligne.get("amenagement_duree"),
        acquis=tuple(ligne.get("acquis", ())),
    )
