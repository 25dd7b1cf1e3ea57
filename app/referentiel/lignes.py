"""Des lignes de fichiers contrôlées aux lignes des tables."""

from typing import Any

from app.referentiel.lieux import cle_de_recherche
from app.referentiel.models import (
    Academie,
    Commune,
    CommuneCodePostal,
    Departement,
    EtablissementPropose,
    Pays,
)
from app.referentiel.rapport import FichierCsv, LigneCsv

Ligne = dict[str, Any]


def lignes_des_tables(
    academies: FichierCsv,
    departements: FichierCsv,
    communes: FichierCsv,
    pays: FichierCsv,
    etablissements: FichierCsv,
) -> dict[str, tuple[Ligne, ...]]:
    """Dans l'ordre où elles s'écrivent : ce qui est désigné avant ce qui désigne."""
    return {
        Academie.__tablename__: tuple(map(_academie, academies)),
        Departement.__tablename__: tuple(map(_departement, departements)),
        Commune.__tablename__: tuple(map(_commune, communes)),
        CommuneCodePostal.__tablename__: tuple(ligne for c in communes for ligne in _codes_postaux(c)),
        Pays.__tablename__: tuple(map(_pays, pays)),
        EtablissementPropose.__tablename__: tuple(_etablissement(rang, e) for rang, e in enumerate(etablissements)),
    }


def _academie(a: LigneCsv) -> Ligne:
    return {
        "code": a["code"],
        "nom": a["nom"],
        "libelle": a["libelle"],
        "type": a["type"],
        "departements": a.liste("departements"),
        "organisateur": a["organisateur_examens"],
        "adresse": a["adresse_examens"],
        "code_postal": a["code_postal"],
        "ville": a["ville"],
        "rattachement": a["academie_rattachement"] or None,
        "fuseau": a["fuseau"],
        "est_verifiee": a["verified"] == "true",
    }


def _departement(d: LigneCsv) -> Ligne:
    return {
        "code": d["code"],
        "code_cyclades": d["code_cyclades"],
        "nom": d["nom"],
        "academie_code": d["academie"] or None,
    }


def _commune(c: LigneCsv) -> Ligne:
    return {
        "code_insee": c["code_insee"],
        "type": c["type"],
        "nom": c["nom"],
        "nom_cle": cle_de_recherche(c["nom"]),
        "departement_code": c["departement"],
        "rattachement": c["commune_rattachement"] or None,
    }


def _codes_postaux(c: LigneCsv) -> list[Ligne]:
    cle = {"code_insee": c["code_insee"], "type": c["type"]}
    return [{"code_postal": code, **cle} for code in dict.fromkeys(c.liste("codes_postaux"))]


def _pays(p: LigneCsv) -> Ligne:
    return {
        "code": p["code"],
        "nom": p["nom"],
        "nom_cle": cle_de_recherche(p["nom"]),
        "nationalite": p["nationalite"],
        "type": p["type"],
        "rattachement": p["rattachement"] or None,
        "est_ue": p["ue"] == "true",
        "est_eee_ou_suisse": p["eee_ou_suisse"] == "true",
    }


def _etablissement(rang: int, e: LigneCsv) -> Ligne:
    return {
        "code": e["code"],
        "uai": e["uai"],
        "libelle": e["libelle"],
        "academie_code": e["academie"] or None,
        "statuts": e.liste("statuts"),
        "ordre": rang,
        "est_verifie": e["verified"] == "true",
    }
