"""Les lignes d'une liste : ce qu'il faut pour reconnaître un dossier, en trois lectures quel que soit leur nombre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Candidat, Compte
from app.pieces.models import PieceDemandee
from app.referentiel.models import Academie, PeriodeInscription, SessionExamen
from app.regles.vocabulaire import EtatCandidature, StatutPiece

COULEURS = {
    EtatCandidature.INSCRIT: "vert",
    EtatCandidature.A_COMPLETER: "ambre",
    EtatCandidature.DESINSCRIT: "rouge",
}


@dataclass(frozen=True, slots=True)
class LigneCandidature:
    id: str
    nom_famille: str
    nom_usage: str
    prenoms: str
    numero_candidat: str
    numero_inscription: str
    """vide tant que rien n'est enregistré"""
    specialite: str
    etablissement: str
    categorie: str
    """des codes"""
    etat: EtatCandidature
    version: int
    academie: str
    session: str
    date_naissance: date
    courriel: str
    dispense_a_confirmer: bool
    enregistree_le: datetime | None
    activite: datetime
    conformes: int
    demandees: int

    @property
    def couleur(self) -> str:
        return COULEURS.get(self.etat, "")

    @property
    def numeros(self) -> str:
        return "-".join(filter(None, (self.numero_candidat, self.numero_inscription)))


def lignes(db: Session, ids: Sequence[str]) -> tuple[LigneCandidature, ...]:
    """Dans l'ordre de `ids`, qui viennent d'une recherche déjà bornée à la portée de l'agent."""
    trouvees = db.execute(
        select(Candidature, Candidat, Compte.courriel, Academie.nom, SessionExamen.libelle)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .join(Compte, Compte.id == Candidature.compte_id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
        .join(SessionExamen, SessionExamen.id == PeriodeInscription.session_examen_id)
        .where(Candidature.id.in_(ids))
    ).all()
    pieces = _pieces(db, ids)
    par_id = {
        candidature.id: LigneCandidature(
            id=candidature.id,
            nom_famille=candidat.nom_famille,
            nom_usage=candidat.nom_usage,
            prenoms=candidat.prenoms,
            numero_candidat=candidat.numero_candidat or "",
            numero_inscription=candidature.numero_inscription or "",
            specialite=candidature.specialite,
            etablissement=candidature.etablissement,
            categorie=candidature.categorie,
            etat=candidature.etat,
            version=candidature.version,
            academie=academie,
            session=session,
            date_naissance=candidat.date_naissance,
            courriel=courriel,
            dispense_a_confirmer=candidature.dispense_a_confirmer and candidature.etat is EtatCandidature.INSCRIT,
            enregistree_le=candidature.enregistree_le,
            activite=max(filter(None, (candidature.cree_le, candidature.garde_le, candidature.enregistree_le))),
            conformes=pieces.get(candidature.id, (0, 0))[0],
            demandees=pieces.get(candidature.id, (0, 0))[1],
        )
        for candidature, candidat, courriel, academie, session in trouvees
    }
    return tuple(par_id[id_] for id_ in ids if id_ in par_id)


def _pieces(db: Session, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """id → (conformes, demandées)"""
    comptees = db.execute(
        select(
            PieceDemandee.candidature_id,
            func.sum(case((PieceDemandee.statut == StatutPiece.CONFORME, 1), else_=0)),
            func.count(),
        )
        .where(PieceDemandee.candidature_id.in_(ids), PieceDemandee.retiree_le.is_(None))
        .group_by(PieceDemandee.candidature_id)
    )
    return {id_: (int(conformes), demandees) for id_, conformes, demandees in comptees}
