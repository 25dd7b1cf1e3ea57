"""De nombreux téléphones sur un mauvais réseau, dans un processus à part : ils ne prennent pas le temps du portail.

`python -m tests.e2e.clients_lents PORT SESSION JETON DÉPÔT ENVOI NOMBRE` ; chaque ligne reçue les fait partir,
ou cesser et dire combien d'octets chacun a envoyés.
"""

import asyncio
import json
import sys
from contextlib import suppress

DEBIT = 2_000
"""octets par seconde et par client"""
PAS = 0.25
"""secondes entre deux bouts d'un même envoi"""
CORPS = 15_000_000
MORCEAU = 131_072
ELAN = 1_100_000
"""Ce qu'un formulaire sur deux a déjà envoyé : assez pour que le portail l'ait mis sur le disque."""
DEBUT = b'--limite\r\nContent-Disposition: form-data; name="fichier"; filename="photo.jpg"\r\n\r\n\xff\xd8\xff'


async def servir(port: int, session: str, jeton: str, depot: str, envoi: str, nombre: int) -> None:
    requetes = [_formulaire(session, depot), _formulaire(session, depot, ELAN), *[_morceau(session, jeton, envoi)] * 2]
    while await asyncio.to_thread(sys.stdin.readline):
        partis = [asyncio.Event() for _ in range(nombre)]
        taches = [asyncio.create_task(envoyer(port, *requetes[r % 4], partis[r])) for r in range(nombre)]
        await asyncio.gather(*(parti.wait() for parti in partis))
        _dire("partis")
        await asyncio.to_thread(sys.stdin.readline)
        for tache in taches:
            tache.cancel()
        _dire(await asyncio.gather(*taches))


def _formulaire(session: str, depot: str, elan: int = 0) -> tuple[bytes, int]:
    type_ = "Content-Type: multipart/form-data; boundary=limite"
    return _entetes(depot, session, CORPS, type_) + DEBUT + bytes(elan), CORPS - len(DEBUT) - elan


def _morceau(session: str, jeton: str, envoi: str) -> tuple[bytes, int]:
    """Comme depot.js : le jeton et l'empreinte en en-tête, des octets nus."""
    autres = (f"X-Jeton-CSRF: {jeton}", "X-Debut: 0", f"X-Empreinte: {'0' * 64}")
    return _entetes(envoi, session, MORCEAU, *autres), MORCEAU


def _entetes(adresse: str, session: str, longueur: int, *autres: str) -> bytes:
    lignes = [
        f"POST {adresse} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: session={session}",
        f"Content-Length: {longueur}",
        *autres,
    ]
    return ("\r\n".join(lignes) + "\r\n\r\n").encode()


async def envoyer(port: int, debut: bytes, reste: int, parti: asyncio.Event) -> int:
    """Jusqu'à ce qu'on l'arrête ; rend les octets partis au petit débit, ou -1 si le portail a déjà répondu."""
    lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    reponse = asyncio.create_task(lecteur.read(1))
    partis, bout = 0, bytes(int(DEBIT * PAS))
    try:
        ecrivain.write(debut)
        await ecrivain.drain()
        parti.set()
        while partis + len(bout) < reste:
            ecrivain.write(bout)
            await ecrivain.drain()
            partis += len(bout)
            await asyncio.sleep(PAS)  # le débit d'un mauvais réseau
    except asyncio.CancelledError:
        return -1 if reponse.done() else partis
    finally:
        reponse.cancel()
        ecrivain.close()
        with suppress(OSError):
            await ecrivain.wait_closed()
    return partis


def _dire(quoi: object) -> None:
    sys.stdout.write(json.dumps(quoi) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    port, session, jeton, depot, envoi, nombre = sys.argv[1:]
    asyncio.run(servir(int(port), session, jeton, depot, envoi, int(nombre)))
