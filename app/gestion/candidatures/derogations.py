"""Accorder une dérogation à un candidat : l'acte de l'agent, son mail et ses traces."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.derogations import Derogation, NatureDerogation, derogation_a_prendre, forme_accordee
from app.candidatures.models import EN_COURS_ETATS
from app.comptes.valeurs import Message
from app.gestion.candidatures.courrier import ecrire_au_candidat
from app.gestion.candidatures.dossier import candidature_a_portee
from app.gestion.candidatures.registre import consigner_un_acte
from app.infra.identifiants import nouvel_id


def accorder(
    db: Session,
    candidature_id: str,
    nature: NatureDerogation,
    motif: str,
    *,
    academies: Collection[str],
    agent_id: str,
    courrier: Message,
    maintenant: datetime,
) -> bool:
    """Faux si elle est déjà accordée, ou si le dossier n'est plus en cours : un second envoi n'en donne pas deux."""
    ligne = candidature_a_portee(db, candidature_id, academies)
    if ligne is None or ligne.etat not in EN_COURS_ETATS:
        return False
    est_forme = nature is NatureDerogation.FORME_PASSAGE
    deja = (
        forme_accordee(db, ligne.id)
        if est_forme
        else derogation_a_prendre(db, ligne.compte_id, ligne.session_examen_id)
    )
    if deja:
        return False
    db.add(
        Derogation(
            id=nouvel_id(),
            compte_id=ligne.compte_id,
            session_examen_id=ligne.session_examen_id,
            nature=nature,
            candidature_id=ligne.id if est_forme else None,
            motif=motif,
            agent_id=agent_id,
            accordee_le=maintenant,
        )
    )
    noter(db, ligne.id, agent_id, "derogation_accordee", detail=nature.libelle, maintenant=maintenant)
    ecrire_au_candidat(db, ligne, courrier, "derogation", maintenant=maintenant)
    consigner_un_acte(
        db, ligne.id, "accorder_une_derogation", agent_id=agent_id, detail=nature.value, maintenant=maintenant
    )
    return True


def derogations(db: Session, candidature_id: str, academies: Collection[str]) -> tuple[Derogation, ...]:
    """Celles de ce dossier : la sienne, et celles du candidat à cette session."""
    ligne = candidature_a_portee(db, candidature_id, academies)
    if ligne is None:
        return ()
    a_cette_session = (Derogation.compte_id == ligne.compte_id) & (
        Derogation.session_examen_id == ligne.session_examen_id
    )
    return tuple(
        db.scalars(
            select(Derogation)
            .where(or_(Derogation.candidature_id == ligne.id, a_cette_session))
            .order_by(Derogation.accordee_le, Derogation.id)
        )
    )
