"""Les octets des pièces : sur le disque, sous un nom engendré, avant la ligne qui les nomme."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from app.infra.disque import ecrire_entier, fixer
from app.infra.identifiants import nouvel_id
from app.pieces.formats import FORMATS
from app.regles.vocabulaire import EtatExamen, FormatFichier

DOSSIER = "pieces"


class Jugement(Protocol):
    @property
    def etat(self) -> EtatExamen: ...
    @property
    def format(self) -> str: ...
    @property
    def motif(self) -> str: ...
    @property
    def pages(self) -> int: ...


class Examine(Protocol):
    async def examiner(self, chemin: Path, nom: str, formats: Sequence[str], *, sortie: Path) -> Jugement: ...


@dataclass(frozen=True, slots=True)
class Examen:
    """`octets` : ce qu'il faut garder ; sans examinateur, ce qui est venu, « en attente »."""

    octets: bytes
    format: str
    etat: EtatExamen
    motif: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    cle: str
    octets: int
    empreinte: str


def ranger(donnees: Path, octets: bytes, format_: str) -> Range:
    dossier = donnees / DOSSIER
    if not dossier.exists():
        dossier.mkdir(mode=0o700, exist_ok=True)
        fixer(donnees)
    cle = f"{nouvel_id()}.{FORMATS[FormatFichier(format_)].extensions[0]}"
    ecrire_entier(dossier / cle, octets)
    return Range(cle, len(octets), hashlib.sha256(octets).hexdigest())


def chemin(donnees: Path, cle: str) -> Path:
    return donnees / DOSSIER / cle


def oter(donnees: Path, cle: str) -> None:
    chemin(donnees, cle).unlink(missing_ok=True)


async def examen(examinateur: Examine | None, nom: str, octets: bytes, format_: str, formats: Sequence[str]) -> Examen:
    if examinateur is None:
        return Examen(octets, format_, EtatExamen.EN_ATTENTE)
    with TemporaryDirectory(prefix="examen-") as dossier:
        source, sortie = Path(dossier) / "recu", Path(dossier) / "garde"
        await asyncio.to_thread(source.write_bytes, octets)
        verdict = await examinateur.examiner(source, nom, formats, sortie=sortie)
        if verdict.etat is EtatExamen.REFUSE:
            return Examen(b"", "", verdict.etat, verdict.motif)
        return Examen(await asyncio.to_thread(sortie.read_bytes), verdict.format, verdict.etat, "", verdict.pages)
