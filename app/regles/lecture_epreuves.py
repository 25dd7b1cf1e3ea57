"""Lecture des spécialités, des épreuves générales, du catalogue national et des langues."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from app.regles.referentiel import (
    ChoixSpecialite,
    EpreuveProfessionnelle,
    Facultative,
    FicheCatalogue,
    Langue,
    Matiere,
    Option,
    SousEpreuve,
    Specialite,
)
from app.regles.vocabulaire import PlaceLangue


def lire_specialites(fichiers: Iterable[Mapping[str, Any]]) -> dict[str, Specialite]:
    return {fichier["code"]: _specialite(fichier) for fichier in fichiers}


def _specialite(fichier: Mapping[str, Any]) -> Specialite:
    generales = fichier["generales"]
    return Specialite(
        code=fichier["code"],
        titre=fichier["titre"],
        titre_ecran=fichier.get("titre_ecran", fichier["titre"]),
        secteur=fichier["secteur"],
        premiere_session=fichier["premiere_session"],
        derniere_session=fichier.get("derniere_session"),
        delivre_diplome=fichier["delivre_diplome"],
        exige_experience=fichier.get("experience_14_semaines", False),
        modele=generales["modele"],
        langue_vivante=PlaceLangue(generales["langue_vivante"]),
        langue_vivante_est_verifiee=generales["langue_vivante_verifiee"],
        facultatives=tuple(generales["facultatives"]),
        facultatives_sont_verifiees=generales["facultatives_verifiees"],
        epreuves=tuple(_epreuve(ligne) for ligne in fichier["epreuves"]),
        choix=tuple(_choix(ligne) for ligne in fichier.get("choix", ())),
        est_verifiee=fichier["verified"],
        note=fichier.get("note", ""),
    )


def _epreuve(ligne: Mapping[str, Any]) -> EpreuveProfessionnelle:
    return EpreuveProfessionnelle(
        code=ligne["code"],
        titre=ligne["titre"],
        titre_est_verifie=ligne["titre_verifie"],
        coefficient=ligne.get("coefficient"),
        coefficient_est_verifie=ligne["coefficient_verifie"],
        sous_epreuves=tuple(
            SousEpreuve(sous["code"], sous["titre"], tuple(_option(option) for option in sous.get("options", ())))
            for sous in ligne.get("sous_epreuves", ())
        ),
    )


def _choix(ligne: Mapping[str, Any]) -> ChoixSpecialite:
    return ChoixSpecialite(
        code=ligne["code"],
        libelle=ligne["libelle"],
        est_obligatoire=ligne["obligatoire"],
        valeurs=tuple(_option(valeur) for valeur in ligne["valeurs"]),
        est_verifie=ligne["verified"],
    )


def _option(ligne: Mapping[str, Any]) -> Option:
    return Option(ligne["code"], ligne["libelle"], ligne.get("verified", True))


def lire_matieres(lignes: Mapping[str, Mapping[str, Any]]) -> dict[str, Matiere]:
    return {
        code: Matiere(
            code=code,
            titre=ligne["titre"],
            libelle=ligne["libelle_cyclades"],
            coefficient=ligne["coefficient"],
            sous_epreuves=tuple(SousEpreuve(sous["suffixe"], sous["titre"]) for sous in ligne.get("sous_epreuves", ())),
            se_choisit_en_langue=ligne.get("choix") == "langue",
            dispense_sur_demande=ligne.get("dispense_sur_demande", False),
            activites_ponctuel=tuple(_option(activite) for activite in ligne.get("activites_ponctuel", ())),
            activites_depuis=ligne.get("choix_ponctuel_depuis"),
        )
        for code, ligne in lignes.items()
    }


def lire_facultatives(lignes: Mapping[str, Mapping[str, Any]]) -> dict[str, Facultative]:
    return {
        cle: Facultative(cle, ligne["code"], ligne["titre"], ligne.get("choix") == "langue")
        for cle, ligne in lignes.items()
    }


def lire_catalogue(
    lignes: Iterable[Mapping[str, str]], specialites: Mapping[str, Specialite]
) -> tuple[FicheCatalogue, ...]:
    """L'intitulé du RNCP est mieux écrit que celui de la BCN, mais plusieurs options peuvent le partager :
    il ne sert alors plus à les distinguer."""
    lignes = tuple(lignes)
    partages = Counter(ligne["intitule_rncp"] for ligne in lignes)
    return tuple(
        FicheCatalogue(
            code=ligne["code"],
            libelle=ligne["intitule_rncp"] if partages[ligne["intitule_rncp"]] == 1 else ligne["libelle_bcn"],
            premiere_session=_annee(ligne["premiere_session"]),
            derniere_session=_annee(ligne["derniere_session"]),
            groupe=ligne["groupe_specialite"],
            est_detaillee=ligne["code"] in specialites,
        )
        for ligne in lignes
    )


def _annee(valeur: str) -> int | None:
    return int(valeur) if valeur else None


def lire_langues(lignes: Iterable[Mapping[str, str]]) -> dict[str, Langue]:
    return {
        ligne["code"]: Langue(
            code=ligne["code"],
            libelle=ligne["libelle"],
            est_obligatoire_possible=ligne["obligatoire"] == "true",
            est_facultative_possible=ligne["facultative"] == "true",
            est_verifiee=ligne["verified"] == "true",
        )
        for ligne in lignes
    }
