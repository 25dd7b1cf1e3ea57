"""La fiche : tout ce que dit une candidature, dans les mots de l'écran, figé avec la version.

Le récapitulatif, la confirmation (PDF et page) et la demande de pièces lisent la même fiche ; aucun ne recalcule.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from app.regles.motifs import A_CONFIRMER
from app.regles.vocabulaire import PositionEpreuve

COUVERTES = (PositionEpreuve.DISPENSE.value, PositionEpreuve.BENEFICE.value)


@dataclass(frozen=True, slots=True)
class Ligne:
    libelle: str
    valeur: str
    """plusieurs lignes séparées par « \\n » ; vide : tiret à l'écran"""


@dataclass(frozen=True, slots=True)
class Rubrique:
    titre: str
    onglet: str
    """slug de l'onglet où corriger"""
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True, slots=True)
class AcquisFiche:
    titulaire: str
    """« CERTIFICAT D'APTITUDE PROFESSIONNELLE Titulaire d'un autre CAP »"""
    type_de_droit: str
    """« épreuves dispensées dans la spécialité présentée - Année : 2020 Académie : TOULOUSE »"""
    epreuves: tuple[str, ...]
    """codes affichés des épreuves couvertes"""
    repassees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EpreuveFiche:
    code: str
    repere: str
    libelle: str
    nature: str
    est_sous_epreuve: bool
    position: str
    """code de PositionEpreuve"""
    position_libelle: str
    evaluation: str
    """code d'Evaluation, vide si l'épreuve n'est pas passée"""
    evaluation_libelle: str
    motif: str
    est_certaine: bool
    intitule_est_certain: bool = True
    """faux : l'intitulé n'a pas été lu dans le règlement d'examen"""

    @property
    def intitule(self) -> str:
        return f"{self.code} - {self.libelle}"

    @property
    def motif_affiche(self) -> str:
        """Le motif, suivi de ce qui reste à confirmer quand il ne le dit pas déjà."""
        if A_CONFIRMER in self.motif or (self.est_certaine and self.intitule_est_certain):
            return self.motif
        reserve = A_CONFIRMER if not self.est_certaine else f"Intitulé {A_CONFIRMER[0].lower()}{A_CONFIRMER[1:]}"
        return f"{self.motif.rstrip('.')}. {reserve}" if self.motif else reserve


@dataclass(frozen=True, slots=True)
class PieceFiche:
    code: str
    libelle: str
    groupe: str
    """code du groupe"""
    groupe_libelle: str
    mode: str
    """code de ModeDepot"""
    mode_libelle: str
    est_obligatoire: bool
    documents_acceptes: tuple[str, ...] = ()
    est_certaine: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """Service gestionnaire qui reçoit et répond."""

    academie: str
    nom: str
    adresse: str
    code_postal: str
    ville: str
    courriel: str
    telephone: str
    horaires: str


@dataclass(frozen=True, slots=True)
class Fiche:
    examen: str
    """« CERTIFICAT D'APTITUDE PROFESSIONNELLE »"""
    session: str
    """« Juin 2027 »"""
    academie: str
    """« ACADÉMIE DE TOULOUSE »"""
    specialite: str
    numero_candidat: str
    nom: str
    prenoms: str
    date_naissance: str
    """jj/mm/aaaa"""
    forme_finale: str
    rubriques: tuple[Rubrique, ...]
    acquis: tuple[AcquisFiche, ...]
    epreuves: tuple[EpreuveFiche, ...]
    pieces: tuple[PieceFiche, ...]
    service: Service
    regime: str
    """« papier » : la confirmation revient signée ; « en_ligne » : enregistrer vaut signature"""
    retour_avant: str
    """dernier jour du retour de la confirmation et des pièces, en toutes lettres, heure de Paris"""
    a_confirmer: tuple[str, ...] = ()
    """ce que le référentiel ne tient pas de source officielle, pour cette spécialité et cette catégorie"""

    @property
    def dispense_a_confirmer(self) -> bool:
        """Une dispense, ou une note gardée, attend la décision du service."""
        return any(epreuve.position in COUVERTES and not epreuve.est_certaine for epreuve in self.epreuves)

    @property
    def initiales(self) -> str:
        return f"{self.prenoms[:1]}. {self.nom[:1]}."


def en_json(fiche: Fiche) -> dict[str, Any]:
    resultat = msgspec.to_builtins(fiche)
    assert isinstance(resultat, dict)  # noqa: S101 — une dataclass devient toujours un dict
    return resultat


def de_json(valeur: dict[str, Any]) -> Fiche:
    return msgspec.convert(valeur, Fiche)
