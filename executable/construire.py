"""`make executable` : le portail en un seul fichier, `dist/cyclades`, qui ne demande ni Python ni git.

PyInstaller suit les imports ; ce qui se charge par son nom (pilotes, données, migrations) est dit ici.
"""

import sys
from pathlib import Path

from PyInstaller.__main__ import run

RACINE = Path(__file__).resolve().parents[1]
DONNEES = {"templates": "templates", "static": "static", "db": "db", "pyproject.toml": "."}
POLICES = "app/documents/polices"
SOUS_MODULES = ("aiosqlite", "phonenumbers.data", "uvicorn")
RESSOURCES = ("alembic", "fpdf", "pypdfium2", "pypdfium2_raw", "tzdata", "litestar")
CACHES = ("pysqlite3", "sqlalchemy.dialects.sqlite.aiosqlite", "alembic.ddl.sqlite", "logging.config")
INUTILES = ("phonenumbers.geodata", "phonenumbers.carrierdata", "phonenumbers.geocoder", "tkinter", "pytest")


def construire(dist: Path, travail: Path) -> Path:
    """Rend l'exécutable, pour le système et le processeur de cette machine."""
    options = ["--onefile", "--name=cyclades", "--noconfirm", "--log-level=WARN", f"--paths={RACINE}"]
    options += [f"--distpath={dist}", f"--workpath={travail}", f"--specpath={travail}"]
    options += [f"--add-data={RACINE / source}:{cible}" for source, cible in DONNEES.items()]
    options += [f"--add-data={RACINE / POLICES}/*.ttf:{POLICES}"]
    options += [f"--collect-submodules={nom}" for nom in SOUS_MODULES]
    options += [f"--collect-data={nom}" for nom in RESSOURCES]
    options += [f"--collect-binaries={nom}" for nom in ("pypdfium2_raw",)]
    options += [f"--hidden-import={nom}" for nom in CACHES]
    options += [f"--hidden-import={nom}" for nom in _modules_du_portail()]
    options += [f"--exclude-module={nom}" for nom in INUTILES]
    run([*options, str(RACINE / "executable" / "lancement.py")])
    return dist / "cyclades"


def _modules_du_portail() -> list[str]:
    """Tous : les migrations et les onglets ne s'importent que par leur nom."""
    fichiers = sorted((RACINE / "app").rglob("*.py"))
    return [".".join(f.relative_to(RACINE).with_suffix("").parts) for f in fichiers if f.stem != "__init__"]


if __name__ == "__main__":
    dossiers = [Path(argument) for argument in sys.argv[1:]] or [RACINE / "dist", RACINE / "build"]
    sys.stdout.write(f"{construire(*dossiers)}\n")
