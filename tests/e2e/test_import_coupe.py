"""Le portail tué net au milieu d'un import, d'une annulation, d'une impression : relancé, il finit, sans double."""

import io
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from app.infra.clock import maintenant
from tests.depart import ouvrir_une_session
from tests.e2e.test_coupures import Processus, processus, valeurs
from tests.instance import BELLEVUE, BERTHE, lignes
from tests.unit.etablissements.fichiers import en_csv
from tests.unit.etablissements.papier import mots_de_passe
from tests.unit.etablissements.test_gros_import import eleves

__all__ = ["processus"]
ESPACE = f"/etablissement/{BELLEVUE}"
EN_DOUBLE = {
    "un élève deux fois": "SELECT ine FROM eleve GROUP BY ine HAVING count(*) > 1",
    "un identifiant deux fois": "SELECT identifiant FROM compte GROUP BY identifiant HAVING count(*) > 1",
    "un compte à deux candidatures": "SELECT compte_id FROM candidature GROUP BY compte_id HAVING count(*) > 1",
    "un candidat sans candidature": """SELECT compte_id FROM candidat WHERE numero_candidat NOT LIKE '02146028%'
        AND compte_id NOT IN (SELECT compte_id FROM candidature)""",
    "une candidature sans élève": "SELECT id FROM candidature WHERE id NOT IN (SELECT candidature_id FROM eleve)",
    "un élève sans sa trace, ou avec deux": """SELECT e.candidature_id FROM eleve e WHERE (SELECT count(*)
        FROM evenement v WHERE v.candidature_id = e.candidature_id AND v.nature = 'preinscrite') != 1""",
}


class Secretariat:
    """Berthe et son navigateur ; une coupure ne l'étonne pas."""

    def __init__(self, processus: Processus) -> None:
        self.processus = processus
        secret = ouvrir_une_session(processus.donnees, BERTHE, instant=maintenant())
        self.client = httpx.Client(
            base_url=processus.adresse, timeout=600, cookies={"session": secret}, follow_redirects=True
        )

    def lire(self, adresse: str) -> str:
        return self.client.get(adresse).raise_for_status().text

    def jeton(self) -> str:
        return valeurs(self.lire(f"{ESPACE}/coordonnees"))["jeton_csrf"]

    def essayer(self, octets: bytes) -> str:
        """L'adresse de l'essai."""
        envoi = {"fichier": ("eleves.csv", octets, "text/csv")}
        page = self.client.post(f"{ESPACE}/import", data={"jeton_csrf": self.jeton()}, files=envoi)
        return page.raise_for_status().url.path

    def envoyer(self, adresse: str, **champs: str) -> httpx.Response:
        return self.client.post(adresse, data={"jeton_csrf": self.jeton()} | champs)

    def envoyer_et_etre_coupee(self, adresse: str) -> None:
        jeton = self.jeton()

        def partir() -> None:
            with suppress(httpx.TransportError):
                self.client.post(adresse, data={"jeton_csrf": jeton})

        threading.Thread(target=partir).start()


@pytest.fixture
def secretariat(processus: Processus) -> Iterator[Secretariat]:
    processus.lancer()
    berthe = Secretariat(processus)
    yield berthe
    berthe.client.close()


def nombre(processus: Processus, requete: str) -> int:
    return int(lignes(processus.donnees, requete)[0]["n"])


def atteint(processus: Processus, requete: str, combien: int) -> bool:
    return nombre(processus, requete) >= combien


def guetter(condition: Callable[[], bool], delai: float = 600) -> None:
    limite = time.monotonic() + delai
    while not condition():
        assert time.monotonic() < limite, "rien n’avance"
        threading.Event().wait(0.01)


def couper_quand(processus: Processus, condition: Callable[[], bool]) -> None:
    guetter(condition)
    processus.tuer()
    processus.lancer()


FAITES = "SELECT count(*) AS n FROM ligne_import WHERE fait"
ELEVES = "SELECT count(*) AS n FROM eleve"


@pytest.mark.parametrize(
    ("eleves_importes", "coupures"), [(600, (0.4,)), pytest.param(10_000, (0.1, 0.5, 0.8), marks=pytest.mark.long)]
)
def test_un_import_coupe_finit_seul_sans_rien_en_double(
    secretariat: Secretariat, eleves_importes: int, coupures: tuple[float, ...]
):
    serveur, octets = secretariat.processus, en_csv(eleves(eleves_importes))
    essai = secretariat.essayer(octets)
    secretariat.envoyer_et_etre_coupee(f"{essai}/confirmation")
    for part in coupures:
        couper_quand(serveur, partial(atteint, serveur, FAITES, int(part * eleves_importes)))
        assert etat(serveur) == "en_cours", "coupé trop tard : ce test n’a rien éprouvé"
    guetter(lambda: etat(serveur) == "fait")
    assert nombre(serveur, ELEVES) == eleves_importes
    sans_double(serveur)
    assert "Ce fichier ne change rien" in secretariat.lire(secretariat.essayer(octets))
    secretariat.envoyer_et_etre_coupee(f"{essai}/annulation")
    couper_quand(serveur, lambda: nombre(serveur, ELEVES) <= eleves_importes // 2)
    assert etat(serveur) == "annulation"
    guetter(lambda: etat(serveur) == "annule")
    assert nombre(serveur, ELEVES) == 0
    sans_double(serveur)


def etat(processus: Processus) -> str:
    return str(lignes(processus.donnees, "SELECT etat FROM import_eleves ORDER BY confirme_le DESC LIMIT 1")[0]["etat"])


def sans_double(processus: Processus) -> None:
    assert lignes(processus.donnees, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert lignes(processus.donnees, "PRAGMA foreign_key_check") == []
    for quoi, requete in EN_DOUBLE.items():
        assert lignes(processus.donnees, requete) == [], quoi


PRETS = "SELECT count(*) AS n FROM fichier_papillons WHERE pret_le IS NOT NULL"


@pytest.mark.long
@pytest.mark.parametrize("eleves_importes", [1_000, 10_000])
def test_des_milliers_de_papillons_se_preparent_sans_retenir_le_portail(
    secretariat: Secretariat, eleves_importes: int, capsys: pytest.CaptureFixture[str]
):
    """Tué une fois ; pendant ce temps un candidat lit l'aide, et ne doit pas attendre."""
    serveur = secretariat.processus
    secretariat.envoyer(f"{secretariat.essayer(en_csv(eleves(eleves_importes)))}/confirmation")
    guetter(lambda: etat(serveur) == "fait")
    debut = time.monotonic()
    page = secretariat.envoyer(f"{ESPACE}/papillons", quoi="nouveaux")
    ici = page.raise_for_status().url.path
    assert "/impressions/" in ici
    guetter(lambda: nombre(serveur, PRETS) >= 1)
    premier = feuilles(secretariat.envoyer(f"{ici}/fichiers/1").content)
    couper_quand(serveur, lambda: nombre(serveur, PRETS) >= 3)
    attentes: list[float] = []

    def prete() -> bool:
        depart = time.monotonic()
        secretariat.lire("/aide")
        attentes.append(time.monotonic() - depart)
        return nombre(serveur, "SELECT count(*) AS n FROM impression WHERE etat = 'prete'") == 1

    guetter(prete, 1_800)
    preparees = time.monotonic() - debut
    reponse = secretariat.envoyer(f"{ici}/tout")
    archive = zipfile.ZipFile(io.BytesIO(reponse.content))
    telechargees = time.monotonic() - debut - preparees
    noms = archive.namelist()
    mots = premier | feuilles(archive.read(noms[0])) | feuilles(archive.read(noms[-1]))
    assert len(noms) == nombre(serveur, "SELECT count(*) AS n FROM fichier_papillons") - 1, "le premier est déjà parti"
    assert nombre(serveur, "SELECT count(*) AS n FROM eleve WHERE papillon_le IS NULL") == 0
    for identifiant in (next(iter(premier)), next(reversed(mots))):
        assert entre(serveur, identifiant, mots[identifiant])
    attentes.sort()
    with capsys.disabled():
        print(  # noqa: T201 — le chiffre est le résultat
            f"\n{eleves_importes} papillons : prêts en {preparees:.0f} s, ZIP de {len(reponse.content) // 1024} ko en "
            f"{telechargees:.0f} s ; pendant ce temps /aide : médiane {attentes[len(attentes) // 2] * 1000:.0f} ms, "
            f"la plus longue {attentes[-1] * 1000:.0f} ms sur {len(attentes)}"
        )
    assert attentes[int(len(attentes) * 0.99)] < 1.0


def feuilles(pdf: bytes) -> dict[str, str]:
    return mots_de_passe("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def entre(processus: Processus, identifiant: str, mot: str) -> bool:
    with httpx.Client(base_url=processus.adresse, timeout=60) as client:
        page = client.get("/connexion").text
        jeton = re.search(r'name="jeton_csrf" value="([^"]+)"', page)
        assert jeton
        champs: dict[str, Any] = {"identifiant": identifiant, "mot_de_passe": mot, "jeton_csrf": jeton[1]}
        return client.post("/connexion", data=champs).status_code == 303
