"""Les agents du service des examens : invités, jamais créés avec un mot de passe choisi par un autre.

L'invitation est un lien : qui le reçoit choisit son mot de passe et enregistre son second facteur. Elle sert une fois.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.comptes.adresses import normaliser
from app.comptes.courriels import ecrire_a
from app.comptes.creation import compte_actif
from app.comptes.models import (
    Agent,
    AgentAcademie,
    AgentEtablissement,
    CodeSecours,
    Compte,
    Jeton,
    RoleCompte,
    UsageJeton,
)
from app.comptes.sessions import fermer_les_sessions
from app.comptes.valeurs import Message
from app.infra.identifiants import nouvel_id
from app.infra.registre import consigner

DELAI_INVITATION = timedelta(days=7)
SANS_MOT_DE_PASSE = "!"
"""N'est l'empreinte d'aucun mot de passe : ce compte ne s'ouvre que par son invitation."""


class Refus(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


@dataclass(frozen=True, slots=True)
class NouvelAgent:
    courriel: str
    nom: str
    prenoms: str
    role: RoleCompte
    academies: tuple[str, ...] = ()
    etablissements: tuple[str, ...] = ()
    """des UAI, pour une personne d'établissement"""


@dataclass(frozen=True, slots=True)
class Invite:
    """Qui accepte l'invitation."""

    compte_id: str
    courriel: str
    nom: str
    prenoms: str
    role: RoleCompte
    est_actif: bool
    """un nouveau lien pour un agent déjà là : téléphone perdu, mot de passe oublié"""


@dataclass(frozen=True, slots=True)
class SecondFacteur:
    secret: bytes
    """scellé"""
    pas: int
    """celui du code qui prouve l'enregistrement : il ne servira pas une deuxième fois"""
    secours: Sequence[str]
    """empreintes"""


def creer_agent(db: Session, nouveau: NouvelAgent, *, maintenant: datetime, compte_id: str | None = None) -> str:
    """Le compte, inactif. Rend son id, tiré au hasard si on ne le dit pas."""
    identifiant = normaliser(nouveau.courriel)
    if nouveau.role is RoleCompte.CANDIDAT:
        raise Refus("Un candidat crée lui-même son compte.")
    if compte_actif(db, identifiant) or _agent_de(db, identifiant):
        raise Refus("Cette adresse a déjà un compte.")
    compte = Compte(
        id=compte_id or nouvel_id(),
        identifiant=identifiant,
        courriel=nouveau.courriel,
        mot_de_passe=SANS_MOT_DE_PASSE,
        role=nouveau.role,
        cree_le=maintenant,
    )
    db.add(compte)
    db.flush()
    db.add(Agent(compte_id=compte.id, nom=nouveau.nom, prenoms=nouveau.prenoms))
    db.flush()
    db.add_all(AgentAcademie(compte_id=compte.id, academie_code=code) for code in sorted(set(nouveau.academies)))
    db.add_all(AgentEtablissement(compte_id=compte.id, uai=uai) for uai in sorted(set(nouveau.etablissements)))
    return compte.id


def inviter(
    db: Session, courriel: str, *, jeton: str, message: Message | None = None, maintenant: datetime
) -> datetime | None:
    """Un lien neuf remplace les précédents. Rend sa fin ; nul si cette adresse n'est pas celle d'un agent."""
    compte = _agent_de(db, normaliser(courriel))
    if compte is None:
        return None
    expire_le = maintenant + DELAI_INVITATION
    _eteindre(db, compte.id, (UsageJeton.INVITATION,))
    db.add(
        Jeton(
            empreinte=jeton,
            compte_id=compte.id,
            usage=UsageJeton.INVITATION,
            cree_le=maintenant,
            expire_le=expire_le,
        )
    )
    if message:
        ecrire_a(db, compte, message, nature="invitation", maintenant=maintenant, secret=True)
    return expire_le


def invite(db: Session, jeton: str, *, maintenant: datetime) -> Invite | None:
    ligne = db.execute(
        select(Compte, Agent)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .join(Agent, Agent.compte_id == Compte.id)
        .where(
            Jeton.empreinte == jeton,
            Jeton.usage == UsageJeton.INVITATION,
            Jeton.utilise_le.is_(None),
            Jeton.expire_le > maintenant,
            Agent.desactive_le.is_(None),
        )
    ).one_or_none()
    if ligne is None:
        return None
    compte, agent = ligne
    return Invite(
        compte.id, compte.courriel, agent.nom, agent.prenoms, compte.role, est_actif=compte.active_le is not None
    )


def accepter(
    db: Session,
    jeton: str,
    *,
    mot_de_passe: str,
    facteur: SecondFacteur,
    avis: Message,
    maintenant: datetime,
) -> bool:
    """Faux si le lien a servi ou expiré entre-temps, ou si un candidat a activé un compte à cette adresse."""
    qui = invite(db, jeton, maintenant=maintenant)
    if qui is None:
        return False
    titulaire = compte_actif(db, normaliser(qui.courriel))
    if titulaire is not None and titulaire.id != qui.compte_id:
        return False
    compte = db.get_one(Compte, qui.compte_id)
    compte.mot_de_passe = mot_de_passe
    compte.mot_de_passe_change_le = maintenant if qui.est_actif else None
    compte.active_le = compte.active_le or maintenant
    agent = db.get_one(Agent, qui.compte_id)
    agent.secret, agent.dernier_pas = facteur.secret, facteur.pas
    db.execute(delete(CodeSecours).where(CodeSecours.compte_id == qui.compte_id))
    db.add_all(CodeSecours(empreinte=code, compte_id=qui.compte_id) for code in facteur.secours)
    fermer_les_sessions(db, qui.compte_id)
    _eteindre(db, qui.compte_id, tuple(UsageJeton))
    if qui.est_actif:
        ecrire_a(db, compte, avis, nature="mot_de_passe_change", maintenant=maintenant)
    return True


def accepter_l_invitation(
    db: Session, jeton: str, *, mot_de_passe: str, facteur: SecondFacteur, avis: Message, maintenant: datetime
) -> bool:
    """Par l'écran : écrit au registre."""
    qui = invite(db, jeton, maintenant=maintenant)
    if qui is None or not accepter(
        db, jeton, mot_de_passe=mot_de_passe, facteur=facteur, avis=avis, maintenant=maintenant
    ):
        return False
    consigner(
        db,
        acteur=qui.compte_id,
        nature="accepter_une_invitation",
        objet="agent",
        objet_id=qui.compte_id,
        maintenant=maintenant,
    )
    return True


def desactiver(db: Session, courriel: str, *, maintenant: datetime) -> bool:
    """Ses sessions se ferment, ses liens ne servent plus ; ce qu'il a fait reste écrit."""
    compte = _agent_de(db, normaliser(courriel))
    if compte is None:
        return False
    if compte.role is RoleCompte.ADMINISTRATEUR and not _autre_administrateur(db, compte.id):
        raise Refus("C’est le dernier administrateur du portail : invitez-en un autre d’abord.")
    db.execute(
        update(Agent).where(Agent.compte_id == compte.id, Agent.desactive_le.is_(None)).values(desactive_le=maintenant)
    )
    fermer_les_sessions(db, compte.id)
    _eteindre(db, compte.id, tuple(UsageJeton))
    return True


def noms_des_agents(db: Session, ids: Collection[str]) -> dict[str, str]:
    """« Régine Castéra », entre agents ; un candidat ne lit jamais ces noms."""
    lignes = db.execute(select(Agent.compte_id, Agent.prenoms, Agent.nom).where(Agent.compte_id.in_(ids)))
    return {compte_id: f"{prenoms} {nom}" for compte_id, prenoms, nom in lignes}


def _agent_de(db: Session, identifiant: str) -> Compte | None:
    return db.scalar(select(Compte).join(Agent, Agent.compte_id == Compte.id).where(Compte.identifiant == identifiant))


def _autre_administrateur(db: Session, compte_id: str) -> bool:
    """Un autre qui peut entrer : invité ne suffit pas."""
    autres = (
        select(Compte.id)
        .join(Agent, Agent.compte_id == Compte.id)
        .where(
            Compte.id != compte_id,
            Compte.role == RoleCompte.ADMINISTRATEUR,
            Compte.active_le.is_not(None),
            Agent.secret.is_not(None),
            Agent.desactive_le.is_(None),
        )
    )
    return db.scalar(autres.limit(1)) is not None


def _eteindre(db: Session, compte_id: str, usages: Sequence[UsageJeton]) -> None:
    db.execute(delete(Jeton).where(Jeton.compte_id == compte_id, Jeton.usage.in_(usages)))
