"""Relancer tous les dossiers incomplets d'un agent, par lots, après sa réponse.

La demande est une ligne ; chaque lot avance son repère dans l'acte qui écrit ses relances : un arrêt du serveur n'en
perd ni n'en double aucune. Un dossier complété, ou relancé ce jour, est passé.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from sqlalchemy import JSON, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.comptes.valeurs import Message
from app.gestion.controle.relances import ARelancer, a_relancer, composer, incomplets, relancer
from app.gestion.controle.trace import Portee
from app.infra.database import Base, Database, Indisponible
from app.infra.identifiants import nouvel_id
from app.infra.registre import consigner

journal = logging.getLogger(__name__)
LOT = 20
"""dossiers par acte : un lot ne retient les autres écritures qu'un instant"""
REPOS = 2.0
"""secondes entre deux coups d'œil quand rien n'attend"""


class RelanceEnNombre(Base):
    __tablename__ = "relance_en_nombre"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    agent_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    academies: Mapped[list[str]] = mapped_column(JSON)
    demandee_le: Mapped[datetime]
    apres: Mapped[str] = mapped_column(default="")
    """clé du dernier dossier vu"""
    faites: Mapped[int] = mapped_column(default=0)
    passees: Mapped[int] = mapped_column(default=0)
    terminee_le: Mapped[datetime | None] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Avancement:
    demandee_le: datetime
    faites: int
    passees: int
    terminee_le: datetime | None


@dataclass(frozen=True, slots=True)
class LotARelancer:
    relance_id: str
    portee: Portee
    apres: str
    suite: str
    """vide : c'est le dernier lot"""
    nombre: int
    dus: tuple[ARelancer, ...]


def demander_la_relance(db: Session, portee: Portee, *, maintenant: datetime) -> bool:
    """Faux : la précédente de cet agent n'est pas finie."""
    en_cours = select(RelanceEnNombre.id).where(
        RelanceEnNombre.agent_id == portee.agent_id, RelanceEnNombre.terminee_le.is_(None)
    )
    if db.scalar(en_cours.limit(1)) is not None:
        return False
    demande = RelanceEnNombre(agent_id=portee.agent_id, academies=list(portee.academies), demandee_le=maintenant)
    db.add(demande)
    db.flush()
    consigner(
        db,
        acteur=portee.agent_id,
        nature="relancer_en_nombre",
        objet="relance",
        objet_id=demande.id,
        detail=" ".join(portee.academies),
        maintenant=maintenant,
    )
    return True


def derniere_relance(db: Session, agent_id: str) -> Avancement | None:
    ligne = db.scalars(
        select(RelanceEnNombre)
        .where(RelanceEnNombre.agent_id == agent_id)
        .order_by(RelanceEnNombre.demandee_le.desc(), RelanceEnNombre.id)
        .limit(1)
    ).one_or_none()
    return Avancement(ligne.demandee_le, ligne.faites, ligne.passees, ligne.terminee_le) if ligne else None


async def relancer_en_fond(
    database: Database, *, gabarits: Environment, url_publique: str, horloge: Callable[[], datetime]
) -> None:
    """Tourne jusqu'à annulation. Une base indisponible attend le tour suivant."""
    while True:
        try:
            while await relancer_un_lot(database, gabarits, url_publique, horloge()):
                pass
        except Indisponible as panne:
            journal.warning("bulk reminders postponed: %s", panne)
        await asyncio.sleep(REPOS)


async def relancer_un_lot(database: Database, gabarits: Environment, url_publique: str, maintenant: datetime) -> bool:
    """Faux : rien n'attend."""
    lot = await database.lire(lot_suivant, maintenant=maintenant)
    if lot is None:
        return False
    lettres = [(due, composer(gabarits, url_publique, due, maintenant)) for due in lot.dus]
    await database.ecrire(relancer_le_lot, lot, lettres, maintenant=maintenant)
    return True


def lot_suivant(db: Session, *, maintenant: datetime) -> LotARelancer | None:
    """De la plus ancienne demande qui n'est pas finie."""
    demande = db.scalars(
        select(RelanceEnNombre)
        .where(RelanceEnNombre.terminee_le.is_(None))
        .order_by(RelanceEnNombre.demandee_le, RelanceEnNombre.id)
        .limit(1)
    ).one_or_none()
    if demande is None:
        return None
    portee = Portee(demande.agent_id, tuple(demande.academies))
    dossiers, suite = incomplets(db, portee.academies, apres=demande.apres, combien=LOT, maintenant=maintenant)
    dus = a_relancer(db, [dossier.id for dossier in dossiers], portee.academies, maintenant=maintenant)
    return LotARelancer(demande.id, portee, demande.apres, suite, len(dossiers), dus)


def relancer_le_lot(
    db: Session, lot: LotARelancer, lettres: list[tuple[ARelancer, Message]], *, maintenant: datetime
) -> None:
    """Sans effet si un autre passage a déjà avancé le repère."""
    valeurs = {"apres": lot.suite} if lot.suite else {"terminee_le": maintenant}
    avance = db.scalar(
        update(RelanceEnNombre)
        .where(
            RelanceEnNombre.id == lot.relance_id,
            RelanceEnNombre.apres == lot.apres,
            RelanceEnNombre.terminee_le.is_(None),
        )
        .values(**valeurs)
        .returning(RelanceEnNombre.id)
        .execution_options(synchronize_session=False)
    )
    if avance is None:
        return
    faites = relancer(db, lettres, lot.portee, maintenant=maintenant)
    db.execute(
        update(RelanceEnNombre)
        .where(RelanceEnNombre.id == lot.relance_id)
        .values(
            faites=RelanceEnNombre.faites + faites,
            passees=RelanceEnNombre.passees + lot.nombre - faites,
        )
        .execution_options(synchronize_session=False)
    )
