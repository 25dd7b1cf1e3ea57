"""Le règlement publié : une ligne immuable par version, un objet gelé par id."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.referentiel.models import VersionReferentiel
from app.regles.lecture import reglement
from app.regles.referentiel import Reglement


@dataclass(frozen=True, slots=True)
class ReglementPublie:
    """`id` s'enregistre avec la candidature : elle se relira avec ce règlement-là."""

    id: int
    reglement: Reglement


class ReferentielAbsent(Exception):  # noqa: N818 — un état de l'instance, dit tel quel à l'administrateur
    """Aucun règlement n'est publié : `cyclades referentiel charger` n'a pas encore été lancé."""


class Reglements:
    """Garde les derniers règlements lus. Une version ne change jamais : rien à invalider.

    La racine de composition en crée un par serveur. L'id de la version active, lui, se relit toujours : la
    ligne de commande publie à côté du serveur.
    """

    def __init__(self, gardes: int = 8) -> None:
        self._gardes = gardes  # l'actif, et ceux des candidatures relues
        self._lus: dict[int, Reglement] = {}

    async def actif(self, db: Database) -> ReglementPublie:
        version_id = await db.lire(version_active)
        if version_id is None:
            raise ReferentielAbsent
        return ReglementPublie(version_id, await self.de(db, version_id))

    async def de(self, db: Database, version_id: int) -> Reglement:
        lu = self._lus.pop(version_id, None)
        if lu is None:
            lu = await db.lire(reglement_de, version_id)
        self._lus[version_id] = lu  # le dernier servi est le dernier oublié
        while len(self._lus) > self._gardes:
            self._lus.pop(next(iter(self._lus)))
        return lu


_ACTIVE = select(VersionReferentiel.id).where(VersionReferentiel.active.is_(True))


def version_active(db: Session) -> int | None:
    version: int | None = db.connection().scalar(_ACTIVE)
    return version


def reglement_de(db: Session, version_id: int) -> Reglement:
    """`LookupError` si la version n'existe pas : un id vient toujours de la base."""
    contenu = db.scalar(select(VersionReferentiel.contenu).where(VersionReferentiel.id == version_id))
    if contenu is None:
        raise LookupError(f"no referentiel version {version_id}")
    return reglement(contenu)
