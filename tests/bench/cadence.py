"""Un client à cadence fixe : chaque requête a son heure, d'où se compte son temps, attente comprise."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles

Brute = bytes
"""une requête HTTP/1.1 entière"""


def requete(chemin: str, *, temoin: str = "", corps: str = "") -> Brute:
    entetes = [f"{'POST' if corps else 'GET'} {chemin} HTTP/1.1", "Host: 127.0.0.1"]
    if temoin:
        entetes.append(f"Cookie: {temoin}")
    if corps:
        entetes += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(corps)}"]
    return ("\r\n".join(entetes) + "\r\n\r\n" + corps).encode()


@dataclass
class Cadence:
    """`par_seconde` requêtes tirées de `requetes` à tour de rôle, sur autant de connexions qu'il en faut."""

    port: int
    par_seconde: float
    requetes: Sequence[Brute]
    nombre: int
    statuts: frozenset[int] = frozenset({200})
    temps: list[float] = field(default_factory=list)
    """millisecondes"""
    fautes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._libres: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def tenir(self) -> None:
        debut = time.perf_counter()
        envois = [
            asyncio.create_task(self._envoyer(debut + rang / self.par_seconde, requete))
            for rang, requete in zip(range(self.nombre), cycle(self.requetes), strict=False)
        ]
        await asyncio.gather(*envois)
        for _, ecrivain in self._libres:
            ecrivain.close()

    async def _envoyer(self, heure: float, brute: Brute) -> None:
        await asyncio.sleep(max(0.0, heure - time.perf_counter()))
        try:
            if self._libres:
                lecteur, ecrivain = self._libres.pop()
            else:
                lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", self.port)
            ecrivain.write(brute)
            statut = await asyncio.wait_for(_reponse(lecteur), 30)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as coupure:
            self.fautes.append(repr(coupure))
            return
        self.temps.append((time.perf_counter() - heure) * 1000)
        if statut not in self.statuts:
            self.fautes.append(str(statut))
        self._libres.append((lecteur, ecrivain))

    @property
    def p99(self) -> float:
        return quantiles(self.temps, n=100)[-1]


async def _reponse(lecteur: asyncio.StreamReader) -> int:
    tete = (await lecteur.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if "transfer-encoding: chunked" in tete:
        while (taille := int((await lecteur.readline()).strip() or b"0", 16)) > 0:
            await lecteur.readexactly(taille + 2)
        await lecteur.readline()
    else:
        longueur = next(
            (int(champ.split(":")[1]) for champ in tete.split("\r\n") if champ.startswith("content-length")), 0
        )
        await lecteur.readexactly(longueur)
    return int(tete.split(" ", 2)[1])


def ensemble(*cadences: Cadence) -> None:
    async def toutes() -> None:
        await asyncio.gather(*(cadence.tenir() for cadence in cadences))

    asyncio.run(toutes())
