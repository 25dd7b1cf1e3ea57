"""Le sous-processus qui ouvre un fichier inconnu : enfermé d'abord, puis une seule tâche, puis il meurt.

Sa réponse est une ligne JSON sur la sortie standard. Il finit par un code non nul quand c'est lui, et non le
fichier, qui ne peut pas travailler : bibliothèque absente, disque plein.
"""

import errno
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from app.pieces.examen.paquet import deballer
from app.pieces.examen.verdict import Refus
from app.regles.vocabulaire import FormatFichier

MEMOIRE = 512 * 1024 * 1024
CPU = 6  # secondes
ECRIT = 32 * 1024 * 1024
DESCRIPTEURS = 32

ILLISIBLE = (
    "Ce fichier n’a pas pu être lu : vérifiez qu’il s’ouvre sur votre appareil, puis enregistrez-le de nouveau, en PDF "
    "ou en JPG."
)
EPUISANT = (
    "Ce fichier demande trop de mémoire ou de temps pour être ouvert : refaites-le plus simple, en PDF ou en JPG."
)


def main() -> None:
    _s_enfermer()
    tache, arguments = sys.argv[1], sys.argv[2:]
    try:
        reponse = _faire(tache, arguments)
    except Refus as refus:
        reponse = {"etat": "refuse", "motif": refus.phrase}
    except (MemoryError, RecursionError):
        reponse = {"etat": "refuse", "motif": EPUISANT}
    except ImportError:
        raise
    except Exception as faute:
        if isinstance(faute, OSError) and faute.errno not in (None, errno.EFBIG):
            raise  # le disque, pas le fichier
        reponse = {"etat": "refuse", "motif": ILLISIBLE}
    sys.stdout.write(json.dumps(reponse))


def _faire(tache: str, arguments: list[str]) -> dict[str, Any]:
    if tache == "examiner":
        entree, sortie, format_, taille_max = arguments
        return _examiner(Path(entree), Path(sortie), FormatFichier(format_), int(taille_max))
    if tache == "reunir":
        sortie, taille_max, *photos = arguments
        return _reunir([Path(photo).read_bytes() for photo in photos], Path(sortie), int(taille_max))
    if tache == "deballer":
        sortie, taille_max, paquet = arguments
        return _reunir(list(deballer(Path(paquet).read_bytes())), Path(sortie), int(taille_max))
    entree, sortie, format_, page = arguments
    return _montrer(Path(entree), Path(sortie), FormatFichier(format_), int(page))


def _examiner(entree: Path, sortie: Path, format_: FormatFichier, taille_max: int) -> dict[str, Any]:
    from app.pieces.examen.controles import examiner

    garde = examiner(entree.read_bytes(), format_, taille_max=taille_max)
    if garde.octets is None:
        shutil.copyfile(entree, sortie)
    else:
        sortie.write_bytes(garde.octets)
    return {"etat": "sain", "format": garde.format, "pages": garde.pages}


def _reunir(photos: list[bytes], sortie: Path, taille_max: int) -> dict[str, Any]:
    from app.pieces.examen.assemblage import reunir

    sortie.write_bytes(reunir(photos, taille_max=taille_max))
    return {"etat": "sain", "format": FormatFichier.PDF, "pages": len(photos)}


def _montrer(entree: Path, sortie: Path, format_: FormatFichier, page: int) -> dict[str, Any]:
    from app.pieces.examen.apercus import montrer

    sortie.write_bytes(montrer(entree.read_bytes(), format_, page))
    return {"etat": "sain", "format": FormatFichier.JPG, "pages": 1}


def _s_enfermer() -> None:
    """Rien de ce qu'un fichier ferait faire ne déborde : ni mémoire, ni temps, ni disque, ni autre processus."""
    if sys.platform == "win32":  # sans équivalent : le délai du parent reste
        return
    import resource

    for quoi, combien in (
        (resource.RLIMIT_AS, MEMOIRE),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, ECRIT),
        (resource.RLIMIT_NOFILE, DESCRIPTEURS),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(quoi, (combien, combien))
