"""Lecture des pièces justificatives et de leurs conditions."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.regles.referentiel import FORMATS_PAR_DEFAUT, ConditionPiece, DocumentAccepte, Piece, RegleDepot
from app.regles.vocabulaire import FormatFichier, FormePassage, ModeDepot, StatutCandidat


def lire_depot(ligne: Mapping[str, Any]) -> RegleDepot:
    """Un règlement publié avant que `formats_par_defaut` existe garde les formats d'alors."""
    return RegleDepot(
        taille_max=ligne["taille_max_octets"],
        taille_max_libelle=ligne["taille_max_libelle"],
        formats=_formats(ligne["formats"]),
        formats_par_defaut=_formats(ligne.get("formats_par_defaut", FORMATS_PAR_DEFAUT)),
    )


def lire_pieces(lignes: Iterable[Mapping[str, Any]], depot: RegleDepot) -> dict[str, Piece]:
    return {ligne["code"]: _piece(ligne, depot) for ligne in lignes}


def _formats(codes: Iterable[str]) -> tuple[FormatFichier, ...]:
    return tuple(FormatFichier(code) for code in codes)


def _piece(ligne: Mapping[str, Any], depot: RegleDepot) -> Piece:
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
        formats=_formats(ligne["formats"]) if "formats" in ligne else depot.formats_par_defaut,
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
        confirmation_signee=ligne.get("confirmation_signee"),
    )
