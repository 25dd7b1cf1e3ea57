"""Le suivi : où en est chaque élève, et le compte de chaque division."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.models import Candidat, Compte
from app.import_scolaire.models import Eleve
from app.pieces.models import PieceDemandee
from app.regles.vocabulaire import EtatCandidature, StatutPiece


class Avancee(StrEnum):
    JAMAIS_CONNECTE = "jamais_connecte"
    A_COMPLETER = "a_completer"
    PIECES = "pieces"
    """inscrit, mais une pièce obligatoire manque"""
    FAIT = "fait"

    @property
    def libelle(self) -> str:
        return {
            "jamais_connecte": "Jamais connecté",
            "a_completer": "À compléter",
            "pieces": "Pièces manquantes",
            "fait": "Fait",
        }[self.value]

    @property
    def couleur(self) -> str:
        return {"jamais_connecte": "rouge", "a_completer": "ambre", "pieces": "bleu", "fait": "vert"}[self.value]


@dataclass(frozen=True, slots=True)
class EleveSuivi:
    candidature_id: str
    compte_id: str
    nom: str
    prenoms: str
    date_naissance: object
    division: str
    numero_candidat: str
    identifiant: str
    specialite: str
    """code"""
    avancee: Avancee
    pieces_manquantes: int
    papillon_le: datetime | None
    courriel: str
    """celui de son compte, sinon celui qu'il a écrit au premier onglet ; vide : on ne peut pas lui écrire"""


@dataclass(frozen=True, slots=True)
class DivisionSuivie:
    nom: str
    comptes: dict[Avancee, int]

    @property
    def total(self) -> int:
        return sum(self.comptes.values())

    def nombre(self, avancee: str) -> int:
        return self.comptes.get(Avancee(avancee), 0)


def eleves_suivis(
    db: Session, uai: str, periode_id: str, *, division: str | None = None, avancee: Avancee | None = None
) -> tuple[EleveSuivi, ...]:
    conditions: list[ColumnElement[bool]] = [
        Eleve.uai == uai,
        Eleve.periode_id == periode_id,
        Eleve.parti_le.is_(None),
        Candidature.etat.in_(EN_COURS_ETATS),
    ]
    if division is not None:
        conditions.append(Eleve.division == division)
    manquantes = (
        select(PieceDemandee.candidature_id, func.count().label("n"))
        .where(
            PieceDemandee.retiree_le.is_(None),
            or_(
                PieceDemandee.statut == StatutPiece.NON_CONFORME,
                (PieceDemandee.statut == StatutPiece.AUCUN)
                & PieceDemandee.validee_le.is_(None)
                & PieceDemandee.est_obligatoire,
            ),
        )
        .group_by(PieceDemandee.candidature_id)
        .subquery()
    )
    lignes = db.execute(
        select(Eleve, Candidature, Candidat, Compte, func.coalesce(manquantes.c.n, 0))
        .join(Candidature, Candidature.id == Eleve.candidature_id)
        .join(Compte, Compte.id == Candidature.compte_id)
        .join(Candidat, Candidat.compte_id == Compte.id)
        .outerjoin(manquantes, manquantes.c.candidature_id == Candidature.id)
        .where(*conditions)
        .order_by(Eleve.division, Candidature.cle_nom, Eleve.candidature_id)
    )
    suivis = (_suivi(*ligne) for ligne in lignes)
    return tuple(suivi for suivi in suivis if avancee is None or suivi.avancee is avancee)


def par_division(eleves: Sequence[EleveSuivi]) -> tuple[DivisionSuivie, ...]:
    comptes: dict[str, dict[Avancee, int]] = {}
    for eleve in eleves:
        de_la_division = comptes.setdefault(eleve.division, {})
        de_la_division[eleve.avancee] = de_la_division.get(eleve.avancee, 0) + 1
    return tuple(DivisionSuivie(nom, compte) for nom, compte in comptes.items())


def _suivi(eleve: Eleve, candidature: Candidature, candidat: Candidat, compte: Compte, manquantes: int) -> EleveSuivi:
    return EleveSuivi(
        candidature_id=candidature.id,
        compte_id=compte.id,
        nom=candidat.nom_famille,
        prenoms=candidat.prenoms,
        date_naissance=candidat.date_naissance,
        division=eleve.division,
        numero_candidat=candidat.numero_candidat or "",
        identifiant=compte.identifiant,
        specialite=candidature.specialite,
        avancee=_avancee(candidature, compte, manquantes),
        pieces_manquantes=manquantes,
        papillon_le=eleve.papillon_le,
        courriel=compte.courriel or str(candidature.brouillon.get("courriel") or ""),
    )


def _avancee(candidature: Candidature, compte: Compte, manquantes: int) -> Avancee:
    if candidature.etat is EtatCandidature.INSCRIT:
        return Avancee.PIECES if manquantes else Avancee.FAIT
    return Avancee.JAMAIS_CONNECTE if compte.mot_de_passe_change_le is None else Avancee.A_COMPLETER
