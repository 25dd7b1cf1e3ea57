"""Antivirus facultatif : le protocole INSTREAM de clamd, sur une socket locale ou un port."""

import asyncio
import struct
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

from app.pieces.examen.verdict import insecables

VIRUS = insecables(
    "L’antivirus a trouvé un virus dans ce fichier : ne l’ouvrez plus, analysez votre appareil, puis déposez une copie "
    "saine ou une photo du document."
)
DELAI = 20.0
MORCEAU = 64 * 1024


class Avis(Enum):
    RIEN = auto()
    VIRUS = auto()
    MUET = auto()
    """clamd ne répond pas, ou répond qu'il n'a pas pu : le fichier attendra, il n'est ni sain ni refusé"""


async def analyser(adresse: str, chemin: Path, *, delai: float = DELAI) -> Avis:
    """`adresse` : « hôte:port », ou le chemin d'une socket (commence par « / »)."""
    try:
        async with asyncio.timeout(delai):
            return await _demander(adresse, chemin)
    except (OSError, EOFError, TimeoutError):
        return Avis.MUET


async def _demander(adresse: str, chemin: Path) -> Avis:
    if adresse.startswith("/"):
        lecteur, ecrivain = await asyncio.open_unix_connection(adresse)
    else:
        hote, _, port = adresse.rpartition(":")
        lecteur, ecrivain = await asyncio.open_connection(hote.strip("[]"), int(port))
    try:
        ecrivain.write(b"zINSTREAM\0")
        with chemin.open("rb") as fichier:
            while morceau := await asyncio.to_thread(fichier.read, MORCEAU):
                ecrivain.write(struct.pack(">I", len(morceau)) + morceau)
                await ecrivain.drain()
        ecrivain.write(struct.pack(">I", 0))
        await ecrivain.drain()
        reponse = await lecteur.readuntil(b"\0")
    finally:
        ecrivain.close()
        with suppress(OSError):
            await ecrivain.wait_closed()
    if reponse.endswith(b" FOUND\0"):
        return Avis.VIRUS
    return Avis.RIEN if reponse == b"stream: OK\0" else Avis.MUET
