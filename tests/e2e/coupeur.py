"""Un petit relais TCP devant le portail : il compte ce qui monte, et coupe la connexion quand on le lui a dit."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass
class Coupeur:
    """`coupures` : nombres d'octets montés, depuis le début, où tout s'arrête net."""

    port_du_portail: int
    coupures: list[int] = field(default_factory=list)
    montes: int = 0
    coupes: int = 0

    def __enter__(self) -> Self:
        self._prise = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._ouvertes: set[socket.socket] = set()
        self._verrou = threading.Lock()
        threading.Thread(target=self._accueillir, daemon=True).start()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, panne: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._prise.close()
        self._tout_fermer()

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self._prise.getsockname()[1]}"

    def compter_depuis_ici(self, *coupures: int) -> None:
        with self._verrou:
            self.montes, self.coupures = 0, list(coupures)

    def _accueillir(self) -> None:
        while True:
            try:
                client, _ = self._prise.accept()
            except OSError:
                return
            serveur = socket.create_connection(("127.0.0.1", self.port_du_portail))
            with self._verrou:
                self._ouvertes |= {client, serveur}
            threading.Thread(target=self._passer, args=(client, serveur, True), daemon=True).start()
            threading.Thread(target=self._passer, args=(serveur, client, False), daemon=True).start()

    def _passer(self, de: socket.socket, vers: socket.socket, monte: bool) -> None:
        with suppress(OSError):
            while octets := de.recv(8192):
                if monte and self._compter(len(octets)):
                    self._tout_fermer()
                    return
                vers.sendall(octets)
        for prise in (de, vers):
            _fermer(prise)

    def _compter(self, octets: int) -> bool:
        """Vrai s'il faut couper : ces octets sont comptés, et n'arrivent pas."""
        with self._verrou:
            self.montes += octets
            if not self.coupures or self.montes < self.coupures[0]:
                return False
            self.coupures.pop(0)
            self.coupes += 1
            return True

    def _tout_fermer(self) -> None:
        with self._verrou:
            prises, self._ouvertes = self._ouvertes, set()
        for prise in prises:
            _fermer(prise)


def _fermer(prise: socket.socket) -> None:
    with suppress(OSError):
        prise.shutdown(socket.SHUT_RDWR)
    prise.close()
