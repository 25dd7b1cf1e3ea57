"""Un ancien élève que son établissement inscrit de nouveau : son compte, et s'il est ajourné ses réponses et ses notes.

C'est l'établissement, non la préparation du service, qui inscrit ses redoublants (guide, chapitre 8) ; D. 337-17 leur
garde leurs notes comme aux individuels.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.documents.ajournes import PAR_REQUETE, Ajourne, derniers_ajournements
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.models import Eleve as LigneEleve
from app.referentiel.models import PeriodeInscription, SessionExamen


def anciens_comptes(db: Session, uai: str, periode_id: str, eleves: Sequence[Eleve]) -> dict[tuple[str, str], str]:
    """(INE, personne) → compte : inscrit par ce même établissement à une autre session, et par lui seul.

    Qui s'est un jour inscrit lui-même, ou par un autre, garde son compte pour lui : un papillon réimprimé le prendrait.
    """
    session = db.get_one(PeriodeInscription, periode_id).session_examen_id
    ines = sorted({eleve.ine for eleve in eleves if eleve.ine})
    anciens: dict[tuple[str, str], str] = {}
    for debut in range(0, len(ines), PAR_REQUETE):
        lignes = db.execute(
            select(LigneEleve.ine, LigneEleve.cle, Candidature.compte_id)
            .join(Candidature, Candidature.id == LigneEleve.candidature_id)
            .where(
                LigneEleve.uai == uai,
                LigneEleve.ine.in_(ines[debut : debut + PAR_REQUETE]),
                LigneEleve.periode_id != periode_id,
            )
            .order_by(Candidature.cree_le)
        ).all()
        if not lignes:
            continue
        exclus = set(
            db.scalars(
                select(Candidature.compte_id).where(
                    Candidature.compte_id.in_([compte_id for _, _, compte_id in lignes]),
                    or_(
                        Candidature.etablissement_uai.is_(None),
                        Candidature.etablissement_uai != uai,
                        (Candidature.session_examen_id == session) & Candidature.etat.in_(EN_COURS_ETATS),
                    ),
                )
            )
        )
        anciens |= {(ine, cle): compte_id for ine, cle, compte_id in lignes if compte_id not in exclus}
    return anciens


def redoublants(db: Session, periode_id: str, comptes: Sequence[str]) -> dict[str, Ajourne]:
    """Parmi ces comptes, ceux que leur dernier relevé, avant cette session, dit ajournés."""
    if not comptes:
        return {}
    session = db.get_one(SessionExamen, db.get_one(PeriodeInscription, periode_id).session_examen_id)
    return derniers_ajournements(db, comptes, avant=(session.annee, session.mois))
