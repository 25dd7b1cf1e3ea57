"""Des envois à 2 ko/s de nombreux téléphones : les autres ne s'en aperçoivent pas."""

import asyncio
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from tests.depart import ouvrir_une_session
from tests.documents_lourds import photo_lourde
from tests.e2e.serveur import Serveur

DEBIT = 2_000
"""octets par seconde et par client"""
PAS = 0.25
"""secondes entre deux bouts d'un même envoi"""


# Litestar laisse au ramasse-miettes le fichier provisoire d'un formulaire dont le client est parti au milieu.
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("lents", "duree"), [(60, 3.0), pytest.param(400, 20.0, marks=pytest.mark.long)])
def test_des_envois_lents_laissent_les_autres_comme_avant(
    serveur: Serveur, capsys: pytest.CaptureFixture[str], lents: int, duree: float
):
    """Par le formulaire d'un trait, le plus long à recevoir. Avant et pendant se mesurent dans le même essai."""
    secret = ouvrir_une_session(serveur.donnees, instant=serveur.horloge.instant)
    # Dans un fil à part : Chromium, s'il est resté ouvert, tient une boucle dans celui-ci.
    with ThreadPoolExecutor(1) as fil:
        avant, pendant, partis = fil.submit(asyncio.run, comparer(serveur, secret, lents, duree)).result()
    assert min(partis) >= DEBIT * duree / 2, "les envois lents n’ont pas duré : ce test n’a rien éprouvé"
    (avant_p50, avant_p95), (pendant_p50, pendant_p95) = centiles(avant), centiles(pendant)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{lents} envois à {DEBIT} o/s ; GET p50 et p95 : {avant_p50:.1f} et {avant_p95:.1f} ms avant, "
            f"{pendant_p50:.1f} et {pendant_p95:.1f} ms pendant\n"
        )
    assert pendant_p50 < 2 * avant_p50 + 5
    assert pendant_p95 < 3 * avant_p95 + 25


async def comparer(
    serveur: Serveur, secret: str, lents: int, duree: float
) -> tuple[list[float], list[float], list[int]]:
    """Les temps avant, les temps pendant, et les octets partis de chaque envoi lent."""
    photo = photo_lourde(400, 300)
    async with httpx.AsyncClient(base_url=serveur.adresse, cookies={"session": secret}, timeout=30) as client:
        await mesurer(client, 1.0)  # le temps que tout soit chargé
        avant = await mesurer(client, duree / 2)
        envois = [asyncio.create_task(envoyer_lentement(serveur.port, secret, photo)) for _ in range(lents)]
        await asyncio.wait(envois, timeout=2 * PAS)
        pendant = await mesurer(client, duree)
        for envoi in envois:
            envoi.cancel()
        return avant, pendant, await asyncio.gather(*envois)


async def mesurer(client: httpx.AsyncClient, duree: float) -> list[float]:
    """Les temps de réponse d'une page personnelle, en millisecondes, un à la fois."""
    temps: list[float] = []
    fin = time.monotonic() + duree
    while time.monotonic() < fin:
        debut = time.perf_counter()
        reponse = await client.get("/inscriptions")
        temps.append((time.perf_counter() - debut) * 1000)
        assert reponse.status_code == 200
    return temps


def centiles(temps: list[float]) -> tuple[float, float]:
    return statistics.median(temps), statistics.quantiles(temps, n=20)[-1]


async def envoyer_lentement(port: int, secret: str, photo: bytes) -> int:
    """Un formulaire de dépôt, bout par bout, jusqu'à ce qu'on l'arrête. Rend les octets partis."""
    corps = b'--limite\r\nContent-Disposition: form-data; name="fichier"; filename="photo.jpg"\r\n\r\n' + photo * 200
    entetes = (
        "POST /pieces/inconnue/depot HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: session={secret}\r\nContent-Type: multipart/form-data; boundary=limite\r\n"
        f"Content-Length: {min(len(corps), 15_000_000)}\r\n\r\n"
    )
    _, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    partis, bout = 0, int(DEBIT * PAS)
    try:
        ecrivain.write(entetes.encode())
        while True:
            ecrivain.write(corps[partis : partis + bout])
            await ecrivain.drain()
            partis += bout
            await asyncio.sleep(PAS)  # le débit d'un mauvais réseau
    except asyncio.CancelledError:
        return partis
    finally:
        ecrivain.close()
        with suppress(OSError):
            await ecrivain.wait_closed()
