"""Le vrai serveur et ce qui l'entoure en panne : refuser par une phrase, ne rien perdre, repartir seul."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.infra.clock import maintenant
from app.infra.database import moteur_synchrone
from app.referentiel.models import PeriodeInscription
from app.settings import Reglages
from tests.e2e.courant import Disque, compiler
from tests.e2e.test_coupures import (
    Candidat,
    Guichet,
    Processus,
    laisser_passer,
    preparer,
    processus,
    valeurs,
    verifier_les_acquittes,
    verifier_que_rien_n_est_a_moitie,
)
from tests.fautes import Relever
from tests.instance import RACINE, lignes

__all__ = ["processus"]
pytestmark = pytest.mark.faute


@pytest.fixture
def panne(processus: Processus, tmp_path: Path) -> Disque:
    """De quoi faire tomber le disque et l'horloge de ce serveur ; rien n'est encore en panne."""
    disque = Disque(processus.donnees, tmp_path / "confirme", compiler(tmp_path))
    processus.environnement = {n: v for n, v in disque.environnement.items() if n != "COURANT_DISQUE"}
    return disque


def client(processus: Processus, candidat: Candidat, attente: float = 30) -> httpx.Client:
    return httpx.Client(base_url=processus.adresse, timeout=attente, cookies={"session": candidat.session})


def enregistrer(processus: Processus, candidat: Candidat) -> httpx.Response:
    """Le récapitulatif lu, puis « Enregistrer »."""
    with client(processus, candidat) as http:
        page = http.get(f"/candidatures/{candidat.candidature}/onglets/recapitulatif").raise_for_status().text
        champs = {nom: valeur for nom, valeur in valeurs(page).items() if nom in ("jeton_csrf", "version")}
        return http.post(f"/candidatures/{candidat.candidature}/enregistrement", data=champs)


def inscrits(donnees: Path) -> set[str]:
    return {ligne["candidature_id"] for ligne in lignes(donnees, "SELECT candidature_id FROM version_candidature")}


def exiger_un_refus(reponse: httpx.Response) -> None:
    assert reponse.status_code == 503, reponse.status_code
    assert int(reponse.headers["retry-after"]) > 0
    assert "momentanément" in reponse.text


@pytest.mark.parametrize("ordre", ["plein", "lecture-seule"])
def test_un_disque_qui_refuse_se_dit_et_ne_perd_rien(processus: Processus, panne: Disque, relever: Relever, ordre: str):
    premier, second = preparer(processus.donnees, 2)
    processus.lancer()
    assert enregistrer(processus, premier).status_code == 303
    panne.ordonner(ordre)
    for _ in range(3):
        exiger_un_refus(enregistrer(processus, second))
    assert httpx.get(f"{processus.adresse}/periodes", timeout=5).status_code == 200, "lire reste possible"
    assert inscrits(processus.donnees) == {premier.candidature}
    panne.reparer()
    assert enregistrer(processus, second).status_code == 303
    assert inscrits(processus.donnees) == {premier.candidature, second.candidature}
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever(f"disque {ordre.replace('-', ' ')}", lancers=3, acquittes=2)


def test_une_base_verrouillee_par_un_autre_refuse_puis_repart(processus: Processus, relever: Relever):
    (candidat,) = preparer(processus.donnees, 1)
    processus.lancer()
    moteur = moteur_synchrone(Reglages(donnees=processus.donnees).adresse_base)
    with moteur.begin() as autre:
        autre.execute(text("update compteur set valeur = valeur"))
        exiger_un_refus(enregistrer(processus, candidat))
        debut = time.monotonic()
        assert httpx.get(f"{processus.adresse}/periodes", timeout=5).status_code == 200
        assert time.monotonic() - debut < 3, "lire n’attend pas le verrou"
    moteur.dispose()
    assert enregistrer(processus, candidat).status_code == 303
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever("base verrouillée par un autre processus", lancers=1, acquittes=1)


@dataclass
class FauxSmtp:
    """Un serveur de mail en panne : absent, muet, qui refuse, ou qui raccroche après DATA."""

    prise: socket.socket
    mode: str = "muet"
    recus: list[str] = field(default_factory=list)

    def a_vu(self, mode: str) -> bool:
        return mode == "absent" or mode in self.recus

    def servir(self) -> None:
        while True:
            try:
                ligne, _ = self.prise.accept()
            except OSError:
                return
            threading.Thread(target=self._parler, args=(ligne, self.mode), daemon=True).start()

    def _parler(self, ligne: socket.socket, mode: str) -> None:
        self.recus.append(mode)
        with ligne, ligne.makefile("rwb") as flux:
            if mode == "muet":
                ligne.recv(1)
                return
            flux.write(b"554 pas de service\r\n" if mode == "refus" else b"220 bonjour\r\n")
            flux.flush()
            for recue in flux:
                if recue.upper().startswith(b"DATA"):
                    flux.write(b"354 envoyez\r\n")
                    flux.flush()
                    flux.readline()
                    return
                flux.write(b"250 bien\r\n")
                flux.flush()


@pytest.fixture
def faux_smtp() -> Iterator[FauxSmtp]:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        serveur = FauxSmtp(prise)
        threading.Thread(target=serveur.servir, daemon=True).start()
        yield serveur


def attendre(condition: Callable[[], bool], sinon: str, *, secondes: float = 30) -> None:
    limite = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < limite, sinon
        threading.Event().wait(0.05)


def test_un_serveur_de_mail_en_panne_ne_retient_aucune_inscription(
    processus: Processus, faux_smtp: FauxSmtp, relever: Relever
):
    modes = ["refus", "raccroche", "muet", "absent"]
    candidats = preparer(processus.donnees, len(modes))
    processus.environnement = {"CYCLADES_SMTP": f"smtp://127.0.0.1:{faux_smtp.prise.getsockname()[1]}"}
    processus.lancer()
    for mode, candidat in zip(modes, candidats, strict=True):
        faux_smtp.mode = mode
        if mode == "absent":
            faux_smtp.prise.shutdown(socket.SHUT_RDWR)
        debut = time.monotonic()
        assert enregistrer(processus, candidat).status_code == 303
        assert time.monotonic() - debut < 10, f"l’inscription attend le mail ({mode})"
        attendre(partial(faux_smtp.a_vu, mode), f"aucun envoi n’a été tenté ({mode})")
    etat = httpx.get(f"{processus.adresse}/sante", timeout=5).json()
    assert (etat["statut"], etat["mails_en_attente"]) == ("ok", len(modes))
    perdus = lignes(processus.donnees, "SELECT id FROM courriel WHERE abandonne_le IS NOT NULL")
    assert perdus == [], "une panne de connexion n’abandonne aucune lettre"
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever("mail muet, en refus, qui raccroche, absent", lancers=len(modes), acquittes=len(modes))


def test_une_horloge_qui_saute_ne_perd_rien_et_la_cloture_suit_l_heure_du_serveur(
    processus: Processus, panne: Disque, relever: Relever
):
    premier, second, troisieme = preparer(processus.donnees, 3)
    cloture = maintenant() + timedelta(hours=1)
    _fermer_a(processus.donnees, cloture)
    processus.lancer()
    panne.ordonner("horloge", 3660)
    refus = enregistrer(processus, premier)
    assert (refus.status_code, inscrits(processus.donnees)) != (303, {premier.candidature})
    assert inscrits(processus.donnees) == set(), "rien ne s’enregistre après la clôture"
    panne.ordonner("horloge", 3500)
    assert enregistrer(processus, premier).status_code == 303
    panne.ordonner("horloge", -7200)
    assert enregistrer(processus, second).status_code == 303, "une heure reculée n’enferme personne"
    panne.ordonner("horloge", 3 * 3600)
    with client(processus, troisieme) as http:
        dehors = http.get("/inscriptions")
    assert dehors.headers["location"].startswith("/connexion"), "la session finit après son inactivité"
    panne.reparer()
    assert enregistrer(processus, troisieme).status_code == 303, "revenue à l’heure, elle vaut encore"
    assert len(inscrits(processus.donnees)) == 3
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever("horloge qui saute, clôture à la minute", lancers=4, acquittes=3)


def _fermer_a(donnees: Path, cloture: datetime) -> None:
    moteur = moteur_synchrone(Reglages(donnees=donnees).adresse_base)
    with Session(moteur) as db, db.begin():
        db.execute(update(PeriodeInscription).values(ferme_le=cloture, ouvre_le=cloture - timedelta(days=30)))
    moteur.dispose()


def test_un_arret_demande_en_pleine_charge_rend_tout_ce_qui_est_commence(processus: Processus, relever: Relever):
    candidats = preparer(processus.donnees, 40)
    guichet = Guichet(processus)
    for candidat in candidats:
        guichet.file.put(candidat)
    fils = [threading.Thread(target=guichet.servir) for _ in range(4)]
    processus.lancer()
    for fil in fils:
        fil.start()
    laisser_passer(candidats, 8)
    processus.enfant.send_signal(signal.SIGTERM)
    assert processus.enfant.wait(20) in (0, -signal.SIGTERM)
    guichet.ferme.set()
    for fil in fils:
        fil.join()
    acquittes = [candidat for candidat in candidats if candidat.est_acquitte]
    assert len(acquittes) >= 8
    assert not (processus.donnees / "cyclades.db-wal").exists(), "le journal est replié dans la base"
    verifier_les_acquittes(processus.donnees, acquittes)
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever("SIGTERM en pleine charge", lancers=1, acquittes=len(acquittes))


def test_des_clients_qui_s_arretent_au_milieu_ne_retiennent_personne(processus: Processus, relever: Relever):
    (candidat,) = preparer(processus.donnees, 1)
    processus.lancer()
    debuts = (
        b"GET /periodes HTTP/1.1\r\nHost: x\r\n",
        b"POST /connexion HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\nidentifiant=",
        b"POST /connexion HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nident",
    )
    with ExitStack() as pile:
        for rang in range(240):
            prise = pile.enter_context(socket.create_connection(("127.0.0.1", processus.port), timeout=5))
            prise.sendall(debuts[rang % len(debuts)])
        debut = time.monotonic()
        assert enregistrer(processus, candidat).status_code == 303
        assert time.monotonic() - debut < 10
    with socket.create_connection(("127.0.0.1", processus.port), timeout=10) as prise:
        prise.sendall(b"POST /connexion HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        prise.sendall(b"x" * 400_000)
        assert re.match(rb"HTTP/1.1 4(00|03|13)", prise.recv(64)), "un corps énorme est refusé sans être attendu"
    relever("240 connexions à demi envoyées, un corps de 100 Go", lancers=241, acquittes=1)


@pytest.mark.long
def test_sauvegarder_et_verifier_a_cote_d_un_serveur_charge(processus: Processus, tmp_path: Path, relever: Relever):
    candidats = preparer(processus.donnees, 120)
    guichet = Guichet(processus)
    for candidat in candidats:
        guichet.file.put(candidat)
    fils = [threading.Thread(target=guichet.servir) for _ in range(2)]
    processus.lancer()
    for fil in fils:
        fil.start()
    try:
        for rang in range(3):
            laisser_passer(candidats, 6)
            avant = {c.candidature for c in candidats if c.est_acquitte}
            fichier = tmp_path / f"{rang}.tar.gz"
            _commande(processus.donnees, "sauvegarder", str(fichier))
            _commande(processus.donnees, "verifier")
            _commande(processus.donnees, "purger", "--essai")
            ailleurs = tmp_path / f"restaure-{rang}"
            _commande(ailleurs, "restaurer", str(fichier))
            assert avant <= inscrits(ailleurs), "une inscription acquittée avant la sauvegarde n’y est pas"
            verifier_que_rien_n_est_a_moitie(ailleurs)
        _commande(processus.donnees, "restaurer", "--essai", str(fichier))
    finally:
        guichet.ferme.set()
        for fil in fils:
            fil.join()
    assert guichet.fautes == []
    acquittes = [candidat for candidat in candidats if candidat.est_acquitte]
    verifier_les_acquittes(processus.donnees, acquittes)
    relever("sauvegarde, vérification et purge à côté du serveur", lancers=3, acquittes=len(acquittes))


def _commande(donnees: Path, *arguments: str) -> None:
    faite = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=RACINE,
        env=os.environ | {"CYCLADES_DONNEES": str(donnees)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert faite.returncode == 0, faite.stdout + faite.stderr


@pytest.mark.long
@pytest.mark.parametrize("pas", [7, 1])
def test_tue_a_chaque_appel_d_un_enregistrement_il_n_en_reste_jamais_la_moitie(
    processus: Processus, panne: Disque, relever: Relever, pas: int
):
    """Tué au n-ième appel qui écrit, confirme ou répond, le courant coupé avec lui, pour chaque n."""
    candidats = preparer(processus.donnees, 140 // pas)
    processus.environnement = panne.environnement
    panne.repartir()
    morts = acquittes = 0
    for rang, candidat in enumerate(candidats):
        appel = 1 + rang * pas
        processus.lancer()
        panne.ordonner("mort", appel)
        try:
            est_acquitte = enregistrer(processus, candidat).status_code == 303
        except httpx.TransportError:
            est_acquitte = False
        panne.reparer()
        morts += processus.enfant.poll() is not None
        acquittes += est_acquitte
        processus.tuer()
        panne.rallumer()
        est_ecrite = candidat.candidature in inscrits(processus.donnees)
        assert est_ecrite or not est_acquitte, f"acquittée puis perdue, tué à l’appel {appel}"
        verifier_que_rien_n_est_a_moitie(processus.donnees)
        if est_acquitte:
            break
    else:
        pytest.fail("aucun enregistrement n’est allé au bout")
    assert morts >= 14 // pas, "trop peu d’appels : ce test n’a rien éprouvé"
    processus.lancer()
    for candidat in candidats[:rang]:
        assert enregistrer(processus, candidat).status_code == 303, "renvoyé après la panne, il passe"
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever("tué à chaque appel d’un enregistrement", lancers=rang + 1, acquittes=acquittes + rang)
