"""L'année d'avant, pour la démonstration : une session passée, ses relevés publiés, deux ajournés à réinscrire."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.candidatures.models import EpreuveCandidature, VersionCandidature
from app.documents.actions import publier
from app.documents.donnees import NoteEpreuve, ReleveNotes, en_json
from app.documents.models import TypeDocument
from app.dossiers_fictifs import ACADEMIE, DossierFictif, inscrire
from app.infra.clock import jour_de_paris
from app.pieces.models import PieceDemandee
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import StatutPiece

UN_AN = timedelta(days=365)
RESULTATS = (("Nour", "Ajourné", ("14,5", "8", "11")), ("Sacha", "Ajourné", ("7", "12", "9,5")), ("Yanis", "Admis", ()))
"""prénom, résultat, notes des premières épreuves"""
JUIN = timedelta(days=150)
"""des relevés à l'automne, à peu près"""


def annee_passee(
    db: Session, reglement: Reglement, version_referentiel_id: int, *, empreinte: str, maintenant: datetime
) -> None:
    """Refaite, la démonstration la retrouve."""
    annee = jour_de_paris(maintenant).year
    session_id, inscription = f"cap-{annee}-06", maintenant - UN_AN
    if db.get(SessionExamen, session_id) is not None:
        return
    db.add(SessionExamen(id=session_id, examen="CAP", domaine="examens", libelle=f"Juin {annee}", annee=annee, mois=6))
    db.flush()
    db.add(_service(db, session_id))
    db.flush()
    for rang, (prenoms, resultat, notes) in enumerate(RESULTATS):
        dossier = DossierFictif(f"annee-passee{rang}@exemple.fr", prenoms, inscription)
        candidature_id = inscrire(
            db,
            dossier,
            empreinte_mot_de_passe=empreinte,
            reglement=reglement,
            version_referentiel_id=version_referentiel_id,
        )
        db.execute(
            update(PieceDemandee)
            .where(PieceDemandee.candidature_id == candidature_id)
            .values(statut=StatutPiece.CONFORME, validee_le=inscription)
        )
        _publier_le_releve(db, candidature_id, resultat, notes, maintenant - JUIN)


def _service(db: Session, session_id: str) -> PeriodeInscription:
    """Celui de cette année, un an plus tôt."""
    modele = db.scalars(select(PeriodeInscription).where(PeriodeInscription.academie_code == ACADEMIE)).one()
    colonnes = {c.key: getattr(modele, c.key) for c in PeriodeInscription.__table__.columns if c.key != "id"}
    instants = {nom: colonnes[nom] - UN_AN for nom in ("ouvre_le", "ferme_le", "depot_ouvre_le", "depot_ferme_le")}
    return PeriodeInscription(**colonnes | instants | {"session_examen_id": session_id})


def _publier_le_releve(
    db: Session, candidature_id: str, resultat: str, notes: tuple[str, ...], maintenant: datetime
) -> None:
    version = db.scalars(select(VersionCandidature).where(VersionCandidature.candidature_id == candidature_id)).one()
    epreuves = db.scalars(
        select(EpreuveCandidature)
        .where(EpreuveCandidature.version_id == version.id, EpreuveCandidature.position == "inscrit")
        .order_by(EpreuveCandidature.ordre)
    ).all()
    lignes = tuple(
        NoteEpreuve(e.code, e.libelle, False, notes[rang] if rang < len(notes) else "12", "")
        for rang, e in enumerate(epreuves)
    )
    publier(
        db,
        candidature_id=candidature_id,
        version_id=version.id,
        type=TypeDocument.RELEVE_NOTES,
        donnees=en_json(ReleveNotes(lignes, resultat, "")),
        maintenant=maintenant,
    )
