"""Les épreuves d'une spécialité par leur repère : leur ordre, leur numéro affiché, leur libellé.

Le numéro n'est qu'un affichage : EG4 est la PSE ou la langue selon l'arrêté de la spécialité.
"""

from app.regles.referentiel import Reglement, Specialite
from app.regles.vocabulaire import PlaceLangue

LANGUE = "LV"
EPS = "EPS"


def reperes(reglement: Reglement, specialite: Specialite) -> tuple[str, ...]:
    """Ordre du guide : épreuves professionnelles, puis générales."""
    return (*professionnelles(specialite), *generales(reglement, specialite))


def professionnelles(specialite: Specialite) -> tuple[str, ...]:
    return tuple(epreuve.code for epreuve in specialite.epreuves)


def generales(reglement: Reglement, specialite: Specialite) -> tuple[str, ...]:
    """La langue vivante n'est une épreuve, et n'est numérotée, que si la spécialité la rend obligatoire."""
    return tuple(
        matiere
        for matiere in reglement.modeles.get(specialite.modele, ())
        if matiere in reglement.matieres and (matiere != LANGUE or specialite.langue_vivante is PlaceLangue.OBLIGATOIRE)
    )


def codes_affiches(reglement: Reglement, specialite: Specialite) -> dict[str, str]:
    """Repère → code du guide : EP1 reste EP1, FR_HG_EMC devient EG1 (EG2 dans le modèle où la PSE est première)."""
    numeros = {matiere: f"EG{rang}" for rang, matiere in enumerate(generales(reglement, specialite), start=1)}
    return {code: code for code in professionnelles(specialite)} | numeros


def libelles(reglement: Reglement, specialite: Specialite) -> dict[str, str]:
    """Repère → libellé du guide, sans langue ni option."""
    matieres = {matiere: reglement.matieres[matiere].libelle for matiere in generales(reglement, specialite)}
    return {epreuve.code: epreuve.titre for epreuve in specialite.epreuves} | matieres
