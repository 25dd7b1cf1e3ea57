"""Des envois à 2 ko/s de nombreux téléphones : les autres ne s'en aperçoivent pas.

« Avant » et « pendant » alternent : ce que la machine fait d'autre au même moment pèse autant sur l'un que sur l'autre.
Sur une machine très occupée, des rondes s'ajoutent jusqu'à ce que la médiane des rapports soit sûre.
"""

import hashlib
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.e2e.clients_lents import DEBIT, MORCEAU
from tests.e2e.test_coupures import Processus, processus
from tests.e2e.test_depots_coupes import preparer
from tests.fautes import Relever
from tests.instance import RACINE

__all__ = ["processus"]
PHASE = 0.8
"""secondes"""
RONDES_MAX = 25
P50_MAX, P95_MAX = 1.25, 1.5
"""de ce qu'ils étaient avant"""
Phase = tuple[float, float]


@dataclass
class Telephones:
    enfant: subprocess.Popen[str]

    def partir(self) -> None:
        assert self._demander() == "partis"

    def cesser(self) -> list[int]:
        """Les octets partis de chaque envoi."""
        partis: list[int] = self._demander()
        return partis

    def _demander(self) -> Any:
        assert self.enfant.stdin
        assert self.enfant.stdout
        self.enfant.stdin.write("\n")
        self.enfant.stdin.flush()
        return json.loads(self.enfant.stdout.readline())


@pytest.mark.faute
@pytest.mark.parametrize(("lents", "rondes"), [(60, 5), pytest.param(400, 15, marks=pytest.mark.long)])
def test_des_envois_lents_laissent_les_autres_comme_avant(
    processus: Processus, relever: Relever, capsys: pytest.CaptureFixture[str], lents: int, rondes: int
):
    """Un quart par formulaire, un quart par formulaire déjà gros, la moitié par morceaux."""
    mesures: list[tuple[Phase, Phase]] = []
    (depot, *_) = preparer(processus.donnees, 1)
    processus.lancer()
    with (
        httpx.Client(base_url=processus.adresse, cookies={"session": depot.session}, timeout=30) as client,
        telephones(processus.port, client, depot.piece, lents) as lentement,
    ):
        mesurer(client, 1.5)  # le temps que tout soit chargé
        while len(mesures) < rondes or (len(mesures) < RONDES_MAX and not sont_comme_avant(mesures)):
            mesures.append(comparer(client, lentement))
    (p50, p95), combien = rapports(mesures), len(mesures)
    avants, pendants = zip(*mesures, strict=True)
    avec = [f"{statistics.median(m[c] for m in phase):.1f}" for phase in (avants, pendants) for c in (0, 1)]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{lents} envois à {DEBIT} o/s ; GET p50 et p95 : {avec[0]} et {avec[1]} ms avant, "
            f"{avec[2]} et {avec[3]} ms pendant ; rapports {p50:.2f} et {p95:.2f} (médiane de {combien} rondes)\n"
        )
    assert sont_comme_avant(mesures)
    relever("envois à 2 ko/s, de front", lancers=lents, acquittes=0)


def comparer(client: httpx.Client, lentement: Telephones) -> tuple[Phase, Phase]:
    avant = mesurer(client, PHASE)
    lentement.partir()
    attendre_le_calme(client, 3 * centiles(avant)[0])
    pendant = mesurer(client, PHASE)
    partis = lentement.cesser()
    assert min(partis) >= DEBIT * PHASE / 2, "les envois lents n’ont pas duré : ce test n’a rien éprouvé"
    mesurer(client, PHASE / 2)
    return centiles(avant), centiles(pendant)


def attendre_le_calme(client: httpx.Client, ordinaire: float) -> None:
    """Qu'ils soient tous là : quatre cents connexions et cent mégaoctets ensemble occupent le portail un moment."""
    limite = time.monotonic() + 30
    while max(mesurer(client, PHASE / 4)) > ordinaire and time.monotonic() < limite:
        pass
    mesurer(client, PHASE / 2)


def rapports(mesures: list[tuple[Phase, Phase]]) -> Phase:
    p50, p95 = (statistics.median(pendant[c] / avant[c] for avant, pendant in mesures) for c in (0, 1))
    return p50, p95


def sont_comme_avant(mesures: list[tuple[Phase, Phase]]) -> bool:
    p50, p95 = rapports(mesures)
    return p50 < P50_MAX and p95 < P95_MAX


@contextmanager
def telephones(port: int, client: httpx.Client, piece: str, nombre: int) -> Iterator[Telephones]:
    (accueil, *_) = re.findall(r"/candidatures/\w+", client.get("/inscriptions").text)
    (jeton, *_) = re.findall(r'name="jeton_csrf" value="([^"]+)"', client.get(f"{accueil}/pieces").text)
    annonce = {"nom": "a.pdf", "octets": str(2 * MORCEAU), "photos": "1", "empreinte": hashlib.sha256(b"").hexdigest()}
    envoi = client.post(f"/pieces/{piece}/envois", data=annonce, headers={"X-Jeton-CSRF": jeton}).json()["envoi"]
    adresses = (f"/pieces/{piece}/depot", f"/envois/{envoi}/morceaux")
    qui = (str(port), client.cookies["session"], jeton)
    enfant = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.clients_lents", *qui, *adresses, str(nombre)],
        cwd=RACINE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with enfant:
        yield Telephones(enfant)


def mesurer(client: httpx.Client, duree: float) -> list[float]:
    """Les temps de réponse d'une page personnelle, en millisecondes, un à la fois."""
    temps: list[float] = []
    fin = time.monotonic() + duree
    while time.monotonic() < fin:
        debut = time.perf_counter()
        reponse = client.get("/inscriptions")
        temps.append((time.perf_counter() - debut) * 1000)
        assert reponse.status_code == 200
    return temps


def centiles(temps: list[float]) -> Phase:
    return statistics.median(temps), statistics.quantiles(temps, n=20)[-1]
