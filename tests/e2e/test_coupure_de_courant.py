"""Le courant coupé : ce que le disque n'avait pas confirmé est perdu, et rien de ce qui a été répondu n'en est."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.e2e.courant import NORMAL, Disque, compiler
from tests.e2e.test_coupures import (
    HASARD,
    Candidat,
    Guichet,
    Processus,
    laisser_passer,
    preparer,
    processus,
    verifier_les_acquittes,
    verifier_que_rien_n_est_a_moitie,
)
from tests.e2e.test_depots_coupes import Guichet as GuichetDesDepots
from tests.e2e.test_depots_coupes import laisser_passer as laisser_deposer
from tests.e2e.test_depots_coupes import preparer as preparer_des_depots
from tests.e2e.test_depots_coupes import verifier as verifier_les_depots
from tests.fautes import Relever
from tests.instance import lignes

__all__ = ["processus"]
pytestmark = pytest.mark.faute
DE_FRONT = 4


@pytest.fixture
def disque(processus: Processus, tmp_path: Path) -> Disque:
    disque = Disque(processus.donnees, tmp_path / "confirme", compiler(tmp_path))
    disque.repartir()
    processus.environnement = disque.environnement
    return disque


def perdus(donnees: Path, candidats: list[Candidat]) -> int:
    """Inscriptions acquittées que la base rallumée n'a pas."""
    enregistrees = {
        ligne["candidature_id"] for ligne in lignes(donnees, "SELECT candidature_id FROM version_candidature")
    }
    return sum(candidat.est_acquitte and candidat.candidature not in enregistrees for candidat in candidats)


def inscrire_puis_couper(processus: Processus, disque: Disque, candidats: list[Candidat], coupures: int) -> int:
    """Rend combien d'acquittées étaient perdues au premier rallumage qui en a perdu, zéro si aucun."""
    guichet = Guichet(processus)
    for candidat in candidats:
        guichet.file.put(candidat)
    fils = [threading.Thread(target=guichet.servir) for _ in range(DE_FRONT)]
    processus.lancer()
    for fil in fils:
        fil.start()
    try:
        for _ in range(coupures):
            laisser_passer(candidats, 6)
            guichet.ferme.wait(HASARD.uniform(0, 0.04))
            processus.tuer()
            acquittes = [c for c in candidats if c.est_acquitte]
            disque.rallumer()
            if manque := perdus(processus.donnees, acquittes):
                return manque
            processus.lancer()
    finally:
        guichet.ferme.set()
        for fil in fils:
            fil.join()
        processus.tuer()
    assert guichet.fautes == []
    return 0


@pytest.mark.parametrize(("coupures", "nombre"), [(1, 20), pytest.param(20, 160, marks=pytest.mark.long)])
def test_une_inscription_acquittee_survit_a_une_coupure_de_courant(
    processus: Processus, disque: Disque, relever: Relever, coupures: int, nombre: int
):
    candidats = preparer(processus.donnees, nombre)
    disque.repartir()
    manque = inscrire_puis_couper(processus, disque, candidats, coupures)
    acquittes = [candidat for candidat in candidats if candidat.est_acquitte]
    relever("courant coupé pendant des inscriptions", lancers=coupures, acquittes=len(acquittes), perdus=manque)
    assert len(acquittes) >= 6 * coupures, "trop peu d’inscriptions : ce test n’a rien éprouvé"
    assert manque == 0
    disque.rallumer()
    verifier_les_acquittes(processus.donnees, acquittes)
    verifier_que_rien_n_est_a_moitie(processus.donnees)


def test_le_meme_essai_en_synchronous_normal_en_perd(processus: Processus, disque: Disque, relever: Relever):
    """Sans cela, le test précédent ne prouverait rien : la coupure sait faire perdre."""
    candidats = preparer(processus.donnees, 40)
    disque.repartir()
    processus.commande = ("-c", NORMAL)
    manque = inscrire_puis_couper(processus, disque, candidats, 3)
    acquittes = sum(candidat.est_acquitte for candidat in candidats)
    relever("la même en synchronous=NORMAL (témoin : doit perdre)", lancers=1, acquittes=acquittes, perdus=manque)
    assert manque > 0


@pytest.mark.parametrize(
    ("coupures", "nombre"), [pytest.param(1, 3, marks=pytest.mark.long), pytest.param(12, 30, marks=pytest.mark.long)]
)
def test_un_depot_acquitte_survit_a_une_coupure_de_courant(
    processus: Processus, disque: Disque, relever: Relever, coupures: int, nombre: int
):
    depots = preparer_des_depots(processus.donnees, nombre)
    disque.repartir()
    guichet = GuichetDesDepots(processus)
    for depot in depots:
        guichet.file.put(depot)
    fils = [threading.Thread(target=guichet.servir) for _ in range(2)]
    processus.lancer()
    for fil in fils:
        fil.start()
    try:
        for _ in range(coupures):
            laisser_deposer(depots, max(2, len(depots) // (coupures + 2)))
            guichet.ferme.wait(HASARD.uniform(0, 0.3))
            processus.tuer()
            acquittes = [depot for depot in depots if depot.est_acquitte]
            disque.rallumer()
            verifier_les_depots(processus.donnees, acquittes)
            processus.lancer()
    finally:
        guichet.ferme.set()
        for fil in fils:
            fil.join()
    assert guichet.fautes == []
    acquittes = [depot for depot in depots if depot.est_acquitte]
    assert len(acquittes) >= 2 * coupures, "trop peu de dépôts : ce test n’a rien éprouvé"
    relever("courant coupé pendant des dépôts", lancers=coupures, acquittes=len(acquittes))


def test_ce_qui_n_est_pas_confirme_est_bien_perdu(tmp_path: Path):
    """La coupure elle-même : un fichier écrit sans fsync revient vide, un renommage sans fsync du dossier s'oublie."""
    donnees = tmp_path / "donnees"
    donnees.mkdir()
    (donnees / "avant").write_bytes(b"avant")
    disque = Disque(donnees, tmp_path / "confirme", compiler(tmp_path))
    disque.repartir()
    ecrire(donnees, disque)
    disque.rallumer()
    lus = {fichier.name: fichier.read_bytes() for fichier in donnees.iterdir()}
    assert lus == {"avant": b"avant", "sans": b"", "avec": b"avec"}


def ecrire(donnees: Path, disque: Disque) -> None:
    programme = """
import os, sys
from pathlib import Path
d = Path(sys.argv[1])
for nom in ("sans", "avec"):
    with open(d / nom, "wb") as f:
        f.write(nom.encode())
        f.flush()
        if nom == "avec":
            os.fsync(f.fileno())
dossier = os.open(d, os.O_RDONLY)
os.fsync(dossier)
(d / "avec").rename(d / "oublie")
(d / "avant").write_bytes(b"apres")
"""
    subprocess.run(
        [sys.executable, "-c", programme, str(donnees)], check=True, env=os.environ | dict(disque.environnement)
    )
