"""Le verrou du dossier des données : qui sert le partage, qui le remplace l'exige pour lui seul."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # pas de verrou de fichier sur cette machine
    fcntl = None  # type: ignore[assignment]

NOM = "verrou"


class DossierOccupe(Exception):  # noqa: N818 — un état, dit tel quel à qui lance la commande
    """Un portail sert ce dossier, ou une restauration le remplace."""


@contextmanager
def tenir(dossier: Path, *, seul: bool) -> Iterator[None]:
    """Pris tout de suite ou refusé par `DossierOccupe`. Il tombe avec le processus, quoi qu'il arrive."""
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (dossier / NOM).open("ab") as fichier:
        if fcntl is not None:
            try:
                fcntl.flock(fichier, (fcntl.LOCK_EX if seul else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError as pris:
                raise DossierOccupe(f"{dossier}") from pris
        yield


def verrouiller(fichier: IO[bytes]) -> None:
    """Attend d'être seul à l'écrire, tous processus confondus ; rendu à sa fermeture."""
    if fcntl is not None:
        fcntl.flock(fichier, fcntl.LOCK_EX)
