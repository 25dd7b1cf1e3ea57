"""Les épreuves du dossier, dans l'ordre et avec les libellés du guide : mère, sous-épreuves, facultatives.

Une sous-épreuve n'a pas de position à elle : elle suit sa mère. Le chef-d'œuvre des scolaires et apprentis
n'est pas une épreuve à choisir (D. 337-3-1) : il n'apparaît pas.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.regles.choix_epreuves import (
    ChoixEpreuves,
    ChoixOption,
    activite_choisie,
    choix_a_faire,
    facultatives_choisies,
    langue_choisie,
    langue_facultative_choisie,
    option_choisie,
)
from app.regles.dossier import Dossier
from app.regles.eligibilite import textes
from app.regles.motifs import A_CONFIRMER
from app.regles.positions import Place, places
from app.regles.referentiel import EpreuveProfessionnelle, Matiere, Option, SousEpreuve, Specialite, Texte
from app.regles.reperes import codes_affiches, generales
from app.regles.vocabulaire import Evaluation, NatureEpreuve, PositionEpreuve

__all__ = ["ChoixEpreuves", "ChoixOption", "EpreuveDossier", "choix_a_faire", "epreuves"]


@dataclass(frozen=True, slots=True)
class EpreuveDossier:
    code: str
    """celui de l'écran : EP1, EG4A, EF1"""
    repere: str
    """EP1, LV… ; celui de la mère pour une sous-épreuve"""
    libelle: str
    """avec la langue ou l'option choisie"""
    nature: NatureEpreuve
    mere: str | None
    """code de l'épreuve mère"""
    position: PositionEpreuve
    evaluation: Evaluation | None
    """pour une épreuve à passer"""
    motif: str
    est_certaine: bool
    textes: tuple[Texte, ...]
    intitule_est_certain: bool = True

    @property
    def libelle_complet(self) -> str:
        return f"{self.code} - {self.libelle}"


def epreuves(dossier: Dossier) -> tuple[EpreuveDossier, ...]:
    """Vide tant que la spécialité n'est pas choisie."""
    specialite = dossier.specialite
    if specialite is None:
        return ()
    toutes = places(dossier)
    codes = codes_affiches(dossier.reglement, specialite)
    professionnelles = (
        ligne for epreuve in specialite.epreuves for ligne in _professionnelle(dossier, epreuve, toutes[epreuve.code])
    )
    matieres = (
        ligne
        for matiere in generales(dossier.reglement, specialite)
        for ligne in _generale(dossier, dossier.reglement.matieres[matiere], codes[matiere], toutes[matiere])
    )
    return (*professionnelles, *matieres, *_facultatives(dossier, specialite))


def _professionnelle(dossier: Dossier, epreuve: EpreuveProfessionnelle, place: Place) -> Iterator[EpreuveDossier]:
    mere = _ligne(dossier, epreuve.code, epreuve.code, epreuve.titre, place, certain=epreuve.titre_est_verifie)
    yield mere
    for sous in epreuve.sous_epreuves:
        yield _fille(mere, sous.code, _complete(sous.titre, _option(dossier, sous, place)))


def _option(dossier: Dossier, sous: SousEpreuve, place: Place) -> Option | None:
    return option_choisie(dossier, sous) if place.position is PositionEpreuve.INSCRIT else None


def _generale(dossier: Dossier, matiere: Matiere, code: str, place: Place) -> Iterator[EpreuveDossier]:
    choix: Option | None = None
    if place.position is PositionEpreuve.INSCRIT:
        choix = langue_choisie(dossier) if matiere.se_choisit_en_langue else activite_choisie(dossier, matiere)
    mere = _ligne(dossier, code, matiere.code, _complete(matiere.libelle, choix), place)
    yield mere
    for sous in matiere.sous_epreuves:
        yield _fille(mere, f"{code}{sous.code}", _complete(sous.titre, choix))


def _facultatives(dossier: Dossier, specialite: Specialite) -> Iterator[EpreuveDossier]:
    certaines = specialite.facultatives_sont_verifiees
    place = Place(
        PositionEpreuve.INSCRIT,
        "Épreuve facultative de votre choix." + ("" if certaines else f" {A_CONFIRMER}"),
        certaines,
        textes(dossier, "UNITES_FACULTATIVES"),
    )
    for facultative in facultatives_choisies(dossier):
        langue = langue_facultative_choisie(dossier) if facultative.se_choisit_en_langue else None
        libelle = _complete(facultative.titre, langue)
        yield _ligne(dossier, facultative.code, facultative.code, libelle, place, nature=NatureEpreuve.FACULTATIVE)


def _complete(libelle: str, choix: Option | None) -> str:
    """« Langue Vivante Etrangère - Allemand »."""
    return f"{libelle} - {choix.libelle}" if choix else libelle


def _ligne(
    dossier: Dossier,
    code: str,
    repere: str,
    libelle: str,
    place: Place,
    *,
    nature: NatureEpreuve = NatureEpreuve.OBLIGATOIRE,
    certain: bool = True,
) -> EpreuveDossier:
    a_passer = place.position is PositionEpreuve.INSCRIT and dossier.categorie is not None
    return EpreuveDossier(
        code=code,
        repere=repere,
        libelle=libelle,
        nature=nature,
        mere=None,
        position=place.position,
        evaluation=dossier.categorie.evaluation if a_passer and dossier.categorie else None,
        motif=place.motif,
        est_certaine=place.est_certaine,
        textes=place.textes,
        intitule_est_certain=certain,
    )


def _fille(mere: EpreuveDossier, code: str, libelle: str) -> EpreuveDossier:
    return replace(mere, code=code, libelle=libelle, mere=mere.code)
