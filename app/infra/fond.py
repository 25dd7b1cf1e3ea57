"""Une tâche de fond : un pas après l'autre tant qu'il y a à faire, puis attendre d'être réveillée, ou un repos."""

import asyncio
import logging
from abc import ABC, abstractmethod
from contextlib import suppress

journal = logging.getLogger(__name__)


class TacheDeFond(ABC):
    """`tourner` jusqu'à son annulation, `reveiller` après un acte qui lui donne à faire."""

    panne = "background task postponed"
    """ce que dit le journal technique d'un pas manqué"""

    def __init__(self, repos: float) -> None:
        """`repos` : secondes entre deux regards sur la base, quand personne ne réveille."""
        self._repos = repos
        self._reveil = asyncio.Event()

    @abstractmethod
    async def avancer(self) -> object:
        """Un pas. Faux quand il n'y a rien à faire."""

    def reveiller(self) -> None:
        self._reveil.set()

    async def tourner(self) -> None:
        while True:
            self._reveil.clear()
            try:
                if await self.avancer():
                    continue
            except Exception as manque:  # la base est occupée ou pleine : ce qui reste à faire attend
                journal.error("%s: %s", self.panne, type(manque).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._repos):
                    await self._reveil.wait()
