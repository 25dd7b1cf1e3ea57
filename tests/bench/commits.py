"""`python -m tests.bench.commits BASE DURÉE` : imprime combien de COMMIT d'une ligne sqlite3 fait par seconde."""

import sys
import time
from pathlib import Path
from typing import Any

from app.infra.database import moteur_synchrone, url_sqlite

LIGNES = 64
CORPS = "x" * 1_000
"""à peu près un brouillon"""


def main(base: str, duree: float) -> float:
    # Le moteur du portail, pour sa version de SQLite et ses pragmas ; puis la connexion nue.
    connexion: Any = moteur_synchrone(url_sqlite(Path(base))).raw_connection().driver_connection
    connexion.execute("CREATE TABLE IF NOT EXISTS brouillon (id INTEGER PRIMARY KEY, corps TEXT NOT NULL)")
    connexion.executemany("INSERT OR REPLACE INTO brouillon VALUES (?, ?)", [(n, CORPS) for n in range(LIGNES)])
    faits, debut = 0, time.perf_counter()
    while (ecoule := time.perf_counter() - debut) < duree:
        connexion.execute("UPDATE brouillon SET corps = ? WHERE id = ?", (CORPS + str(faits), faits % LIGNES))
        faits += 1
    return faits / ecoule


if __name__ == "__main__":
    print(main(sys.argv[1], float(sys.argv[2])))  # noqa: T201 — lu par le banc
