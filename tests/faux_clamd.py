"""Un clamd de loopback : il parle INSTREAM comme le vrai, et connaît une seule signature, celle du fichier d'essai."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EICAR = "".join(["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"]).encode()
"""Joint à l'exécution : écrit d'un trait dans ce fichier, un antivirus mettrait les tests en quarantaine."""


@asynccontextmanager
async def faux_clamd(*, muet: bool = False) -> AsyncIterator[str]:
    """Son adresse. `muet` : il accepte la connexion et la ferme sans répondre."""

    async def repondre(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        if not muet:
            assert await lecteur.readuntil(b"\0") == b"zINSTREAM\0"
            recu = b""
            while longueur := struct.unpack(">I", await lecteur.readexactly(4))[0]:
                recu += await lecteur.readexactly(longueur)
            ecrivain.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in recu else b"stream: OK\0")
            await ecrivain.drain()
        ecrivain.close()
        await ecrivain.wait_closed()

    serveur = await asyncio.start_server(repondre, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{serveur.sockets[0].getsockname()[1]}"
    finally:
        serveur.close()
        await serveur.wait_closed()
