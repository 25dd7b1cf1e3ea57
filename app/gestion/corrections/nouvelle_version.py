"""La version de plus que reçoit chaque candidature en cours quand l'identité imprimée change.

Mêmes réponses, même règlement, même instant d'enregistrement : l'inscription est celle du candidat, ce jour-là. Seuls
changent l'identité et, si l'âge change, les pièces demandées. Le brouillon d'une modification en cours n'est pas
touché. Une candidature désinscrite ou écartée garde le nom de ses documents, et une session close les siens.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures import fiche as fiches
from app.candidatures import serialisation
from app.candidatures.actions import noter
from app.candidatures.epreuves import inscrire_les_epreuves
from app.candidatures.fiche import Fiche
from app.candidatures.identite import avec_identite
from app.candidatures.models import EN_COURS_ETATS, Candidature, VersionCandidature
from app.candidatures.queries import identite_de
from app.candidatures.redaction import pieces_de_la_fiche
from app.comptes.models import Candidat
from app.documents.actions import publier
from app.documents.models import TypeDocument
from app.infra.clock import jour_de_paris
from app.pieces.actions import demander
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.referentiel.queries import contexte
from app.regles.calendrier import session_est_close
from app.regles.dossier import Dossier
from app.regles.referentiel import Identite, Reglement


class ReferentielManquant(Exception):  # noqa: N818 — un refus, pas une panne : la page se relit
    """Une candidature s'est enregistrée avec un autre règlement depuis que la page a été lue."""


def dater_une_version(
    db: Session,
    compte_id: str,
    *,
    agent_id: str,
    motif: str,
    reglements: Mapping[int, Reglement],
    age_change: bool,
    maintenant: datetime,
) -> tuple[str, ...]:
    """Rend les candidatures qui ont une version de plus. L'état civil est déjà celui qui vaut."""
    identite = identite_de(db, db.get_one(Candidat, compte_id))
    lignes = db.execute(
        select(Candidature, VersionCandidature, SessionExamen.annee)
        .join(VersionCandidature, VersionCandidature.candidature_id == Candidature.id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(SessionExamen, SessionExamen.id == PeriodeInscription.session_examen_id)
        .where(
            Candidature.compte_id == compte_id,
            Candidature.etat.in_(EN_COURS_ETATS),
            VersionCandidature.numero == Candidature.version,
        )
    ).all()
    datees = []
    for candidature, version, annee in lignes:
        if session_est_close(annee, maintenant):
            continue
        fiche = fiches.de_json(version.fiche)
        pieces = fiche.pieces
        if age_change:
            dossier = _dossier(db, candidature, version, identite, reglements)
            pieces = pieces_de_la_fiche(dossier)
        corrigee = avec_identite(fiche, identite, pieces)
        if corrigee != fiche:
            _figer(db, candidature, version, corrigee, agent_id=agent_id, motif=motif, maintenant=maintenant)
            datees.append(candidature.id)
    return tuple(datees)


def _dossier(
    db: Session,
    candidature: Candidature,
    version: VersionCandidature,
    identite: Identite,
    reglements: Mapping[int, Reglement],
) -> Dossier:
    """Les réponses de la version, jugées par son règlement, au jour de son enregistrement."""
    ou = contexte(db, candidature.periode_id, jour_de_paris(version.enregistree_le))
    if ou is None or version.version_referentiel_id not in reglements:
        raise ReferentielManquant
    reponses = serialisation.de_json(version.brouillon)
    return Dossier(identite, reponses, reglements[version.version_referentiel_id], ou)


def _figer(
    db: Session,
    candidature: Candidature,
    avant: VersionCandidature,
    fiche: Fiche,
    *,
    agent_id: str,
    motif: str,
    maintenant: datetime,
) -> None:
    candidature.version += 1
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
    demander(db, candidature.id, fiche.pieces, maintenant)
    for type_ in TypeDocument.CONFIRMATION, TypeDocument.DEMANDE_PIECES:
        publier(db, candidature_id=candidature.id, version_id=version.id, type=type_, maintenant=maintenant)
    detail = f"version {candidature.version} : {motif}"
    noter(db, candidature.id, agent_id, "identite_corrigee", detail=detail, maintenant=maintenant)
