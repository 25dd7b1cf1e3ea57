"""Les personnes du service des examens, telles que l'administrateur les voit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.comptes.guards import AGENTS
from app.comptes.models import Agent, AgentAcademie, CodeSecours, Compte, Jeton, RoleCompte, UsageJeton
from app.referentiel.models import Academie


@dataclass(frozen=True, slots=True)
class FicheAgent:
    compte_id: str
    nom: str
    prenoms: str
    courriel: str
    role: RoleCompte
    academies: tuple[str, ...]
    """codes"""
    noms_academies: tuple[str, ...]
    est_ouvert: bool
    """faux : l'invitation n'a pas encore servi"""
    invitation_jusqu_au: datetime | None
    """fin du lien en attente ; nul : aucun"""
    desactive_le: datetime | None
    codes_restants: int

    @property
    def nom_affiche(self) -> str:
        return f"{self.nom.upper()} {self.prenoms}"

    def etat(self, maintenant: datetime) -> tuple[str, str]:
        """(libellé, couleur)"""
        if self.desactive_le is not None:
            return "Désactivé", ""
        if self.invitation_jusqu_au is not None and self.invitation_jusqu_au > maintenant:
            return ("Nouveau lien envoyé" if self.est_ouvert else "Invité"), "ambre"
        return ("Actif", "vert") if self.est_ouvert else ("Invitation périmée", "rouge")


def tous_les_agents(db: Session) -> tuple[FicheAgent, ...]:
    """En fonction d'abord, par nom ; les désactivés à la fin."""
    return _fiches(db, None)


def l_agent(db: Session, compte_id: str) -> FicheAgent | None:
    return next(iter(_fiches(db, compte_id)), None)


def _fiches(db: Session, compte_id: str | None) -> tuple[FicheAgent, ...]:
    requete = (
        select(Compte, Agent)
        .join(Agent, Agent.compte_id == Compte.id)
        .where(Compte.role.in_(AGENTS))
        .order_by(Agent.desactive_le.is_not(None), Agent.nom, Agent.prenoms, Compte.id)
    )
    if compte_id is not None:
        requete = requete.where(Compte.id == compte_id)
    lignes = db.execute(requete).all()
    ids = [compte.id for compte, _ in lignes]
    portees = _portees(db, ids)
    liens: dict[str, datetime] = {
        qui: fin
        for qui, fin in db.execute(
            select(Jeton.compte_id, Jeton.expire_le).where(
                Jeton.compte_id.in_(ids), Jeton.usage == UsageJeton.INVITATION, Jeton.utilise_le.is_(None)
            )
        )
    }
    codes: dict[str, int] = {
        qui: nombre
        for qui, nombre in db.execute(
            select(CodeSecours.compte_id, func.count())
            .where(CodeSecours.compte_id.in_(ids), CodeSecours.utilise_le.is_(None))
            .group_by(CodeSecours.compte_id)
        )
    }
    return tuple(
        FicheAgent(
            compte_id=compte.id,
            nom=agent.nom,
            prenoms=agent.prenoms,
            courriel=compte.courriel,
            role=compte.role,
            academies=tuple(code for code, _ in portees.get(compte.id, ())),
            noms_academies=tuple(nom for _, nom in portees.get(compte.id, ())),
            est_ouvert=compte.active_le is not None and agent.secret is not None,
            invitation_jusqu_au=liens.get(compte.id),
            desactive_le=agent.desactive_le,
            codes_restants=codes.get(compte.id, 0),
        )
        for compte, agent in lignes
    )


def _portees(db: Session, ids: list[str]) -> dict[str, list[tuple[str, str]]]:
    portees: dict[str, list[tuple[str, str]]] = {}
    for qui, code, nom in db.execute(
        select(AgentAcademie.compte_id, Academie.code, Academie.nom)
        .join(Academie, Academie.code == AgentAcademie.academie_code)
        .where(AgentAcademie.compte_id.in_(ids))
        .order_by(Academie.nom)
    ):
        portees.setdefault(qui, []).append((code, nom))
    return portees
