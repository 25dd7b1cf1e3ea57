"""Le portail en un seul fichier : construit par la commande, lancé seul, hors du dépôt et sans son Python."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.pieces.examen.examinateur import Examinateur
from app.regles.vocabulaire import EtatExamen
from tests.documents_lourds import photo_lourde
from tests.e2e.test_coupures import attendre_le_portail
from tests.instance import RACINE

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Déjà construit s'il est nommé par CYCLADES_EXECUTABLE ; sinon par la commande de `make executable`."""
    if deja := os.environ.get("CYCLADES_EXECUTABLE"):
        return Path(deja)
    pytest.importorskip("PyInstaller", reason="make executable a besoin de requirements-dev.lock")
    dossier = tmp_path_factory.mktemp("executable")
    subprocess.run(
        [sys.executable, "executable/construire.py", str(dossier / "dist"), str(dossier / "travail")],
        cwd=RACINE,
        check=True,
        timeout=1800,
    )
    return dossier / "dist" / "cyclades"


@pytest.fixture
def seul(tmp_path: Path) -> dict[str, str]:
    """Ni le dépôt, ni son environnement : ce qu'a une machine neuve."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CYCLADES_DONNEES": str(tmp_path / "donnees")}


@pytest.fixture
def portail(executable: Path, seul: dict[str, str], tmp_path: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    adresse = f"http://127.0.0.1:{port}"
    reglages = seul | {"CYCLADES_PORT": str(port), "CYCLADES_URL_PUBLIQUE": adresse}
    with subprocess.Popen([executable, "serve"], cwd=tmp_path, env=reglages, stderr=subprocess.DEVNULL) as enfant:
        try:
            attendre_le_portail(adresse, enfant)
            yield adresse
        finally:
            enfant.terminate()


def test_il_charge_ses_donnees_de_reference_et_les_sert(
    executable: Path, seul: dict[str, str], tmp_path: Path, portail: str
):
    charge = subprocess.run(
        [executable, "referentiel", "charger"], cwd=tmp_path, env=seul, capture_output=True, text=True, check=False
    )
    assert charge.returncode == 0, charge.stderr
    page = httpx.get(portail, timeout=10)
    assert page.status_code == 200
    (feuille, *_) = re.findall(r'href="(/statique/[^"]+\.css)"', page.text)
    assert httpx.get(portail + feuille, timeout=10).headers["content-type"].startswith("text/css")
    assert httpx.get(f"{portail}/simulateur", timeout=20).status_code == 200
    assert httpx.get(f"{portail}/aide/pieces", timeout=20).status_code == 200


async def test_il_ouvre_un_fichier_depose_dans_un_processus_a_part(executable: Path, tmp_path: Path):
    recue, gardee = tmp_path / "recue.jpg", tmp_path / "gardee.jpg"
    recue.write_bytes(photo_lourde(200, 150))
    examinateur = Examinateur(python=str(executable), delai=60)
    verdict = await examinateur.examiner(recue, "photo.jpg", ["JPG"], sortie=gardee)
    assert verdict.etat is EtatExamen.SAIN
    assert gardee.read_bytes().startswith(b"\xff\xd8")


def test_il_sauvegarde_et_essaie_sa_sauvegarde(executable: Path, seul: dict[str, str], tmp_path: Path, portail: str):
    fichier = tmp_path / "une.tar.gz"
    for arguments in (["sauvegarder", str(fichier)], ["restaurer", "--essai", str(fichier)], ["purger", "--essai"]):
        faite = subprocess.run(
            [executable, *arguments], cwd=tmp_path, env=seul, capture_output=True, text=True, check=False
        )
        assert faite.returncode == 0, faite.stdout + faite.stderr
