"""Une heure de soirée d'inscriptions : rien ne se dégrade, rien ne s'accumule, rien ne se perd.

`CYCLADES_ENDURANCE=5 pytest -m long tests/e2e/test_endurance.py` : cinq minutes au lieu de soixante.
"""

import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import pytest

from tests.e2e.test_coupures import (
    Candidat,
    Guichet,
    Processus,
    preparer,
    processus,
    verifier_les_acquittes,
    verifier_que_rien_n_est_a_moitie,
)
from tests.fautes import Relever
from tests.instance import RACINE, lignes

__all__ = ["processus"]
pytestmark = [pytest.mark.faute, pytest.mark.long]

DUREE = 60 * float(os.environ.get("CYCLADES_ENDURANCE", "60"))
"""secondes"""
RYTHME = 2.0
"""secondes entre deux candidats"""
VISITEURS = 3
RELEVES = 12
JOURNAL_MAX = 64_000_000
"""octets du WAL : SQLite le replie tous les quatre mégaoctets, sauf si une lecture le retient"""


@dataclass(frozen=True)
class Releve:
    memoire: int
    """Kio résidents"""
    fichiers: int
    """descripteurs ouverts"""
    fils: int
    journal: int
    page: float
    """secondes, médiane de cinq lectures de l'accueil"""


def relever_l_etat(processus: Processus) -> Releve:
    proc = Path(f"/proc/{processus.enfant.pid}")
    statut = (proc / "status").read_text()
    memoire, fils = (int(re.search(rf"{nom}:\s+(\d+)", statut)[1]) for nom in ("VmRSS", "Threads"))  # type: ignore[index]  # toujours dites
    journal = processus.donnees / "cyclades.db-wal"
    return Releve(
        memoire,
        len(list((proc / "fd").iterdir())),
        fils,
        journal.stat().st_size if journal.exists() else 0,
        median(_duree(processus.adresse) for _ in range(5)),
    )


def _duree(adresse: str) -> float:
    debut = time.perf_counter()
    httpx.get(adresse, timeout=30).raise_for_status()
    return time.perf_counter() - debut


class Soiree(Guichet):
    """S'inscrire, puis lire ce qu'on vient d'enregistrer, en page et en PDF ; parfois se tromper de mot de passe."""

    def _inscrire(self, candidat: Candidat) -> None:
        super()._inscrire(candidat)
        with httpx.Client(base_url=self.processus.adresse, timeout=30, cookies={"session": candidat.session}) as client:
            for chemin in ("/", "/periodes", "/inscriptions", f"/candidatures/{candidat.candidature}/apercu"):
                client.get(chemin, follow_redirects=True).raise_for_status()
            documents = client.get(f"/candidatures/{candidat.candidature}/documents").raise_for_status().text
            pdf = re.search(r'href="(/documents/[^"/?]+)"', documents)
            assert pdf, "pas de confirmation à lire"
            assert client.get(pdf[1]).raise_for_status().content.startswith(b"%PDF")


def test_une_heure_d_inscriptions_n_use_pas_le_portail(
    processus: Processus, relever: Relever, capsys: pytest.CaptureFixture[str]
):
    candidats = preparer(processus.donnees, int(DUREE / RYTHME))
    soiree = Soiree(processus)
    processus.lancer()
    fils = [threading.Thread(target=soiree.servir) for _ in range(VISITEURS)]
    releves: list[Releve] = []
    debut = time.monotonic()
    for fil in fils:
        fil.start()
    try:
        for rang, candidat in enumerate(candidats):
            soiree.ferme.wait(max(0.0, debut + rang * RYTHME - time.monotonic()))
            soiree.file.put(candidat)
            if rang % max(1, len(candidats) // RELEVES) == 0:
                releves.append(relever_l_etat(processus))
            assert soiree.fautes == []
        limite = time.monotonic() + 120
        while not all(c.est_acquitte for c in candidats) and time.monotonic() < limite:
            soiree.ferme.wait(0.2)
        soiree.ferme.wait(5)
    finally:
        soiree.ferme.set()
        for fil in fils:
            fil.join()
    releves.append(relever_l_etat(processus))
    with capsys.disabled():
        for un in releves:
            print(f"\n{un}", end="")  # noqa: T201 — une heure de mesures se montre
    assert soiree.fautes == []
    assert all(c.est_acquitte for c in candidats)
    verifier_les_acquittes(processus.donnees, candidats)
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    assert lignes(processus.donnees, "SELECT count(*) AS n FROM courriel WHERE envoye_le IS NULL")[0]["n"] == 0
    chauffe, fin = releves[len(releves) // 3], releves[-1]
    assert fin.memoire <= chauffe.memoire * 1.15, "la mémoire monte"
    assert fin.fichiers <= chauffe.fichiers + 10, "des descripteurs restent ouverts"
    assert fin.fils <= chauffe.fils + 2, "des fils restent"
    assert max(un.journal for un in releves) <= JOURNAL_MAX
    verdict = subprocess.run(
        [sys.executable, "-m", "app", "verifier"],
        cwd=RACINE,
        env=os.environ | {"CYCLADES_DONNEES": str(processus.donnees)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    relever(f"{DUREE / 60:.0f} minutes d’inscriptions", lancers=1, acquittes=len(candidats))
