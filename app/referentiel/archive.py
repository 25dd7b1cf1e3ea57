"""Un dossier de référence en une archive ZIP, et retour. Une archive reçue est hostile jusqu'à preuve du contraire."""

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path

ARCHIVE_MAX = 8_000_000
"""octets de l'archive"""
DEPLIE_MAX = 30_000_000
"""octets de tous ses fichiers"""
FICHIERS_MAX = 500
NOM = re.compile(r"(?:specialites/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,90}\.(?:toml|csv|csv\.gz|txt|md)")
FIGEE = (1980, 1, 1, 0, 0, 0)
"""mêmes fichiers, mêmes octets : la date d'une archive n'est pas une donnée"""


class ArchiveRefusee(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


def archiver(dossier: Path) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for fichier in sorted(dossier.rglob("*")):
            nom = fichier.relative_to(dossier).as_posix()
            if fichier.is_file() and NOM.fullmatch(nom):
                archive.writestr(zipfile.ZipInfo(nom, FIGEE), fichier.read_bytes(), zipfile.ZIP_DEFLATED)
    return sortie.getvalue()


def deballer(octets: bytes, dossier: Path) -> None:
    """Écrit ses fichiers dans `dossier`, qui existe et est vide. Rien hors de lui, rien de plus gros que promis."""
    if len(octets) > ARCHIVE_MAX:
        raise ArchiveRefusee(f"Cette archive dépasse {ARCHIVE_MAX // 1_000_000} Mo.")
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            fichiers = _admis(archive)
            reste = DEPLIE_MAX
            for nom, entree in fichiers.items():
                contenu = _lu(archive, entree, reste)
                reste -= len(contenu)
                cible = dossier / nom
                cible.parent.mkdir(exist_ok=True)
                cible.write_bytes(contenu)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError, ValueError, OSError) as faute:
        raise ArchiveRefusee("Cette archive ne s’ouvre pas : refaites-la au format ZIP.") from faute


def _admis(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Nom dans le dossier → entrée. Un dossier de tête, comme en ajoute un ordinateur, est ôté."""
    entrees = [entree for entree in archive.infolist() if not entree.is_dir() and not _est_du_systeme(entree.filename)]
    if not entrees:
        raise ArchiveRefusee("Cette archive est vide.")
    if len(entrees) > FICHIERS_MAX:
        raise ArchiveRefusee(f"Cette archive a plus de {FICHIERS_MAX} fichiers.")
    if sum(entree.file_size for entree in entrees) > DEPLIE_MAX:
        raise ArchiveRefusee(f"Cette archive se déplie en plus de {DEPLIE_MAX // 1_000_000} Mo.")
    tete = _tete([entree.filename for entree in entrees])
    admis: dict[str, zipfile.ZipInfo] = {}
    for entree in entrees:
        nom = entree.filename.removeprefix(tete)
        if entree.flag_bits & 1:
            raise ArchiveRefusee("Cette archive est protégée par un mot de passe : refaites-la sans.")
        if not NOM.fullmatch(nom) or ".." in nom or stat.S_ISLNK(entree.external_attr >> 16):
            raise ArchiveRefusee(f"« {montrable(entree.filename)} » n’est pas un fichier du référentiel : ôtez-le.")
        if nom in admis:
            raise ArchiveRefusee(f"« {montrable(nom)} » est deux fois dans cette archive.")
        admis[nom] = entree
    return admis


def montrable(nom: str) -> str:
    return "".join(signe if signe.isprintable() else "?" for signe in nom)[:80]


def _lu(archive: zipfile.ZipFile, entree: zipfile.ZipInfo, reste: int) -> bytes:
    with archive.open(entree) as flux:
        contenu = flux.read(reste + 1)
    if len(contenu) > reste:
        raise ArchiveRefusee(f"Cette archive se déplie en plus de {DEPLIE_MAX // 1_000_000} Mo.")
    return contenu


def _tete(noms: list[str]) -> str:
    premiers = {nom.split("/", 1)[0] for nom in noms if "/" in nom}
    if len(premiers) == 1 and all("/" in nom for nom in noms) and premiers != {"specialites"}:
        return f"{premiers.pop()}/"
    return ""


def _est_du_systeme(nom: str) -> bool:
    """Ce qu'un ordinateur ajoute seul à une archive."""
    return nom.startswith("__MACOSX/") or nom.rpartition("/")[2] in {".DS_Store", "Thumbs.db", "desktop.ini"}
