"""Un PostgreSQL d'essai, à soi : un serveur dans un dossier provisoire, sans port, jeté avec lui.

La mise en page de la distribution suffit (paquet `postgresql`) : rien n'y est démarré ni changé.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

DELAI = 60  # secondes pour démarrer, machine chargée
REGLAGES = {
    "listen_addresses": "",  # une socket de fichier : aucun port à choisir
    "fsync": "off",  # ce qui est éprouvé ici est le portail, non le disque
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
}

GARDIEN = """
dossier=$1; shift
"$@" >"$dossier/journal" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$dossier"
"""
"""Tient le serveur tant que les tests vivent : tués net, ils ferment l'entrée qu'il lit, et rien ne reste."""


def programmes() -> Path:
    """Le dossier d'`initdb` et de `postgres`. Saute le test, en disant pourquoi, s'il n'y en a pas."""
    pytest.importorskip("psycopg", reason="psycopg, le pilote de PostgreSQL, n'est pas installé")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4].split(".")[0]))
    trouve = shutil.which("initdb") or (str(versions[-1]) if versions else None)
    if trouve is None:
        pytest.skip("PostgreSQL n'est pas installé (apt install postgresql)")
    return Path(trouve).resolve().parent


@contextmanager
def serveur() -> Iterator[str]:
    """L'adresse de sa base `postgres`, le temps du bloc."""
    ou = programmes()
    dossier = Path(tempfile.mkdtemp(prefix="cyclades-postgresql-"))
    donnees = dossier / "donnees"
    identite = _hors_de_root(dossier)
    commande: list[str | Path] = [
        ou / "initdb",
        "-D",
        donnees,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    subprocess.run(commande, check=True, capture_output=True, cwd=dossier, user=identite)
    options = [mot for nom, valeur in REGLAGES.items() for mot in ("-c", f"{nom}={valeur}")]
    gardien = subprocess.Popen(
        ["/bin/sh", "-c", GARDIEN, "gardien", dossier, ou / "postgres", "-D", donnees, "-k", dossier, *options],
        stdin=subprocess.PIPE,
        cwd="/",
        user=identite,
    )
    adresse = f"postgresql+psycopg://postgres@/postgres?host={dossier}"
    try:
        _attendre(adresse, gardien, dossier / "journal")
        yield adresse
    finally:
        gardien.communicate()  # ferme l'entrée qu'il guette
        shutil.rmtree(dossier, ignore_errors=True)


def executer(adresse: str, ordre: str) -> None:
    """Hors transaction, comme le veulent CREATE et DROP DATABASE."""
    moteur = create_engine(adresse, isolation_level="AUTOCOMMIT")
    try:
        with moteur.connect() as connexion:
            connexion.execute(text(ordre))
    finally:
        moteur.dispose()


def _hors_de_root(dossier: Path) -> str | None:
    """PostgreSQL refuse de servir sous root : il prend le compte que la distribution lui a fait."""
    if os.geteuid() != 0:
        return None
    for nom in ("postgres", "nobody"):
        try:
            compte = pwd.getpwnam(nom)
        except KeyError:
            continue
        os.chown(dossier, compte.pw_uid, compte.pw_gid)
        return nom
    pytest.skip("PostgreSQL ne tourne pas sous root, et cette machine n'a pas d'autre compte")


def _attendre(adresse: str, gardien: "subprocess.Popen[bytes]", journal: Path) -> None:
    butoir = monotonic() + DELAI
    while True:
        try:
            return executer(adresse, "SELECT 1")
        except OperationalError:
            if gardien.poll() is not None or monotonic() > butoir:
                raise RuntimeError(journal.read_text(errors="replace")) from None
            os.sched_yield()
