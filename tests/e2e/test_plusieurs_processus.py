"""Deux portails sur une même base PostgreSQL et un même dossier, comme derrière un répartiteur de charge."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from app.cli import main
from app.infra.clock import maintenant
from app.infra.outbox import LOT as RESERVES
from tests.bases import Bases, declarer
from tests.e2e.test_coupures import (
    Guichet,
    Processus,
    preparer,
    valeurs,
    verifier_les_acquittes,
    verifier_que_rien_n_est_a_moitie,
)
from tests.instance import CHARLIE, DACK, MOT_DE_PASSE, batir_le_modele, lignes

CANDIDATS = 24
ESSAIS_LIBRES = 5
"""mots de passe faux d'une même adresse pour un même identifiant, avant d'attendre"""


@dataclass
class Facteur:
    """Le serveur de mail : ce qu'il a pris en charge, lettre par lettre."""

    recus: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 — nom voulu par aiosmtpd
        trouve = re.search(rb"(?mi)^Message-ID: (<\S+>)", envelope.content)
        assert trouve
        self.recus[trouve[1].decode().strip("<>").partition("@")[0]] += 1
        return "250 OK"


@dataclass
class Grappe:
    donnees: Path
    un: Processus
    deux: Processus
    mails: Facteur


@pytest.fixture(scope="module")
def grappe(serveur_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grappe]:
    avant, Bases.serveur = Bases.serveur, serveur_postgresql
    donnees = batir_le_modele(tmp_path_factory.mktemp("grappe") / "donnees", maintenant())
    mails = Facteur()
    poste = Controller(mails, hostname="127.0.0.1", port=_port())
    poste.start()
    processus = Processus(donnees, _port()), Processus(donnees, _port())
    for un in processus:
        un.environnement = {"CYCLADES_SMTP": f"smtp://127.0.0.1:{poste.port}"}
        un.lancer()
    try:
        yield Grappe(donnees, *processus, mails=mails)
    finally:
        for un in processus:
            un.tuer()
        poste.stop()
        Bases.serveur = avant


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return int(prise.getsockname()[1])


def client(processus: Processus, cookies: httpx.Cookies | None = None) -> httpx.Client:
    return httpx.Client(base_url=processus.adresse, timeout=30, cookies=cookies)


def tenter(ici: httpx.Client, la_bas: httpx.Client, identifiant: str, mot_de_passe: str) -> httpx.Response:
    """La page lue ici, le formulaire envoyé là-bas : le répartiteur ne suit personne."""
    champs = valeurs(ici.get("/connexion").raise_for_status().text)
    la_bas.cookies = ici.cookies
    return la_bas.post("/connexion", data=champs | {"identifiant": identifiant, "mot_de_passe": mot_de_passe})


def test_une_session_ouverte_chez_l_un_vaut_chez_l_autre(grappe: Grappe):
    with client(grappe.un) as ici, client(grappe.deux) as la_bas:
        reponse = tenter(ici, la_bas, DACK.courriel, MOT_DE_PASSE)
        assert (reponse.status_code, reponse.headers["location"]) == (303, "/inscriptions")
        ici.cookies = la_bas.cookies
        page = ici.get("/inscriptions")
        assert page.status_code == 200
        assert "Mes inscriptions" in page.text
        assert la_bas.post("/deconnexion", data=valeurs(page.text)).status_code == 303
        assert ici.get("/inscriptions").status_code == 303, "fermée là-bas, elle l’est ici"


def test_les_essais_manques_se_comptent_ensemble(grappe: Grappe):
    statuts = []
    for rang in range(ESSAIS_LIBRES + 1):
        with client(grappe.un) as ici, client((grappe.un, grappe.deux)[rang % 2]) as la_bas:
            statuts.append(tenter(ici, la_bas, CHARLIE.courriel, "Faux-2027!").status_code)
    assert statuts == [422] * ESSAIS_LIBRES + [429]


def test_l_un_tue_en_pleine_charge_rien_ne_se_perd_et_chaque_mail_part_une_fois(
    grappe: Grappe, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    candidats = preparer(grappe.donnees, CANDIDATS)
    guichets = [Guichet(grappe.un), Guichet(grappe.deux)]
    for rang, candidat in enumerate(candidats):
        guichets[rang % 2].file.put(candidat)
    fils = [threading.Thread(target=guichet.servir) for guichet in guichets for _ in range(2)]
    for fil in fils:
        fil.start()
    try:
        _attendre_que(lambda: sum(c.est_acquitte for c in candidats) >= CANDIDATS // 3)
        grappe.un.tuer()
        les_siens = candidats[1::2]
        _attendre_que(lambda: all(c.est_acquitte for c in les_siens))
        grappe.un.lancer()
        _attendre_que(lambda: all(c.est_acquitte for c in candidats))
    finally:
        for guichet in guichets:
            guichet.ferme.set()
        for fil in fils:
            fil.join()
    assert [g.fautes for g in guichets] == [[], []]
    verifier_les_acquittes(grappe.donnees, candidats)
    verifier_que_rien_n_est_a_moitie(grappe.donnees)
    _attendre_que(lambda: not lignes(grappe.donnees, "SELECT id FROM courriel WHERE tentatives = 0"))
    mails = lignes(grappe.donnees, "SELECT id, nature, tentatives, envoye_le FROM courriel")
    assert sum(mail["nature"] == "enregistrement" for mail in mails) == CANDIDATS
    partis = [mail["id"] for mail in mails if mail["envoye_le"] and mail["tentatives"] == 1]
    assert len(mails) - len(partis) <= RESERVES, "seuls ceux que la coupure a pris en route repartiront"
    assert {grappe.mails.recus[id_] for id_ in partis} == {1}, "réservé une fois, parti une fois"
    declarer(monkeypatch, grappe.donnees)
    assert main(["verifier"]) == 0, capsys.readouterr().out


def _attendre_que(vrai: Callable[[], bool], secondes: float = 120) -> None:
    limite = time.monotonic() + secondes
    while not vrai():
        assert time.monotonic() < limite, "trop long"
        threading.Event().wait(0.05)
