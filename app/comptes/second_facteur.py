"""Le deuxième pas de la connexion d'un agent. Avant lui, aucune session n'existe : seulement un navigateur en attente.

Un code est pris dans l'acte même qui ouvre la session : deux envois ensemble du même code n'en ouvrent qu'une.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from app.comptes.connexion import ClesDEssai, reconnaitre
from app.comptes.journal_connexions import noter_un_refus, noter_une_connexion
from app.comptes.models import Agent, CodeSecours, Compte, Jeton, RoleCompte, UsageJeton
from app.comptes.sessions import DUREE_AGENT, creer_session, fermer_session
from app.comptes.tentatives import Bareme, oublier, prendre_un_essai
from app.infra.identifiants import empreinte

DELAI = timedelta(minutes=10)
ESSAIS = Bareme(libres=5, pas=timedelta(seconds=5), plafond=timedelta(minutes=15))
"""Il faut déjà le mot de passe pour essayer ; au plafond, trois chances sur dix mille par jour."""


@dataclass(frozen=True, slots=True)
class Attendu:
    """Ce contre quoi vérifier le code ; l'essai est déjà compté."""

    compte_id: str
    secret: bytes
    dernier_pas: int
    role: RoleCompte


def attendre_le_code(
    db: Session,
    compte_id: str,
    *,
    verifiee: str,
    rehachee: str | None,
    attente: str,
    cles: ClesDEssai,
    maintenant: datetime,
) -> bool:
    """Bon mot de passe. Faux s'il a changé pendant qu'on le vérifiait, ou si l'agent n'entre plus."""
    compte = db.scalar(_agents().where(Compte.id == compte_id))
    if compte is None or compte.mot_de_passe != verifiee:
        return False
    if rehachee:
        compte.mot_de_passe = rehachee
    db.add(
        Jeton(
            empreinte=attente,
            compte_id=compte_id,
            usage=UsageJeton.SECOND_FACTEUR,
            cree_le=maintenant,
            expire_le=maintenant + DELAI,
        )
    )
    oublier(db, cles.paire, cles.identifiant)
    return True


def attend_un_code(db: Session, attente: str, *, maintenant: datetime) -> str | None:
    """Le compte dont ce navigateur a donné le mot de passe il y a moins de dix minutes."""
    return db.scalar(
        _agents()
        .with_only_columns(Compte.id)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .where(Jeton.empreinte == attente, Jeton.usage == UsageJeton.SECOND_FACTEUR, Jeton.expire_le > maintenant)
    )


def preparer_code(db: Session, attente: str, *, maintenant: datetime) -> Attendu | datetime | None:
    """L'instant du prochain essai permis ; nul si ce navigateur n'attend pas de code."""
    compte_id = attend_un_code(db, attente, maintenant=maintenant)
    if compte_id is None:
        return None
    if trop_tot := prendre_un_essai(db, {cle_code(compte_id): ESSAIS}, maintenant=maintenant):
        return trop_tot
    agent, compte = db.get_one(Agent, compte_id), db.get_one(Compte, compte_id)
    return Attendu(compte_id, agent.secret or b"", agent.dernier_pas, compte.role)


def ouvrir_session_agent(
    db: Session,
    attente: str,
    *,
    pas: int | None,
    secours: str | None,
    session: str,
    remplace: str | None,
    appareil: str,
    maintenant: datetime,
) -> bool:
    """`pas` : celui du code juste ; sinon `secours` : l'empreinte d'un code de secours. Faux s'il a déjà servi."""
    compte_id = attend_un_code(db, attente, maintenant=maintenant)
    if compte_id is None:
        return False
    if not _prendre(db, compte_id, pas, secours, maintenant):
        noter_un_refus(db, compte_id, "code", [cle_code(compte_id)], maintenant=maintenant)
        return False
    db.execute(delete(Jeton).where(Jeton.empreinte == attente))
    if remplace:
        fermer_session(db, remplace)
    creer_session(db, compte_id, session, maintenant=maintenant, duree=DUREE_AGENT)
    reconnaitre(db, compte_id, appareil, maintenant=maintenant)
    oublier(db, cle_code(compte_id))
    noter_une_connexion(db, compte_id, "code de secours" if pas is None else "code", maintenant=maintenant)
    return True


def codes_restants(db: Session, compte_id: str) -> int:
    return (
        db.scalar(select(func.count()).where(CodeSecours.compte_id == compte_id, CodeSecours.utilise_le.is_(None))) or 0
    )


def cle_code(compte_id: str) -> str:
    return empreinte(f"second-facteur:{compte_id}")


def _prendre(db: Session, compte_id: str, pas: int | None, secours: str | None, maintenant: datetime) -> bool:
    if pas is not None:
        pris = (
            update(Agent)
            .where(Agent.compte_id == compte_id, Agent.dernier_pas < pas)
            .values(dernier_pas=pas)
            .returning(Agent.compte_id)
        )
        return db.scalar(pris) is not None
    depense = (
        update(CodeSecours)
        .where(CodeSecours.compte_id == compte_id, CodeSecours.empreinte == secours, CodeSecours.utilise_le.is_(None))
        .values(utilise_le=maintenant)
        .returning(CodeSecours.empreinte)
    )
    return secours is not None and db.scalar(depense) is not None


def _agents() -> Select[Compte]:
    """Ceux qui entrent : activés, et pas désactivés depuis."""
    return (
        select(Compte)
        .join(Agent, Agent.compte_id == Compte.id)
        .where(
            Compte.active_le.is_not(None),
            Compte.role != RoleCompte.CANDIDAT,
            Agent.desactive_le.is_(None),
            Agent.secret.is_not(None),
        )
    )
