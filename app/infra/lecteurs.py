"""Les connexions qui lisent SQLite, chacune dans son fil : une lecture entière s'y fait d'un trait.

Par le pilote asynchrone de SQLAlchemy, chaque ordre SQL traverse plusieurs fois la boucle : un onglet demandait cent
allers-retours. Ici la fonction part une fois vers un fil d'aiosqlite, y trouve une `Session` ordinaire, et rend son
résultat.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

T = TypeVar("T")


class Lecteur(aiosqlite.Connection):
    """Une connexion d'aiosqlite, sa file et son fil ; elle s'ouvre à la première lecture."""

    def __init__(self, moteur: Engine) -> None:
        super().__init__(self._relier, iter_chunk_size=64)
        self._thread.daemon = True  # un plantage ne doit pas retenir le processus
        self._moteur = moteur
        self._lien: Connection | None = None
        self._ouverture: asyncio.Task[None] | None = None

    @property
    def est_perdu(self) -> bool:
        """L'ouverture a échoué : un fil ne se relance pas."""
        return self._ouverture is not None and self._ouverture.done() and self._ouverture.exception() is not None

    async def faire(self, lecture: Callable[[Session], T]) -> T:
        """Une requête abandonnée n'interrompt pas sa lecture : la suivante attend derrière, dans le même fil."""
        if self._ouverture is None:
            self._ouverture = asyncio.create_task(self._ouvrir())
        if not self._ouverture.done():
            await asyncio.shield(self._ouverture)
        return await self._dans_son_fil(partial(self._lire, lecture))

    async def fermer(self) -> None:
        """Après les lectures commencées."""
        if self._ouverture is None or self.est_perdu:
            return
        await self._ouverture
        await self._dans_son_fil(cast(Connection, self._lien).close)
        await self.close()

    async def _ouvrir(self) -> None:
        await self

    async def _dans_son_fil(self, travail: Callable[[], T]) -> T:
        return cast(T, await cast(Any, self)._execute(travail))  # prévue pour les méthodes de la classe, et non typée

    def _relier(self) -> Any:
        self._lien = self._moteur.connect()
        return self._lien.connection.driver_connection

    def _lire(self, lecture: Callable[[Session], T]) -> T:
        with Session(self._lien, expire_on_commit=False) as db:
            return lecture(db)


class Lecteurs:
    """`nombre` lectures de front ; les suivantes attendent, dans l'ordre, la première qui finit."""

    def __init__(self, moteur: Engine, nombre: int) -> None:
        self._moteur, self._nombre = moteur, nombre
        self._libres: asyncio.LifoQueue[Lecteur] = asyncio.LifoQueue()
        for _ in range(nombre):
            self._libres.put_nowait(Lecteur(moteur))

    async def lire(self, lecture: Callable[[Session], T], *, attente: float) -> T:
        """`TimeoutError` si aucun lecteur ne se libère en `attente` secondes."""
        async with asyncio.timeout(attente):
            lecteur = await self._libres.get()
        try:
            return await lecteur.faire(lecture)
        finally:
            self._libres.put_nowait(Lecteur(self._moteur) if lecteur.est_perdu else lecteur)

    async def fermer(self) -> None:
        for _ in range(self._nombre):
            await (await self._libres.get()).fermer()
        self._moteur.dispose()
