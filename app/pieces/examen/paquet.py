"""Des photos déposées ensemble quand l'examinateur est en panne : gardées en un fichier, réunies plus tard.

Rien n'est ouvert ici : des octets se suivent, chacun précédé de sa longueur.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

MARQUE = b"PHOTOS\0\1"
LONGUEUR = struct.Struct(">I")


def empaqueter(photos: Sequence[Path], sortie: Path) -> None:
    with sortie.open("wb") as paquet:
        paquet.write(MARQUE)
        for photo in photos:
            octets = photo.read_bytes()
            paquet.write(LONGUEUR.pack(len(octets)) + octets)


def est_un_paquet(debut: bytes) -> bool:
    return debut.startswith(MARQUE)


def deballer(octets: bytes) -> Iterator[bytes]:
    ici = len(MARQUE)
    while ici < len(octets):
        (longueur,) = LONGUEUR.unpack_from(octets, ici)
        ici += LONGUEUR.size + longueur
        yield octets[ici - longueur : ici]
