"""Le serveur tué pendant des inscriptions : ce qui a été dit enregistré l'est, rien n'est à moitié écrit."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import commencer
from app.comptes.sessions import creer_session
from app.infra.clock import maintenant
from app.infra.database import moteur_synchrone
from app.infra.identifiants import empreinte, jeton
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import Civilite
from tests.bases import Bases, adresse_de
from tests.depart import TOULOUSE, reponses
from tests.fautes import Relever
from tests.instance import RACINE, Personne, batir_le_modele, creer_la_personne, lignes

COUPURES = 25
CANDIDATS = 150
DE_FRONT = 4
DUREE_MAX = 900
"""secondes ; une centaine au calme : au-delà, le portail est bloqué, et non lent"""
REPRISE_MAX = 30
"""secondes pour quelques inscriptions, démarrage compris"""
HASARD = random.Random(20261110)  # noqa: S311 — le moment des coupures, rejouable


@dataclass
class Candidat:
    session: str
    candidature: str
    voie: str
    """réponse que l'onglet 1 a acquittée ; vide tant qu'il ne l'a pas fait"""
    est_acquitte: bool = False
    """le portail a répondu par le numéro"""


@dataclass
class Processus:
    """`python -m app serve`, tué net et relancé sur le même dossier."""

    donnees: Path
    port: int
    commande: Sequence[str] = ("-m", "app", "serve")
    environnement: Mapping[str, str] = field(default_factory=dict)

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lancer(self) -> None:
        reglages = {
            "CYCLADES_DONNEES": str(self.donnees),
            "CYCLADES_PORT": str(self.port),
            "CYCLADES_URL_PUBLIQUE": self.adresse,
        }
        if Bases.serveur:
            reglages["CYCLADES_BASE"] = adresse_de(self.donnees).replace("+psycopg", "")
        self.enfant = subprocess.Popen(
            [sys.executable, *self.commande],
            cwd=RACINE,
            env=os.environ | reglages | dict(self.environnement),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        attendre_le_portail(self.adresse, self.enfant)

    def tuer(self) -> None:
        self.enfant.send_signal(signal.SIGKILL)
        self.enfant.wait(10)


def attendre_le_portail(adresse: str, enfant: "subprocess.Popen[bytes]") -> None:
    limite = time.monotonic() + 120  # une machine chargée met longtemps à tout charger
    while not _repond(adresse):
        assert time.monotonic() < limite, "le portail ne démarre pas"
        assert enfant.poll() is None, "le portail s’arrête au démarrage"
        threading.Event().wait(0.05)


def _repond(adresse: str) -> bool:
    try:
        return httpx.get(f"{adresse}/sante", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@dataclass
class Guichet:
    """Des candidats qui s'inscrivent de front ; celui que la coupure a interrompu revient dans la file."""

    processus: Processus
    file: SimpleQueue[Candidat] = field(default_factory=SimpleQueue)
    ferme: threading.Event = field(default_factory=threading.Event)
    fautes: list[str] = field(default_factory=list)
    coupes: int = 0
    """requêtes parties et jamais répondues"""

    def servir(self) -> None:
        while not self.ferme.is_set():
            try:
                candidat = self.file.get(timeout=0.05)
            except Empty:
                continue
            try:
                self._inscrire(candidat)
            except httpx.TransportError as coupure:
                self.coupes += not isinstance(coupure, httpx.ConnectError)
                self.file.put(candidat)
                self.ferme.wait(0.02)
            except Exception as faute:
                self.fautes.append(repr(faute))

    def _inscrire(self, candidat: Candidat) -> None:
        with httpx.Client(base_url=self.processus.adresse, timeout=20, cookies={"session": candidat.session}) as client:
            onglets = f"/candidatures/{candidat.candidature}/onglets"
            if not candidat.voie:
                page = client.get(f"{onglets}/identification").raise_for_status().text
                voie = f"{HASARD.randrange(10_000)} rue Acquittée"
                champs = valeurs(page) | {"voie": voie, "intention": "suivant"}
                _attendre(client.post(f"{onglets}/identification", data=champs), f"{onglets}/informations")
                candidat.voie = voie
            page = client.get(f"{onglets}/recapitulatif").raise_for_status().text
            champs = {nom: valeur for nom, valeur in valeurs(page).items() if nom in ("jeton_csrf", "version")}
            reponse = client.post(f"/candidatures/{candidat.candidature}/enregistrement", data=champs)
            _attendre(reponse, f"{onglets}/numero")
            candidat.est_acquitte = True


def _attendre(reponse: httpx.Response, vers: str) -> None:
    assert reponse.status_code == 303, (reponse.status_code, reponse.text[:300])
    assert reponse.headers["location"] == vers


def valeurs(page: str) -> dict[str, str]:
    """Les champs d'un formulaire tels qu'affichés ; ceux de l'onglet 1 n'ont ni case ni bouton radio coché."""
    textes = dict(re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    choisis = re.findall(r'<select [^>]*name="([^"]+)".*?<option value="([^"]+)" selected', page, re.DOTALL)
    coches = re.findall(r'<input type="radio"[^>]*name="([^"]+)" value="([^"]*)" checked', page)
    return textes | dict(choisis) | dict(coches)


@pytest.fixture
def processus(tmp_path: Path) -> Iterator[Processus]:
    """Une instance à l'heure de la machine : le vrai processus n'a pas d'horloge d'essai."""
    donnees = batir_le_modele(tmp_path / "donnees", maintenant())
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    processus = Processus(donnees, port)
    yield processus
    processus.tuer()


def preparer(donnees: Path, nombre: int) -> list[Candidat]:
    """Autant de comptes, chacun avec sa session et un brouillon complet à Toulouse."""
    instant, candidats = maintenant(), []
    moteur = moteur_synchrone(adresse_de(donnees))
    with Session(moteur) as db, db.begin():
        periode = db.scalars(select(PeriodeInscription.id).where(PeriodeInscription.academie_code == TOULOUSE)).one()
        for rang in range(nombre):
            personne = Personne(
                f"p{rang}", f"p{rang}@exemple.fr", f"{rang:011}", Civilite.MADAME, "ACCRALL", "Dack", date(2000, 1, 1)
            )
            creer_la_personne(db, personne, "sans-mot-de-passe")
            secret = jeton()
            creer_session(db, personne.id, empreinte(secret), maintenant=instant)
            candidature = commencer(db, personne.id, periode, brouillon=reponses("recapitulatif"), maintenant=instant)
            candidats.append(Candidat(secret, candidature, ""))
    moteur.dispose()
    return candidats


@pytest.mark.faute
def test_vingt_cinq_coupures_ne_perdent_et_ne_dechirent_rien(processus: Processus, relever: Relever):
    debut = time.monotonic()
    candidats = preparer(processus.donnees, CANDIDATS)
    guichet = Guichet(processus)
    for candidat in candidats:
        guichet.file.put(candidat)
    fils = [threading.Thread(target=guichet.servir) for _ in range(DE_FRONT)]
    par_vie: list[int] = []
    processus.lancer()
    for fil in fils:
        fil.start()
    try:
        for _ in range(COUPURES):
            laisser_passer(candidats, HASARD.randrange(1, 8))
            guichet.ferme.wait(HASARD.uniform(0, 0.04))
            processus.tuer()
            acquittes = [c for c in candidats if c.est_acquitte]
            verifier_les_acquittes(processus.donnees, acquittes)
            par_vie.append(len(acquittes))
            processus.lancer()
        while not all(c.est_acquitte for c in candidats) and not guichet.fautes:
            assert time.monotonic() - debut < DUREE_MAX, "trop long"
            guichet.ferme.wait(0.1)
    finally:
        guichet.ferme.set()
        for fil in fils:
            fil.join()
    assert guichet.fautes == []
    assert guichet.coupes >= COUPURES // 2, "trop peu d’inscriptions interrompues : ce test n’a rien éprouvé"
    assert par_vie[COUPURES // 2] < CANDIDATS, "tous inscrits avant la moitié des coupures"
    processus.tuer()
    verifier_les_acquittes(processus.donnees, candidats)
    verifier_que_rien_n_est_a_moitie(processus.donnees)
    relever(f"kill -9 en pleine charge ({guichet.coupes} requêtes coupées)", lancers=COUPURES, acquittes=CANDIDATS)


def laisser_passer(candidats: list[Candidat], nombre: int) -> None:
    """Que le serveur relancé ait travaillé : la coupure tombe au milieu des inscriptions suivantes."""
    vises = min(sum(c.est_acquitte for c in candidats) + nombre, CANDIDATS)
    limite = time.monotonic() + REPRISE_MAX
    while sum(c.est_acquitte for c in candidats) < vises and time.monotonic() < limite:
        threading.Event().wait(0.005)


def verifier_les_acquittes(donnees: Path, acquittes: list[Candidat]) -> None:
    enregistrees = {
        ligne["candidature_id"]: json.loads(ligne["brouillon"])
        for ligne in lignes(donnees, "SELECT candidature_id, brouillon FROM version_candidature")
    }
    for candidat in acquittes:
        assert candidat.candidature in enregistrees, "une inscription acquittée est perdue"
        assert enregistrees[candidat.candidature]["voie"] == candidat.voie, "un onglet acquitté est perdu"


A_MOITIE = {
    "un numéro sans version, ou l’inverse": """SELECT c.id FROM candidature c
        WHERE (c.numero_inscription IS NULL) != (c.version = 0)
        OR c.version != (SELECT count(*) FROM version_candidature v WHERE v.candidature_id = c.id)""",
    "plus d’une version pour un seul envoi": "SELECT id FROM candidature WHERE version > 1",
    "une version sans ses épreuves": """SELECT id FROM version_candidature v
        WHERE (SELECT count(*) FROM epreuve_candidature e WHERE e.version_id = v.id) != 13""",
    "une version sans ses deux documents": """SELECT id FROM version_candidature v
        WHERE (SELECT count(*) FROM document d WHERE d.version_id = v.id) != 2""",
    "une version sans son mail": """SELECT v.id FROM version_candidature v WHERE (SELECT count(*) FROM courriel m
        WHERE m.candidature_id = v.candidature_id AND m.nature = 'enregistrement') != 1""",
    "une version sans ses pièces": """SELECT v.id FROM version_candidature v
        WHERE (SELECT count(*) FROM piece_demandee p WHERE p.candidature_id = v.candidature_id) = 0""",
    "une version sans sa trace": """SELECT v.id FROM version_candidature v WHERE (SELECT count(*) FROM evenement e
        WHERE e.candidature_id = v.candidature_id AND e.nature = 'enregistree') != 1""",
    "un mail sans version": """SELECT m.id FROM courriel m WHERE m.nature = 'enregistrement'
        AND m.candidature_id NOT IN (SELECT candidature_id FROM version_candidature)""",
}


def verifier_que_rien_n_est_a_moitie(donnees: Path) -> None:
    if not Bases.serveur:
        assert lignes(donnees, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert lignes(donnees, "PRAGMA foreign_key_check") == []
    for quoi, requete in A_MOITIE.items():
        assert lignes(donnees, requete) == [], quoi
