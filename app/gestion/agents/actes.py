"""Ce que l'administrateur fait des comptes d'agents. Chaque acte revoit qui agit, et personne n'agit sur soi.

Comme nul ne touche à son propre compte, celui qui agit reste administrateur : il en reste toujours un.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.comptes.agents import SANS_MOT_DE_PASSE, NouvelAgent, Refus, creer_agent, desactiver, inviter
from app.comptes.courriels import ecrire_a
from app.comptes.guards import AGENTS
from app.comptes.models import Agent, AgentAcademie, CodeSecours, Compte, RoleCompte
from app.comptes.sessions import fermer_les_sessions
from app.comptes.valeurs import Message
from app.infra.registre import consigner

PAS_SOI = "Vous ne changez pas vos propres droits : demandez-le à un autre administrateur."
PLUS_ADMINISTRATEUR = "Rien n’a été fait : vos droits ont changé entre-temps."


def inviter_un_agent(
    db: Session, nouveau: NouvelAgent, *, jeton: str, message: Message, par: str, maintenant: datetime
) -> str:
    _verifier(db, par)
    compte_id = creer_agent(db, nouveau, maintenant=maintenant)
    db.flush()
    inviter(db, nouveau.courriel, jeton=jeton, message=message, maintenant=maintenant)
    _consigner(db, "inviter_un_agent", compte_id, par, _portee(nouveau.role, nouveau.academies), maintenant)
    return compte_id


def reinviter(db: Session, compte_id: str, *, jeton: str, message: Message, par: str, maintenant: datetime) -> bool:
    """Un téléphone perdu est peut-être dans d'autres mains : les sessions se ferment tout de suite."""
    compte = _autre(db, compte_id, par)
    if compte is None or db.get_one(Agent, compte_id).desactive_le is not None:
        return False
    inviter(db, compte.courriel, jeton=jeton, message=message, maintenant=maintenant)
    fermer_les_sessions(db, compte_id)
    _consigner(db, "reinviter_un_agent", compte_id, par, "", maintenant)
    return True


def changer_les_droits(
    db: Session,
    compte_id: str,
    role: RoleCompte,
    academies: tuple[str, ...],
    *,
    avis: Message,
    par: str,
    maintenant: datetime,
) -> bool:
    """Ses sessions se ferment : aucune page ouverte ne garde les droits d'avant."""
    compte = _autre(db, compte_id, par)
    if compte is None:
        return False
    avant = _portee(compte.role, _academies(db, compte_id))
    apres = _portee(role, academies)
    if avant == apres:
        return True
    compte.role = role
    db.execute(delete(AgentAcademie).where(AgentAcademie.compte_id == compte_id))
    db.add_all(AgentAcademie(compte_id=compte_id, academie_code=code) for code in sorted(set(academies)))
    fermer_les_sessions(db, compte_id)
    ecrire_a(db, compte, avis, nature="droits_changes", maintenant=maintenant)
    _consigner(db, "changer_les_droits", compte_id, par, f"{avant} → {apres}", maintenant)
    return True


def desactiver_un_agent(db: Session, compte_id: str, *, par: str, maintenant: datetime) -> bool:
    compte = _autre(db, compte_id, par)
    if compte is None:
        return False
    if db.get_one(Agent, compte_id).desactive_le is None:
        desactiver(db, compte.courriel, maintenant=maintenant)
        _consigner(db, "desactiver_un_agent", compte_id, par, "", maintenant)
    return True


def reactiver_un_agent(
    db: Session, compte_id: str, *, jeton: str, message: Message, par: str, maintenant: datetime
) -> bool:
    """Par une invitation seulement : l'ancien mot de passe et l'ancien téléphone ne rouvrent rien."""
    compte = _autre(db, compte_id, par)
    if compte is None:
        return False
    rouvert = db.scalar(
        update(Agent)
        .where(Agent.compte_id == compte_id, Agent.desactive_le.is_not(None))
        .values(desactive_le=None, secret=None)
        .returning(Agent.compte_id)
    )
    if rouvert is None:
        return True
    compte.mot_de_passe = SANS_MOT_DE_PASSE
    db.execute(delete(CodeSecours).where(CodeSecours.compte_id == compte_id))
    inviter(db, compte.courriel, jeton=jeton, message=message, maintenant=maintenant)
    _consigner(db, "reactiver_un_agent", compte_id, par, "", maintenant)
    return True


def _verifier(db: Session, par: str) -> None:
    """Dans la transaction : deux administrateurs qui se désactivent l'un l'autre, un seul y parvient."""
    role = db.scalar(
        select(Compte.role)
        .join(Agent, Agent.compte_id == Compte.id)
        .where(Compte.id == par, Agent.desactive_le.is_(None))
    )
    if role is not RoleCompte.ADMINISTRATEUR:
        raise Refus(PLUS_ADMINISTRATEUR)


def _autre(db: Session, compte_id: str, par: str) -> Compte | None:
    _verifier(db, par)
    if compte_id == par:
        raise Refus(PAS_SOI)
    return db.scalar(
        select(Compte).join(Agent, Agent.compte_id == Compte.id).where(Compte.id == compte_id, Compte.role.in_(AGENTS))
    )


def _academies(db: Session, compte_id: str) -> tuple[str, ...]:
    return tuple(db.scalars(select(AgentAcademie.academie_code).where(AgentAcademie.compte_id == compte_id)))


def _portee(role: RoleCompte, academies: tuple[str, ...]) -> str:
    return f"{role.value} {' '.join(sorted(set(academies)))}".strip()


def _consigner(db: Session, nature: str, compte_id: str, par: str, detail: str, maintenant: datetime) -> None:
    consigner(db, acteur=par, nature=nature, objet="agent", objet_id=compte_id, detail=detail, maintenant=maintenant)
