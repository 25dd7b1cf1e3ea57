"""Les candidats qu'un relevé de notes publié dit ajournés : d'une session, ou parmi des comptes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature, EpreuveCandidature, VersionCandidature
from app.documents.models import Document, TypeDocument
from app.documents.redoublement import (
    acquis_du_releve,
    annees_deja_gardees,
    brouillon_de_redoublant,
    est_ajourne,
)
from app.referentiel.models import PeriodeInscription, SessionExamen

PAR_REQUETE = 500


@dataclass(frozen=True, slots=True)
class Ajourne:
    candidature_id: str
    compte_id: str
    etablissement_uai: str | None
    specialite: str
    """code"""
    reponses: dict[str, Any]
    """celles que le relevé juge"""
    releve: dict[str, Any]
    reperes: dict[str, str]
    """code d'épreuve → repère"""
    annee: int
    academie: str

    def reprise(self, specialite: str) -> tuple[dict[str, Any], int]:
        """(le brouillon d'une session suivante où il présente cette spécialité, combien de notes y sont reprises)."""
        acquis = acquis_du_releve(
            self.releve,
            self.reperes,
            annee=self.annee,
            academie=self.academie,
            anciennes=annees_deja_gardees(self.reponses.get("acquis") or []),
            autre_specialite="" if specialite == self.specialite else self.specialite,
        )
        return brouillon_de_redoublant(self.reponses, acquis), len(acquis["notes"]) if acquis else 0


def ajournes_de(db: Session, periode_id: str) -> tuple[Ajourne, ...]:
    """Dans l'ordre de leur nom."""
    lignes = _releves(db, Candidature.periode_id == periode_id)
    return tuple(_lus(db, [ligne for ligne in lignes if est_ajourne(ligne[2])]))


def derniers_ajournements(db: Session, comptes: Collection[str], *, avant: tuple[int, int]) -> dict[str, Ajourne]:
    """Compte → son ajournement, si son dernier relevé avant la session (année, mois) en dit un."""
    derniers: dict[str, Any] = {}
    liste = sorted(comptes)
    for debut in range(0, len(liste), PAR_REQUETE):
        for ligne in _releves(db, Candidature.compte_id.in_(liste[debut : debut + PAR_REQUETE])):
            session = ligne[4]
            connu = derniers.get(ligne[0].compte_id)
            if (session.annee, session.mois) < avant and (
                connu is None or (connu[4].annee, connu[4].mois) < (session.annee, session.mois)
            ):
                derniers[ligne[0].compte_id] = ligne
    return {lu.compte_id: lu for lu in _lus(db, [ligne for ligne in derniers.values() if est_ajourne(ligne[2])])}


def _releves(db: Session, lesquels: ColumnElement[bool]) -> Sequence[Any]:
    return db.execute(
        select(Candidature, VersionCandidature, Document.donnees, PeriodeInscription, SessionExamen)
        .join(Document, Document.candidature_id == Candidature.id)
        .join(VersionCandidature, VersionCandidature.id == Document.version_id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(SessionExamen, SessionExamen.id == PeriodeInscription.session_examen_id)
        .where(Document.type == TypeDocument.RELEVE_NOTES, Document.remplace_le.is_(None), lesquels)
        .order_by(Candidature.cle_nom, Candidature.id)
    ).all()


def _lus(db: Session, lignes: Sequence[Any]) -> Iterable[Ajourne]:
    reperes = _reperes(db, [version.id for _, version, *_ in lignes])
    for candidature, version, donnees, periode, session in lignes:
        yield Ajourne(
            candidature_id=candidature.id,
            compte_id=candidature.compte_id,
            etablissement_uai=candidature.etablissement_uai,
            specialite=version.brouillon.get("specialite") or "",
            reponses=dict(version.brouillon),
            releve=dict(donnees),
            reperes=reperes.get(version.id, {}),
            annee=session.annee,
            academie=periode.academie_code,
        )


def _reperes(db: Session, versions: Sequence[str]) -> dict[str, dict[str, str]]:
    """Version → code d'épreuve → repère."""
    reperes: dict[str, dict[str, str]] = {}
    for debut in range(0, len(versions), PAR_REQUETE):
        lignes = db.execute(
            select(EpreuveCandidature.version_id, EpreuveCandidature.code, EpreuveCandidature.repere).where(
                EpreuveCandidature.version_id.in_(versions[debut : debut + PAR_REQUETE])
            )
        )
        for version_id, code, repere in lignes:
            reperes.setdefault(version_id, {})[code] = repere
    return reperes
