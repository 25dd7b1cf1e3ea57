"""En fond : mettre en vigueur l'édition programmée, à sa seconde ; compter ce que les propositions changeraient."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.infra.fond import TacheDeFond
from app.referentiel.models import EN_ATTENTE, EditionReferentiel, EtatEdition
from app.referentiel.reglements import reglement_de, version_active
from app.regles.lecture import reglement

if TYPE_CHECKING:  # ce qui lit une édition ne se charge que s'il y en a une
    from app.referentiel.chargement import Instantane

REPOS = 1.0  # secondes
AVANCE = timedelta(minutes=1)
"""lire une édition prend une seconde ou deux : elle est lue avant l'heure, pour n'avoir plus qu'à s'écrire"""


class VieDuReferentiel(TacheDeFond):
    """Un acte la réveille."""

    panne = "referentiel task postponed"

    def __init__(self, database: Database, *, horloge: Callable[[], datetime], repos: float = REPOS) -> None:
        super().__init__(repos)
        self._database = database
        self._horloge = horloge
        self._lue: tuple[str, Instantane] | None = None

    async def avancer(self) -> bool:
        return await self.mettre_en_vigueur() or await self.compter()

    async def mettre_en_vigueur(self) -> bool:
        maintenant = self._horloge()
        prochaine = await self._database.lire(programmee, maintenant + AVANCE)
        if prochaine is None:
            return False
        from app.gestion.referentiel.actions import mettre_en_vigueur

        edition_id, active_le = prochaine
        instantane = await self._instantane(edition_id)
        if self._horloge() < active_le:
            return False
        return await self._database.ecrire(mettre_en_vigueur, edition_id, instantane, maintenant=self._horloge())

    async def compter(self) -> bool:
        a_compter = await self._database.lire(a_compter_ensuite)
        if a_compter is None:
            self._lue = None  # dix mégaoctets que plus rien n'attend
            return False
        from app.gestion.referentiel.actions import noter_les_effets
        from app.gestion.referentiel.effets import lot_suivant

        edition_id, effets, version_id = a_compter
        nouveau = reglement((await self._instantane(edition_id)).reglement)
        ancien = await self._database.lire(reglement_de, version_id)
        lus = dict(effets)
        while not effets.get("fini"):
            effets = await self._database.lire(lot_suivant, effets, ancien, nouveau)
            await self._database.ecrire(noter_les_effets, edition_id, effets, lus=lus)
            lus = dict(effets)
            if await self.mettre_en_vigueur():
                break
        return True

    async def _instantane(self, edition_id: str) -> "Instantane":
        from app.gestion.referentiel.propositions import instantane_de
        from app.gestion.referentiel.queries import archive_de

        if self._lue is None or self._lue[0] != edition_id:
            archive = await self._database.lire(archive_de, edition_id)
            self._lue = (edition_id, await asyncio.to_thread(instantane_de, archive or b""))
        return self._lue[1]


def programmee(db: Session, avant: datetime) -> tuple[str, datetime] | None:
    ligne = db.execute(
        select(EditionReferentiel.id, EditionReferentiel.active_le)
        .where(EditionReferentiel.etat == EtatEdition.PROGRAMMEE, EditionReferentiel.active_le <= avant)
        .order_by(EditionReferentiel.active_le)
        .limit(1)
    ).one_or_none()
    return (ligne.id, ligne.active_le) if ligne and ligne.active_le else None


def a_compter_ensuite(db: Session) -> tuple[str, dict[str, object], int] | None:
    """La proposition la plus ancienne dont les effets ne sont pas tous comptés."""
    version_id = version_active(db)
    lignes = db.execute(
        select(EditionReferentiel.id, EditionReferentiel.effets)
        .where(EditionReferentiel.etat.in_(EN_ATTENTE))
        .order_by(EditionReferentiel.cree_le)
    )
    for edition_id, effets in lignes:
        if version_id is not None and not (effets or {}).get("fini"):
            return edition_id, effets or {}, version_id
    return None
