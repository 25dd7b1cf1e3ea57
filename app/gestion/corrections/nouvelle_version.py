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
from app.candidatures.identite import avec_identite
from app.candidatures.models import EN_COURS_ETATS, Candidature, VersionCandidature
from app.candidatures.queries import dossier_de_version, identite_de
from app.candidatures.redaction import pieces_de_la_fiche
from app.comptes.models import Candidat
from app.gestion.candidatures.version_de_plus import figer
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.regles.calendrier import session_est_close
from app.regles.referentiel import Reglement


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
            if version.version_referentiel_id not in reglements:
                raise ReferentielManquant
            reglement = reglements[version.version_referentiel_id]
            pieces = pieces_de_la_fiche(dossier_de_version(db, candidature, version, reglement))
        corrigee = avec_identite(fiche, identite, pieces)
        if corrigee != fiche:
            figer(
                db,
                candidature,
                version,
                corrigee,
                agent_id=agent_id,
                nature="identite_corrigee",
                motif=motif,
                redemander=True,
                maintenant=maintenant,
            )
            datees.append(candidature.id)
    return tuple(datees)
