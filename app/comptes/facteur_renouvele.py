"""Un agent connecté change de téléphone ou refait ses codes de secours. Son mot de passe est redemandé."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.comptes.courriels import ecrire_a
from app.comptes.models import Agent, CodeSecours, Compte, SessionWeb
from app.comptes.mot_de_passe import cle_ancien_mot_de_passe
from app.comptes.tentatives import oublier
from app.comptes.valeurs import Message
from app.infra.registre import consigner


def changer_de_telephone(
    db: Session,
    compte_id: str,
    *,
    verifiee: str,
    secret: bytes,
    pas: int,
    session: str,
    avis: Message,
    maintenant: datetime,
) -> bool:
    """`secret` scellé ; `session` : celle de ce navigateur, la seule qui reste. Faux si le mot de passe a changé."""
    compte = _verifie(db, compte_id, verifiee)
    if compte is None:
        return False
    agent = db.get_one(Agent, compte_id)
    agent.secret, agent.dernier_pas = secret, pas
    db.execute(delete(SessionWeb).where(SessionWeb.compte_id == compte_id, SessionWeb.empreinte != session))
    _conclure(db, compte, "changer_de_telephone", avis, maintenant)
    return True


def refaire_les_codes(
    db: Session, compte_id: str, *, verifiee: str, secours: Sequence[str], avis: Message, maintenant: datetime
) -> bool:
    """`secours` : empreintes. Les anciens ne servent plus."""
    compte = _verifie(db, compte_id, verifiee)
    if compte is None:
        return False
    db.execute(delete(CodeSecours).where(CodeSecours.compte_id == compte_id))
    db.add_all(CodeSecours(empreinte=code, compte_id=compte_id) for code in secours)
    _conclure(db, compte, "refaire_les_codes", avis, maintenant)
    return True


def _verifie(db: Session, compte_id: str, verifiee: str) -> Compte | None:
    return db.scalar(select(Compte).where(Compte.id == compte_id, Compte.mot_de_passe == verifiee))


def _conclure(db: Session, compte: Compte, nature: str, avis: Message, maintenant: datetime) -> None:
    oublier(db, cle_ancien_mot_de_passe(compte.id))
    ecrire_a(db, compte, avis, nature="second_facteur_change", maintenant=maintenant)
    consigner(db, acteur=compte.id, nature=nature, objet="agent", objet_id=compte.id, maintenant=maintenant)
