"""Effacer un compte dont personne ne se sert, une demande jugée, un mail d'un autre temps, le nom d'un agent parti."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.effacement import effacer_compte
from app.comptes.models import (
    Agent,
    ChangementAdresse,
    CodeSecours,
    Compte,
    DemandeCorrection,
    Jeton,
    RoleCompte,
    SessionWeb,
)
from app.gestion.candidatures.memoire import RechercheGardee
from app.infra.outbox import Courriel

PARTI = "Compte fermé"
"""ce qu'on lit à la place du nom d'un agent ; ce qu'il a fait reste au registre, sous son identifiant"""


def comptes_inactifs(db: Session, avant: datetime) -> Select[str]:
    """Sans candidature : tant qu'il en a une, elle dit seule combien de temps."""
    return select(Compte.id).where(
        Compte.role == RoleCompte.CANDIDAT,
        Compte.active_le.is_not(None),
        func.coalesce(Compte.vu_le, Compte.active_le) <= avant,
        ~exists().where(Candidature.compte_id == Compte.id),
        ~exists().where(SessionWeb.compte_id == Compte.id, SessionWeb.vue_le > avant),
    )


def corrections_jugees(db: Session, avant: datetime) -> Select[str]:
    return select(DemandeCorrection.id).where(DemandeCorrection.decidee_le <= avant)


def courriels_anciens(db: Session, avant: datetime) -> Select[str]:
    """Partis ou abandonnés ; un mail qui attend encore n'a pas fini de servir."""
    return select(Courriel.id).where(
        Courriel.cree_le <= avant,
        or_(Courriel.envoye_le.is_not(None), Courriel.abandonne_le.is_not(None)),
        Courriel.destinataire != "",
    )


def agents_partis(db: Session, avant: datetime) -> Select[str]:
    return select(Agent.compte_id).where(Agent.desactive_le <= avant, Agent.nom != PARTI)


def effacer_comptes(db: Session, ids: Sequence[str]) -> None:
    for compte_id in ids:
        effacer_compte(db, compte_id)


def effacer_corrections(db: Session, ids: Sequence[str]) -> None:
    """Leurs preuves s'en vont au balayage de celles que rien ne nomme plus."""
    db.execute(delete(DemandeCorrection).where(DemandeCorrection.id.in_(ids)))


def effacer_courriels(db: Session, ids: Sequence[str]) -> None:
    """Celui d'une candidature laisse la preuve qu'il est parti, et rien de ce qu'il disait ni à qui."""
    db.execute(delete(Courriel).where(Courriel.id.in_(ids), Courriel.candidature_id.is_(None)))
    db.execute(
        update(Courriel)
        .where(Courriel.id.in_(ids))
        .values(destinataire="", sujet="(effacé)", texte="", html=None, derniere_erreur=None)
    )


def oublier_agents(db: Session, ids: Sequence[str]) -> None:
    """L'identifiant reste : des actes le nomment. Plus rien ne dit qui c'était, ni ne permet d'entrer."""
    db.execute(delete(Courriel).where(Courriel.compte_id.in_(ids)))
    for table in (Jeton, ChangementAdresse, SessionWeb):
        db.execute(delete(table).where(table.compte_id.in_(ids)))
    db.execute(delete(CodeSecours).where(CodeSecours.compte_id.in_(ids)))
    db.execute(delete(RechercheGardee).where(RechercheGardee.agent_id.in_(ids)))
    db.execute(update(Agent).where(Agent.compte_id.in_(ids)).values(nom=PARTI, prenoms="", secret=None))
    db.execute(
        update(Compte)
        .where(Compte.id.in_(ids))
        .values(identifiant="ferme-" + Compte.id, courriel="", mot_de_passe="", active_le=None)
    )
