"""Activer un compte, par le lien du mail ou par son code ; effacer celui que personne n'a activé."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.comptes.creation import DELAI_ACTIVATION, compte_actif
from app.comptes.models import Candidat, Compte, Jeton, RoleCompte, UsageJeton
from app.comptes.numeros import nouveau_numero
from app.infra.outbox import Courriel

ESSAIS_DU_CODE = 10  # sur un million de codes ; au-delà, il faut un nouveau mail


class Issue(StrEnum):
    ACTIVE = "active"
    DEJA_ACTIVE = "deja_active"
    AILLEURS = "ailleurs"
    """un autre compte a été activé pour cette adresse"""
    EXPIRE = "expire"
    INCONNU = "inconnu"
    CODE_FAUX = "code_faux"
    CODE_EPUISE = "code_epuise"


def lien_d_activation(db: Session, jeton: str, *, maintenant: datetime) -> tuple[Issue | None, str]:
    """Ce que le lien permet, et à qui est le compte : le titulaire voit s'il s'agit bien du sien. Ne change rien."""
    ligne = db.execute(
        select(Compte, Candidat, Jeton.expire_le)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .join(Candidat, Candidat.compte_id == Compte.id)
        .where(Jeton.empreinte == jeton, Jeton.usage == UsageJeton.ACTIVATION)
    ).one_or_none()
    if ligne is None:
        return Issue.INCONNU, ""
    compte, candidat, expire_le = ligne
    return _obstacle(db, compte, expire_le, maintenant), f"{candidat.prenoms} {candidat.nom_famille}"


def activer_par_lien(db: Session, jeton: str, *, maintenant: datetime) -> Issue:
    ligne = db.execute(
        select(Compte, Jeton)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .where(Jeton.empreinte == jeton, Jeton.usage == UsageJeton.ACTIVATION)
    ).one_or_none()
    if ligne is None:
        return Issue.INCONNU
    compte, ligne_jeton = ligne
    if obstacle := _obstacle(db, compte, ligne_jeton.expire_le, maintenant):
        return obstacle
    ligne_jeton.utilise_le = maintenant
    return _activer(db, compte, maintenant)


def activer_par_code(db: Session, attente: str, code: str, *, maintenant: datetime) -> Issue:
    """`code` est une empreinte. Un essai faux est compté sur le code, pas sur le navigateur qui essaie."""
    compte = db.scalar(
        select(Compte)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .where(Jeton.empreinte == attente, Jeton.usage == UsageJeton.ATTENTE)
    )
    if compte is None:
        return Issue.INCONNU
    if compte.active_le is not None:
        return Issue.DEJA_ACTIVE
    if compte.cree_le + DELAI_ACTIVATION <= maintenant:
        return Issue.EXPIRE
    jeton = db.scalar(
        select(Jeton).where(Jeton.compte_id == compte.id, Jeton.usage == UsageJeton.ACTIVATION, Jeton.code.is_not(None))
    )
    if jeton is None or jeton.essais >= ESSAIS_DU_CODE:
        return Issue.CODE_EPUISE
    if jeton.code != code:
        jeton.essais += 1
        return Issue.CODE_FAUX
    if obstacle := _obstacle(db, compte, jeton.expire_le, maintenant):
        return obstacle
    jeton.utilise_le = maintenant
    return _activer(db, compte, maintenant)


def comptes_jamais_actives(maintenant: datetime) -> Select[str]:
    """Ceux dont le délai est passé. Un agent invité a le sien (voir agents.py)."""
    return select(Compte.id).where(
        Compte.active_le.is_(None),
        Compte.role == RoleCompte.CANDIDAT,
        Compte.cree_le <= maintenant - DELAI_ACTIVATION,
    )


def purger_comptes_non_actives(db: Session, maintenant: datetime) -> int:
    """« Passé ce délai, vos informations seront effacées » : compte, état civil, jetons et mails."""
    perimes = list(db.scalars(comptes_jamais_actives(maintenant).limit(500)))
    db.execute(delete(Courriel).where(Courriel.compte_id.in_(perimes)))
    db.execute(delete(Compte).where(Compte.id.in_(perimes)))
    return len(perimes)


def _obstacle(db: Session, compte: Compte, expire_le: datetime, maintenant: datetime) -> Issue | None:
    if compte.active_le is not None:
        return Issue.DEJA_ACTIVE
    if compte_actif(db, compte.identifiant) is not None:
        return Issue.AILLEURS
    return Issue.EXPIRE if expire_le <= maintenant else None


def _activer(db: Session, compte: Compte, maintenant: datetime) -> Issue:
    compte.active_le = maintenant
    db.get_one(Candidat, compte.id).numero_candidat = nouveau_numero(db, maintenant=maintenant)
    return Issue.ACTIVE
