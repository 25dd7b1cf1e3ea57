"""Se connecter : même réponse, et même temps, que le compte existe ou non.

Trois comptes d'essais : le réseau, le réseau et l'identifiant ensemble, l'identifiant seul. Le dernier protège contre
mille machines qui essaient un même compte ; il attend peu, et un navigateur qui s'est déjà connecté à ce compte
(cookie « appareil ») ou qui vient de changer le mot de passe par un lien en est dispensé : personne ne peut enfermer
un candidat dehors en se trompant à sa place.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.comptes.adresses import normaliser
from app.comptes.models import Agent, Compte, Jeton, RoleCompte, UsageJeton
from app.comptes.sessions import creer_session, fermer_session
from app.comptes.tentatives import Bareme, cle_de_tentative, oublier, prendre_un_essai

RESEAU = Bareme(libres=60, pas=timedelta(seconds=5), plafond=timedelta(minutes=5), oubli=timedelta(hours=1))
RESEAU_ET_IDENTIFIANT = Bareme(libres=5, pas=timedelta(seconds=5), plafond=timedelta(minutes=15))
IDENTIFIANT = Bareme(libres=20, pas=timedelta(seconds=1), plafond=timedelta(seconds=30))
DUREE_APPAREIL = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class ClesDEssai:
    reseau: str
    paire: str
    identifiant: str


@dataclass(frozen=True, slots=True)
class ATenter:
    """Ce contre quoi vérifier le mot de passe. Sans compte, `empreinte` est nulle et la vérification dure autant."""

    compte_id: str | None
    empreinte: str | None
    est_active: bool
    role: RoleCompte = RoleCompte.CANDIDAT
    """autre que candidat : le mot de passe ne suffit pas (voir second_facteur.py)"""


def cles_d_essai(cle_instance: bytes, *, identifiant: str, reseau: str) -> ClesDEssai:
    qui = normaliser(identifiant)
    return ClesDEssai(
        reseau=cle_de_tentative(cle_instance, "connexion-reseau", reseau),
        paire=cle_de_tentative(cle_instance, "connexion-paire", f"{reseau} {qui}"),
        identifiant=cle_de_tentative(cle_instance, "connexion-identifiant", qui),
    )


def preparer_connexion(
    db: Session, identifiant: str, cles: ClesDEssai, *, appareil: str | None, maintenant: datetime
) -> ATenter | datetime:
    """L'instant du prochain essai permis, ou ce qu'il faut vérifier ; l'essai est alors déjà compté."""
    compte = _compte(db, normaliser(identifiant))
    baremes = {cles.reseau: RESEAU, cles.paire: RESEAU_ET_IDENTIFIANT}
    if compte is None or not _est_connu(db, compte.id, appareil, maintenant):
        baremes[cles.identifiant] = IDENTIFIANT
    if trop_tot := prendre_un_essai(db, baremes, maintenant=maintenant):
        return trop_tot
    if compte is None or not _peut_entrer(db, compte):
        return ATenter(None, None, est_active=False)
    return ATenter(compte.id, compte.mot_de_passe, est_active=compte.active_le is not None, role=compte.role)


def ouvrir_session(
    db: Session,
    compte_id: str,
    *,
    verifiee: str,
    rehachee: str | None,
    session: str,
    remplace: str | None,
    appareil: str,
    cles: ClesDEssai,
    maintenant: datetime,
) -> bool:
    """Faux si le mot de passe a changé pendant qu'on le vérifiait. `remplace` : la session du navigateur."""
    compte = db.scalar(
        select(Compte).where(Compte.id == compte_id, Compte.active_le.is_not(None), Compte.role == RoleCompte.CANDIDAT)
    )
    if compte is None or compte.mot_de_passe != verifiee:
        return False
    if rehachee:
        compte.mot_de_passe = rehachee
    if remplace:
        fermer_session(db, remplace)
    creer_session(db, compte_id, session, maintenant=maintenant)
    reconnaitre(db, compte_id, appareil, maintenant=maintenant)
    oublier(db, cles.paire, cles.identifiant)
    return True


def reconnaitre(db: Session, compte_id: str, appareil: str, *, maintenant: datetime) -> None:
    """Les vingt derniers navigateurs suffisent : un compte ne grossit pas à chaque connexion."""
    anciens = (
        select(Jeton.empreinte)
        .where(Jeton.compte_id == compte_id, Jeton.usage == UsageJeton.APPAREIL)
        .order_by(Jeton.cree_le.desc())
        .offset(19)
    )
    db.execute(delete(Jeton).where(Jeton.empreinte.in_(list(db.scalars(anciens)))))
    db.execute(delete(Jeton).where(Jeton.empreinte == appareil))
    db.add(
        Jeton(
            empreinte=appareil,
            compte_id=compte_id,
            usage=UsageJeton.APPAREIL,
            cree_le=maintenant,
            expire_le=maintenant + DUREE_APPAREIL,
        )
    )


def _compte(db: Session, identifiant: str) -> Compte | None:
    """Le compte actif ; à défaut, la dernière création en attente."""
    return db.scalar(
        select(Compte)
        .where(Compte.identifiant == identifiant)
        .order_by(Compte.active_le.is_(None), Compte.cree_le.desc())
        .limit(1)
    )


def _peut_entrer(db: Session, compte: Compte) -> bool:
    """Un agent invité qui n'a pas encore répondu, ou désactivé, a la réponse de qui n'existe pas."""
    if compte.role is RoleCompte.CANDIDAT:
        return True
    agent = db.get_one(Agent, compte.id)
    return compte.active_le is not None and agent.desactive_le is None and agent.secret is not None


def _est_connu(db: Session, compte_id: str, appareil: str | None, maintenant: datetime) -> bool:
    if not appareil:
        return False
    return (
        db.scalar(
            select(Jeton.empreinte).where(
                Jeton.empreinte == appareil,
                Jeton.compte_id == compte_id,
                Jeton.usage == UsageJeton.APPAREIL,
                Jeton.expire_le > maintenant,
            )
        )
        is not None
    )
