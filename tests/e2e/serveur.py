"""Le vrai portail dans un fil : uvicorn, une vraie base, un port libre, et l'horloge du test."""

import logging
import socket
import threading
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from app.settings import Reglages
from tests.instance import HorlogeDEssai, lignes, monte


@dataclass
class Serveur:
    donnees: Path
    horloge: HorlogeDEssai

    def __enter__(self) -> Self:
        self._pannes = _Pannes()
        logging.getLogger("cyclades.pannes").addHandler(self._pannes)
        self._prise = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._prise.getsockname()[1]
        reglages = Reglages(donnees=self.donnees, url_publique=self.adresse)
        self._pile = ExitStack()
        app = self._pile.enter_context(monte(reglages, self.horloge))
        self._uvicorn = _Uvicorn(
            uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, loop="asyncio", timeout_graceful_shutdown=2
            )
        )
        self._fil = threading.Thread(target=self._uvicorn.run, kwargs={"sockets": [self._prise]}, name="portail")
        self._fil.start()
        assert self._uvicorn.pret.wait(20), "le portail ne démarre pas"
        return self

    def __exit__(
        self, genre: type[BaseException] | None, panne: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._uvicorn.should_exit = True
        logging.getLogger("cyclades.pannes").removeHandler(self._pannes)
        self._fil.join(20)
        self._prise.close()
        assert not self._fil.is_alive(), "le portail ne s’arrête pas"
        self._pile.close()

    @property
    def pannes(self) -> list[str]:
        """Les 500 et les 503 que le portail a journalisés."""
        return self._pannes.recues

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lignes(self, requete: str, **valeurs: Any) -> list[dict[str, Any]]:
        return lignes(self.donnees, requete, **valeurs)

    def courriels(self, sujet: str = "") -> list[EmailMessage]:
        """Les mails partis : des fichiers, comme sur une instance sans SMTP."""
        fichiers = sorted((self.donnees / "courriels").glob("*.eml"))
        lus = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in fichiers]
        return [mail for mail in lus if sujet in mail["Subject"]]

    def attendre_le_courriel(self, sujet: str) -> EmailMessage:
        (mail,) = self.attendre_les_courriels(sujet, 1)
        return mail

    def attendre_les_courriels(self, sujet: str, nombre: int) -> list[EmailMessage]:
        """Le facteur passe chaque seconde : on guette le dossier, au plus dix secondes."""
        limite = time.monotonic() + 10
        while len(courriels := self.courriels(sujet)) < nombre:
            assert time.monotonic() < limite, f"{len(courriels)} mail « {sujet} » au lieu de {nombre}"
            threading.Event().wait(0.05)
        return courriels


class _Pannes(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.recues: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        panne = record.exc_info[1] if record.exc_info else None
        self.recues.append("".join(traceback.format_exception(panne)) if panne else record.getMessage())


class _Uvicorn(uvicorn.Server):
    """Dit quand il est prêt, et laisse les signaux à pytest."""

    def __init__(self, configuration: uvicorn.Config) -> None:
        super().__init__(configuration)
        self.pret = threading.Event()

    def install_signal_handlers(self) -> None:
        pass

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.pret.set()


logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
