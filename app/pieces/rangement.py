"""Les octets des pièces : sur le disque, sous un nom engendré, avant la ligne qui les nomme."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.infra.disque import ecrire_entier, fixer
from app.infra.identifiants import nouvel_id
from app.pieces.formats import FORMATS
from app.regles.vocabulaire import FormatFichier

DOSSIER = "pieces"


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
