"""Confier un fichier inconnu à un sous-processus qui peut mourir sans rien emporter."""

import asyncio
import json
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parents[3]
AMORCE = "import sys; sys.path.append(sys.argv.pop(1)); from app.pieces.examen.ouvrier import main; main()"
"""« -I » ne met ni le dossier courant ni PYTHONPATH dans le chemin : le projet y est ajouté, et rien d'autre."""
REPONSE_MAX = 8192

journal = logging.getLogger(__name__)


class Silence(Enum):
    """Pourquoi le sous-processus n'a rien répondu."""

    TUE = auto()
    """le fichier l'a fait mourir : mémoire, temps de calcul, faute d'une bibliothèque"""
    PANNE = auto()
    """il n'a pas pu travailler, ou la machine est trop chargée : cela ne dit rien du fichier"""


async def lancer(python: str, tache: Sequence[str], *, delai: float) -> dict[str, Any] | Silence:
    try:
        processus = await asyncio.create_subprocess_exec(
            python,
            "-I",
            "-c",
            AMORCE,
            str(RACINE),
            *tache,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            env={},  # ni réglage, ni secret
            start_new_session=True,
        )
    except OSError as faute:
        journal.warning("examiner did not start: %s", type(faute).__name__)
        return Silence.PANNE
    try:
        async with asyncio.timeout(delai):
            reponse = await _lire(processus)
            code = await processus.wait()
    except TimeoutError:
        journal.warning("examiner took more than %s s", delai)
        return Silence.PANNE
    finally:
        await _achever(processus)
    if code == 0:
        with suppress(ValueError):
            lue = json.loads(reponse)
            if isinstance(lue, dict):
                return lue
    journal.warning("examiner ended with code %s", code)
    return Silence.TUE if code < 0 and code != -signal.SIGTERM else Silence.PANNE


async def _lire(processus: asyncio.subprocess.Process) -> bytes:
    """Jamais plus qu'une réponse : un sous-processus détourné ne remplit pas la mémoire du serveur."""
    assert processus.stdout is not None  # noqa: S101 — demandé deux lignes plus haut
    reponse = b""
    while len(reponse) < REPONSE_MAX and (lu := await processus.stdout.read(REPONSE_MAX - len(reponse))):
        reponse += lu
    return reponse


async def _achever(processus: asyncio.subprocess.Process) -> None:
    """Même quand la requête est abandonnée : rien ne survit à celui qui attendait."""
    if processus.returncode is None:
        with suppress(ProcessLookupError):
            processus.kill()
        await asyncio.shield(processus.wait())
