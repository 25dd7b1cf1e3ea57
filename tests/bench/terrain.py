"""Le vrai portail et ses références, chacun sur le même cœur, et le client sur l'autre ; une base de mille dossiers."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.base_fictive.commande import engendrer
from app.infra.clock import maintenant
from app.infra.database import Database
from app.settings import Reglages
from tests.e2e.test_coupures import Candidat, preparer, valeurs
from tests.instance import RACINE, batir_le_modele

COEUR_DU_SERVEUR, COEUR_DU_CLIENT = 0, max(os.sched_getaffinity(0))
CANDIDATURES = 1_000
CANDIDATS = 64
"""comptes qui naviguent de front, chacun sur son brouillon"""


@dataclass
class Service:
    """Un serveur lancé, tenu sur ses cœurs."""

    commande: list[str]
    donnees: Path
    port: int
    prefixe: tuple[str, ...] = ()
    coeurs: str = str(COEUR_DU_SERVEUR)
    """comme les lit `taskset -c`"""

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lancer(self, pret: str) -> float:
        """Secondes entre le lancement et la première réponse."""
        debut = time.perf_counter()
        reglages = {
            "CYCLADES_DONNEES": str(self.donnees),
            "CYCLADES_PORT": str(self.port),
            "CYCLADES_URL_PUBLIQUE": self.adresse,
        }
        environnement = {nom: v for nom, v in os.environ.items() if nom != "PYTHONDONTWRITEBYTECODE"} | reglages
        self.enfant = subprocess.Popen(
            [*self.prefixe, "taskset", "-c", self.coeurs, *self.commande],
            cwd=RACINE,
            env=environnement,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            try:
                if httpx.get(self.adresse + pret, timeout=2).status_code == 200:
                    return time.perf_counter() - debut
            except httpx.TransportError:
                pass
            assert self.enfant.poll() is None, f"{self.commande} s’arrête au démarrage"
            assert time.perf_counter() - debut < 60, f"{self.commande} ne répond pas"
            time.sleep(0.005)

    def arreter(self) -> None:
        self.enfant.send_signal(signal.SIGINT)
        try:
            self.enfant.wait(15)
        except subprocess.TimeoutExpired:
            self.enfant.kill()
            self.enfant.wait(5)

    def processeur(self) -> float:
        """Secondes de processeur depuis le lancement, tous fils compris : le reste de la machine n'y est pas."""
        fils = Path(f"/proc/{self.enfant.pid}/task").glob("*/schedstat")
        return sum(int(fil.read_text().split()[0]) for fil in fils) / 1e9

    def memoire(self) -> float:
        """Mo résidents (VmRSS). `taskset` et le préfixe se remplacent par la commande : c'est le même processus."""
        trouve = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.enfant.pid}/status").read_text())
        assert trouve
        return int(trouve[1]) / 1000


@dataclass(frozen=True)
class Terrain:
    donnees: Path
    candidats: list[Candidat]

    def portail(self, *prefixe: str) -> Service:
        return Service([sys.executable, "-m", "app", "serve"], self.donnees, port_libre(), prefixe)

    def references(self, *prefixe: str) -> Service:
        port = port_libre()
        uvicorn = [sys.executable, "-m", "uvicorn", "--factory", "tests.bench.references:creer"]
        options = ["--port", str(port), "--no-access-log", "--log-level", "critical", "--loop", "asyncio"]
        return Service(uvicorn + options, self.donnees, port, prefixe)


def batir(dossier: Path) -> Terrain:
    donnees = batir_le_modele(dossier / "donnees", maintenant())
    ajouter_des_candidatures(donnees, CANDIDATURES)
    return Terrain(donnees, preparer(donnees, CANDIDATS))


def ajouter_des_candidatures(donnees: Path, nombre: int) -> None:
    """Inventées, à Toulouse ; deux sur trois sont inscrites."""
    asyncio.run(_remplir(donnees, nombre))


async def _remplir(donnees: Path, nombre: int) -> None:
    database = Database(Reglages(donnees=donnees).adresse_base)
    try:
        await engendrer(database, nombre, academie="16", maintenant=maintenant())
    finally:
        await database.fermer()


@contextmanager
def lance(service: Service, pret: str) -> Iterator[Service]:
    service.lancer(pret)
    try:
        yield service
    finally:
        service.arreter()


def port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return int(prise.getsockname()[1])


def onglet(candidat: Candidat) -> str:
    return f"/candidatures/{candidat.candidature}/onglets/identification"


def envoi(service: Service, candidat: Candidat) -> dict[str, str]:
    """Ce que le navigateur de ce candidat enverrait par « Suivant »."""
    page = httpx.get(service.adresse + onglet(candidat), cookies={"session": candidat.session}).raise_for_status().text
    return valeurs(page) | {"voie": "15 voie verte", "intention": "suivant"}
