"""Modifier une candidature enregistrée se fait au brouillon ; la version enregistrée vaut jusqu'au prochain
« Enregistrer ». Renoncer, c'est ramener le brouillon à cette version."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import CandidatureAbsente, charger, exiger_ouverte, noter
from app.candidatures.models import EN_COURS_ETATS, VersionCandidature
from app.referentiel.models import PeriodeInscription


def abandonner_les_modifications(db: Session, compte_id: str, candidature_id: str, *, maintenant: datetime) -> None:
    """Sans effet si rien n'a changé depuis la dernière version. `ServiceFerme` à l'instant de clôture et après.

    Une page restée ouverte sur un autre appareil se reconnaît dépassée : elle ne ramène pas ce qui est abandonné.
    """
    ligne = charger(db, compte_id, candidature_id)
    enregistre = db.scalar(
        select(VersionCandidature.brouillon).where(
            VersionCandidature.candidature_id == candidature_id, VersionCandidature.numero == ligne.version
        )
    )
    if enregistre is None or ligne.etat not in EN_COURS_ETATS:
        raise CandidatureAbsente
    exiger_ouverte(db.get_one(PeriodeInscription, ligne.periode_id), maintenant)
    if ligne.brouillon == enregistre and not ligne.concurrences:
        return
    ligne.brouillon = dict(enregistre)
    ligne.concurrences = {}
    ligne.traces = {onglet: {"revision": trace["revision"] + 1, "page": ""} for onglet, trace in ligne.traces.items()}
    ligne.garde_le = maintenant
    noter(db, candidature_id, compte_id, "modifications_abandonnees", maintenant=maintenant)
