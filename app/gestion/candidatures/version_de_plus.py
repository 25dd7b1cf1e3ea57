"""La version de plus que le service fait prendre à une candidature : mêmes réponses, même règlement, même instant
d'enregistrement. L'inscription reste celle du candidat, ce jour-là ; sa confirmation est republiée."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures import fiche as fiches
from app.candidatures.actions import noter
from app.candidatures.epreuves import inscrire_les_epreuves
from app.candidatures.fiche import Fiche
from app.candidatures.models import Candidature, VersionCandidature
from app.candidatures.queries import dossier_de_version
from app.candidatures.redaction import rejuger
from app.documents.actions import publier
from app.documents.models import TypeDocument
from app.pieces.actions import demander
from app.referentiel.reglements import ReglementPublie


class VersionDepassee(Exception):  # noqa: N818 — un refus, pas une panne : la page se relit
    """La candidature a une version de plus que celle que l'agent a lue."""


def derniere_version(db: Session, candidature: Candidature, *, lue: int) -> VersionCandidature:
    """`lue` : celle que l'agent avait sous les yeux."""
    if candidature.version != lue:
        raise VersionDepassee
    return db.scalars(
        select(VersionCandidature).where(
            VersionCandidature.candidature_id == candidature.id, VersionCandidature.numero == candidature.version
        )
    ).one()


def rejuger_et_figer(
    db: Session,
    candidature: Candidature,
    *,
    lue: int,
    par: ReglementPublie,
    agent_id: str,
    nature: str,
    motif: str,
    maintenant: datetime,
) -> bool:
    """Après ce que le service vient d'accorder, de refuser ou de retirer. Faux : cela ne change rien à ce qui est
    enregistré, aucune version ne s'ajoute. `par` : le règlement que la page a lu, celui de la version."""
    avant = derniere_version(db, candidature, lue=lue)
    if avant.version_referentiel_id != par.id:
        raise VersionDepassee
    db.flush()
    ancienne = fiches.de_json(avant.fiche)
    nouvelle = rejuger(ancienne, dossier_de_version(db, candidature, avant, par.reglement))
    if nouvelle == ancienne:
        return False
    figer(db, candidature, avant, nouvelle, agent_id=agent_id, nature=nature, motif=motif, maintenant=maintenant)
    return True


def figer(
    db: Session,
    candidature: Candidature,
    avant: VersionCandidature,
    fiche: Fiche,
    *,
    agent_id: str,
    nature: str,
    motif: str,
    redemander: bool = False,
    maintenant: datetime,
) -> None:
    """`redemander` : la demande de pièces porte ce qui change, même à liste égale."""
    candidature.version += 1
    candidature.dispense_a_confirmer = fiche.dispense_a_confirmer
    version = VersionCandidature(
        candidature_id=candidature.id,
        numero=candidature.version,
        version_referentiel_id=avant.version_referentiel_id,
        brouillon=dict(avant.brouillon),
        fiche=fiches.en_json(fiche),
        enregistree_le=avant.enregistree_le,
    )
    db.add(version)
    db.flush()
    inscrire_les_epreuves(db, version.id, fiche)
    a_change = demander(db, candidature.id, fiche.pieces, maintenant)
    types = [TypeDocument.CONFIRMATION, *([TypeDocument.DEMANDE_PIECES] if a_change or redemander else [])]
    for type_ in types:
        publier(db, candidature_id=candidature.id, version_id=version.id, type=type_, maintenant=maintenant)
    detail = f"version {candidature.version} : {motif}"
    noter(db, candidature.id, agent_id, nature, detail=detail, maintenant=maintenant)
