"""Le serveur tué pendant des dépôts : chaque dépôt acquitté a son fichier et son hash, et pas de ligne sans fichier."""

import asyncio
import hashlib
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.models import Compte
from app.comptes.sessions import creer_session
from app.dossiers_fictifs import DossierFictif, inscrire_et_deposer
from app.infra.clock import maintenant
from app.infra.database import Database, moteur_synchrone
from app.infra.identifiants import empreinte, jeton
from app.pieces.depot import siennes
from app.pieces.models import PieceDemandee
from app.referentiel.reglements import Reglements
from app.regles.vocabulaire import ModeDepot
from app.settings import Reglages
from tests.documents_lourds import photo_lourde
from tests.e2e.test_coupures import HASARD, Processus, processus
from tests.fautes import Relever
from tests.instance import lignes
from tests.unit.espace.test_pieces import pdf

__all__ = ["processus"]
DE_FRONT = 3
MORCEAU = 4_000


@dataclass
class ADeposer:
    session: str
    piece: str
    octets: bytes
    nom: str
    par_morceaux: bool
    est_acquitte: bool = False


@dataclass
class Guichet:
    """Des candidats qui déposent de front ; celui que la coupure a interrompu revient dans la file."""

    processus: Processus
    file: SimpleQueue[ADeposer] = field(default_factory=SimpleQueue)
    ferme: threading.Event = field(default_factory=threading.Event)
    fautes: list[str] = field(default_factory=list)
    coupes: int = 0

    def servir(self) -> None:
        while not self.ferme.is_set():
            try:
                depot = self.file.get(timeout=0.05)
            except Empty:
                continue
            try:
                self._deposer(depot)
                depot.est_acquitte = True
            except httpx.TransportError as coupure:
                self.coupes += not isinstance(coupure, httpx.ConnectError)
                self.file.put(depot)
                self.ferme.wait(0.5)  # un client est long à bâtir : ils empêcheraient le serveur de redémarrer
            except Exception as faute:
                self.fautes.append(repr(faute))

    def _deposer(self, depot: ADeposer) -> None:
        with httpx.Client(base_url=self.processus.adresse, timeout=60, cookies={"session": depot.session}) as client:
            (accueil,) = re.findall(r"/candidatures/\w+", client.get("/inscriptions").raise_for_status().text)[:1]
            page = client.get(f"{accueil}/pieces").raise_for_status().text
            if f"/pieces/{depot.piece}/retrait" in page:
                return  # déposé juste avant la coupure, sans qu'on ait su le lui dire
            (csrf, *_) = re.findall(r'name="jeton_csrf" value="([^"]+)"', page)
            (self._par_morceaux if depot.par_morceaux else self._d_un_trait)(client, depot, csrf)

    def _d_un_trait(self, client: httpx.Client, depot: ADeposer, csrf: str) -> None:
        fichier = {"fichier": (depot.nom, depot.octets, "application/octet-stream")}
        reponse = client.post(f"/pieces/{depot.piece}/depot", data={"jeton_csrf": csrf}, files=fichier)
        assert reponse.status_code == 303, (reponse.status_code, reponse.text[-300:])

    def _par_morceaux(self, client: httpx.Client, depot: ADeposer, csrf: str) -> None:
        entetes = {"X-Jeton-CSRF": csrf}
        somme = hashlib.sha256(depot.octets).hexdigest()
        annonce = {"nom": depot.nom, "octets": str(len(depot.octets)), "photos": "1", "empreinte": somme}
        etat = client.post(f"/pieces/{depot.piece}/envois", data=annonce, headers=entetes)
        if etat.status_code == 303:
            return
        envoi, recu = etat.json()["envoi"], etat.json()["recu"]
        while recu < len(depot.octets):
            bout = depot.octets[recu : recu + MORCEAU]
            suite = {"X-Debut": str(recu), "X-Empreinte": hashlib.sha256(bout).hexdigest()}
            recu = client.post(f"/envois/{envoi}/morceaux", content=bout, headers=entetes | suite).json()["recu"]
        fin = client.post(f"/envois/{envoi}/fin", headers=entetes)
        assert fin.status_code == 303, (fin.status_code, fin.text[-300:])


def preparer(donnees: Path, nombre: int) -> list[ADeposer]:
    """Autant de candidats inscrits, et un dépôt pour chacune de leurs pièces : formulaires et morceaux mêlés."""
    with ThreadPoolExecutor(1) as fil:  # le fil des tests a déjà une boucle quand un navigateur est ouvert
        fil.submit(lambda: asyncio.run(_inscrire(donnees, nombre))).result()
    photo, document = photo_lourde(200, 150), pdf()
    depots: list[ADeposer] = []
    moteur = moteur_synchrone(Reglages(donnees=donnees).adresse_base)
    with Session(moteur) as db, db.begin():
        for rang in range(nombre):
            compte = db.scalars(select(Compte).where(Compte.courriel == f"p{rang}@exemple.fr")).one()
            secret = jeton()
            creer_session(db, compte.id, empreinte(secret), maintenant=maintenant())
            pieces = db.scalars(
                select(PieceDemandee.id).where(
                    PieceDemandee.mode == ModeDepot.EN_LIGNE, PieceDemandee.candidature_id.in_(siennes(compte.id))
                )
            )
            for ordre, piece in enumerate(pieces):
                octets, nom = (photo, "photo.jpg") if ordre % 2 else (document, "document.pdf")
                depots.append(ADeposer(secret, piece, octets, nom, par_morceaux=ordre % 3 != 0))
    moteur.dispose()
    return depots


@pytest.mark.faute
@pytest.mark.parametrize(("coupures", "candidats"), [(2, 2), pytest.param(25, 30, marks=pytest.mark.long)])
def test_chaque_depot_acquitte_a_son_fichier_et_pas_de_ligne_sans_fichier(
    processus: Processus, relever: Relever, coupures: int, candidats: int
):
    depots = preparer(processus.donnees, candidats)
    guichet = Guichet(processus)
    for depot in depots:
        guichet.file.put(depot)
    fils = [threading.Thread(target=guichet.servir) for _ in range(DE_FRONT)]
    processus.lancer()
    for fil in fils:
        fil.start()
    try:
        for _ in range(coupures):
            laisser_passer(depots, len(depots) // (coupures + 2))
            guichet.ferme.wait(HASARD.uniform(0, 0.3))
            processus.tuer()
            verifier(processus.donnees, [depot for depot in depots if depot.est_acquitte])
            processus.lancer()
        while not all(depot.est_acquitte for depot in depots) and not guichet.fautes:
            avant = combien(depots)
            laisser_passer(depots, 1, patience=60)
            assert combien(depots) > avant or guichet.fautes, "rien n’avance depuis une minute"
    finally:
        guichet.ferme.set()
        for fil in fils:
            fil.join()
    assert guichet.fautes == []
    assert guichet.coupes >= coupures // 2, "trop peu de dépôts interrompus : ce test n’a rien éprouvé"
    processus.tuer()
    verifier(processus.donnees, depots)
    actifs = lignes(processus.donnees, "SELECT piece_id FROM fichier_depose WHERE retire_le IS NULL")
    assert sorted(ligne["piece_id"] for ligne in actifs) == sorted(depot.piece for depot in depots)
    relever(f"kill -9 pendant des dépôts ({guichet.coupes} requêtes coupées)", lancers=coupures, acquittes=len(depots))


def laisser_passer(depots: list[ADeposer], nombre: int, patience: float = 10) -> None:
    vises = min(combien(depots) + nombre, len(depots))
    limite = time.monotonic() + patience
    while combien(depots) < vises and time.monotonic() < limite:
        threading.Event().wait(0.01)


def combien(depots: list[ADeposer]) -> int:
    return sum(depot.est_acquitte for depot in depots)


def verifier(donnees: Path, acquittes: list[ADeposer]) -> None:
    assert lignes(donnees, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    actifs = lignes(donnees, "SELECT piece_id, cle, empreinte, octets FROM fichier_depose WHERE retire_le IS NULL")
    for ligne in actifs:
        octets = (donnees / "pieces" / ligne["cle"]).read_bytes()
        assert (hashlib.sha256(octets).hexdigest(), len(octets)) == (ligne["empreinte"], ligne["octets"])
    poses = {ligne["piece_id"] for ligne in actifs}
    assert len(poses) == len(actifs), "deux fichiers pour une pièce"
    assert {depot.piece for depot in acquittes} <= poses, "un dépôt acquitté est perdu"


async def _inscrire(donnees: Path, nombre: int) -> None:
    database = Database(Reglages(donnees=donnees).adresse_base)
    try:
        publie = await Reglements().actif(database)
        for rang in range(nombre):
            await database.ecrire(
                inscrire_et_deposer,
                DossierFictif(f"p{rang}@exemple.fr", "Dack", maintenant(), avec_courrier=False),
                (),
                empreinte_mot_de_passe="!",
                reglement=publie.reglement,
                version_referentiel_id=publie.id,
            )
    finally:
        await database.fermer()
