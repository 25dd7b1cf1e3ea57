"""Lecture des familles d'acquis, des titres et des notes déclarables."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.regles.referentiel import Acquis, FamilleAcquis, ReglesAcquis, RegleSpecialite
from app.regles.vocabulaire import EffetAcquis, Portee, Preuve


def lire_familles(lignes: Iterable[Mapping[str, Any]]) -> dict[str, FamilleAcquis]:
    familles = (
        FamilleAcquis(
            ligne["code"], ligne["ordre"], ligne["libelle"], EffetAcquis(ligne["effet"]), ligne["type_de_droit"]
        )
        for ligne in lignes
    )
    return {famille.code: famille for famille in sorted(familles, key=lambda famille: famille.ordre)}


def lire_acquis(lignes: Iterable[Mapping[str, Any]]) -> dict[str, Acquis]:
    return {ligne["code"]: _acquis(ligne) for ligne in lignes}


def _acquis(ligne: Mapping[str, Any]) -> Acquis:
    return Acquis(
        code=ligne["code"],
        famille=ligne["famille"],
        diplome=ligne["diplome"],
        libelle=ligne["libelle"],
        demande=tuple(ligne["demande"]),
        effet=EffetAcquis(ligne["effet"]),
        matieres=tuple(ligne["matieres"]),
        matieres_sous_condition=tuple(ligne.get("matieres_sous_condition", ())),
        preuves={matiere: Preuve(preuve) for matiere, preuve in ligne.get("preuves", {}).items()},
        matieres_incertaines=tuple(ligne.get("matieres_incertaines", ())),
        regles=tuple(
            RegleSpecialite(regle["specialite"], tuple(regle["epreuves"]), regle["verified"])
            for regle in ligne.get("regles", ())
        ),
        est_verifie=ligne["verified"],
        portee=Portee(ligne["portee"]) if "portee" in ligne else None,
        depuis=ligne.get("depuis"),
        jusqu_a=ligne.get("jusqu_a"),
        source=ligne.get("source", ""),
        note=ligne.get("note", ""),
    )


def lire_regles_acquis(regles: Mapping[str, Any]) -> ReglesAcquis:
    return ReglesAcquis(
        duree_report=regles["duree_report_annees"],
        note_minimale_attestation=regles["attestation_bloc_note_minimale"],
        premiere_session_attestation=regles["attestation_bloc_premiere_session"],
    )
