"""La session d'un navigateur : un secret de 256 bits dans son cookie, son empreinte en base, et rien d'autre.

`vue_le` n'est écrite qu'une fois par pas : lire une page ne coûte presque jamais une écriture. La session meurt donc
un pas après l'inactivité annoncée à l'écran, jamais avant. Un agent voit les dossiers de tous : sa session est plus
courte, et n'existe qu'une fois le second facteur donné.
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from app.comptes.models import Agent, AgentAcademie, AgentEtablissement, Candidat, Compte, RoleCompte, SessionWeb
from app.comptes.valeurs import AgentConnecte, Visiteur

INACTIVITE = timedelta(hours=2)
PAS = timedelta(minutes=10)
DUREE = timedelta(hours=24)
INACTIVITE_AGENT = timedelta(minutes=30)
PAS_AGENT = timedelta(minutes=1)
DUREE_AGENT = timedelta(hours=12)


_PERSONNE = (
    select(
        Compte.id,
        Compte.role,
        Compte.courriel,
        Compte.mot_de_passe_provisoire,
        Candidat.numero_candidat,
        Candidat.nom_famille,
        Candidat.nom_usage,
        Candidat.prenoms,
        Candidat.date_naissance,
        SessionWeb.vue_le,
    )
    .join(SessionWeb, SessionWeb.compte_id == Compte.id)
    .outerjoin(Candidat, Candidat.compte_id == Compte.id)
    .where(
        SessionWeb.empreinte == bindparam("session"),
        SessionWeb.expire_le > bindparam("maintenant"),
        or_(
            and_(Candidat.compte_id.is_not(None), SessionWeb.vue_le > bindparam("candidat_vu_depuis")),
            SessionWeb.vue_le > bindparam("agent_vu_depuis"),
        ),
        Compte.active_le.is_not(None),
    )
)


def personne(db: Session, session: str, *, maintenant: datetime) -> Visiteur | AgentConnecte | None:
    """Une seule lecture, en colonnes, écrite d'avance : elle précède chaque page."""
    ligne = (
        db.connection()
        .execute(
            _PERSONNE,
            {
                "session": session,
                "maintenant": maintenant,
                "candidat_vu_depuis": maintenant - INACTIVITE - PAS,
                "agent_vu_depuis": maintenant - INACTIVITE_AGENT - PAS_AGENT,
            },
        )
        .one_or_none()
    )
    if ligne is None:
        return None
    if ligne.role is not RoleCompte.CANDIDAT:
        return _agent(db, session, ligne.id, ligne.role, ligne.courriel, ligne.vue_le)
    compte_id, role, courriel, provisoire, numero, nom_famille, nom_usage, prenoms, date_naissance, vue_le = ligne
    return Visiteur(
        compte_id=compte_id,
        role=role,
        courriel=courriel,
        numero_candidat=numero or "",
        nom_famille=nom_famille,
        nom_usage=nom_usage,
        prenoms=prenoms,
        date_naissance=date_naissance,
        session=session,
        vue_le=vue_le,
        est_provisoire=provisoire,
    )


def est_a_toucher(qui: Visiteur | AgentConnecte, *, maintenant: datetime) -> bool:
    return maintenant - qui.vue_le >= (PAS_AGENT if isinstance(qui, AgentConnecte) else PAS)


def toucher(db: Session, session: str, *, maintenant: datetime) -> None:
    db.execute(update(SessionWeb).where(SessionWeb.empreinte == session).values(vue_le=maintenant))


def creer_session(db: Session, compte_id: str, session: str, *, maintenant: datetime, duree: timedelta = DUREE) -> None:
    db.add(
        SessionWeb(
            empreinte=session, compte_id=compte_id, cree_le=maintenant, vue_le=maintenant, expire_le=maintenant + duree
        )
    )
    db.execute(update(Compte).where(Compte.id == compte_id).values(vu_le=maintenant))


def fermer_session(db: Session, session: str) -> None:
    db.execute(delete(SessionWeb).where(SessionWeb.empreinte == session))


def fermer_les_sessions(db: Session, compte_id: str) -> None:
    db.execute(delete(SessionWeb).where(SessionWeb.compte_id == compte_id))


def compte_de_la_session(db: Session, session: str) -> str | None:
    """Même finie : elle dit encore à qui rendre un formulaire arrivé trop tard."""
    return db.scalar(select(SessionWeb.compte_id).where(SessionWeb.empreinte == session))


def purger_sessions(db: Session, maintenant: datetime) -> None:
    """Une session finie reste un jour de plus : le temps de rendre ce qui est arrivé après elle."""
    hier = maintenant - timedelta(days=1)
    db.execute(delete(SessionWeb).where(or_(SessionWeb.expire_le <= hier, SessionWeb.vue_le <= hier - INACTIVITE)))


def _agent(
    db: Session, session: str, compte_id: str, role: RoleCompte, courriel: str, vue_le: datetime
) -> AgentConnecte | None:
    """Nul dès qu'il est désactivé : ses sessions ouvertes ne valent plus rien."""
    agent = db.execute(
        select(Agent.nom, Agent.prenoms).where(Agent.compte_id == compte_id, Agent.desactive_le.is_(None))
    ).one_or_none()
    if agent is None:
        return None
    academies = db.scalars(
        select(AgentAcademie.academie_code)
        .where(AgentAcademie.compte_id == compte_id)
        .order_by(AgentAcademie.academie_code)
    )
    etablissements = db.scalars(
        select(AgentEtablissement.uai).where(AgentEtablissement.compte_id == compte_id).order_by(AgentEtablissement.uai)
    )
    return AgentConnecte(
        compte_id,
        role,
        courriel,
        agent.nom,
        agent.prenoms,
        tuple(academies),
        session,
        vue_le,
        etablissements=tuple(etablissements),
    )
