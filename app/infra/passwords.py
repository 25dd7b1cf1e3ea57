"""Mots de passe : argon2id hors de la boucle, deux à la fois, et une réponse aussi longue pour un compte absent."""

import asyncio
import logging
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from app.infra.database import Indisponible

FILS = 2
FILE = 64  # calculs qui peuvent attendre, 20 ms chacun ; au-delà la réponse est 503

T = TypeVar("T")
journal = logging.getLogger(__name__)


class MotsDePasse:
    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._fils = ThreadPoolExecutor(FILS, thread_name_prefix="argon2")
        self._places = BoundedSemaphore(FILS + FILE)
        # Comparée quand le compte n'existe pas : même calcul, donc même temps.
        self._leurre = self._argon2.hash(secrets.token_bytes(32))

    async def hacher(self, mdp: str) -> str:
        return await self._calculer(lambda: self._argon2.hash(_octets(mdp)))

    async def verifier(self, empreinte: str | None, mdp: str) -> bool:
        """`None` : le compte n'existe pas. Faux, après le même calcul."""
        juste = await self._calculer(lambda: self._correspond(empreinte or self._leurre, mdp))
        return juste and bool(empreinte)

    def a_rehacher(self, empreinte: str) -> bool:
        """Calculée avec d'anciens réglages : à refaire à la prochaine connexion réussie."""
        return self._argon2.check_needs_rehash(empreinte)

    def fermer(self) -> None:
        self._fils.shutdown(wait=True, cancel_futures=True)

    async def _calculer(self, calcul: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Indisponible("the password queue is full")
        tache = self._fils.submit(calcul)
        tache.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(tache)

    def _correspond(self, empreinte: str, mdp: str) -> bool:
        try:
            return self._argon2.verify(empreinte, _octets(mdp))
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError) as illisible:
            journal.error("unreadable password hash: %s", type(illisible).__name__)
            return False


def _octets(mdp: str) -> bytes:
    """NFC : « é » s'écrit en un ou deux caractères selon l'appareil, c'est le même mot de passe."""
    return unicodedata.normalize("NFC", mdp).encode("utf-8", "surrogatepass")
