"""Les PDF : le calcul d'un seul, mille demandés au portail, mille convocations publiées ; et les pages pendant ce
temps.

Publier ne calcule aucun PDF : le document est une ligne, et se calcule, toujours le même, quand on le demande. « Mille
PDF » sont donc mille demandes de candidats que leur mail fait venir.
"""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.sessions import creer_session
from app.documents.models import Document, TypeDocument
from app.infra.clock import maintenant
from app.infra.database import moteur_synchrone
from app.infra.identifiants import empreinte, jeton
from app.settings import Reglages
from tests.bench.cadence import Brute, Cadence, ensemble, requete
from tests.bench.debit import Requete, Wrk
from tests.bench.gestion import Gestion
from tests.bench.tableau import Ligne, Releve
from tests.bench.terrain import (
    COEUR_DU_CLIENT,
    COEUR_DU_SERVEUR,
    Service,
    Terrain,
    ajouter_des_candidatures,
    lance,
    onglet,
)
from tests.unit.documents.exemples import DACK
from tests.unit.documents.test_pdf import ETALON, chronometrer, etalon, la_confirmation

TOURS = 5
ESSAIS = 25
GET_PAR_SECONDE = 10
"""assez peu pour ne pas se retenir entre elles, même sur une machine occupée"""
FENETRE = 5
"""secondes de pages au calme, à chaque tour"""
DE_FRONT = 4
"""candidats qui attendent chacun leur PDF"""
MILLE = 1_000
DE_PLUS = 600
"""candidatures ajoutées à la base du banc, dont quatre cents inscrites : mille à convoquer"""
UN = "PDF de la confirmation, temps de processeur"
TIRES, PUBLIEES = "mille PDF demandés au portail, deux cœurs", "mille convocations publiées"


@dataclass
class Pages:
    """Ce qu'attend qui lit une page : au calme, puis pendant que le portail travaille à autre chose."""

    portail: Service
    requetes: list[Brute]
    calme: list[list[float]] = field(default_factory=list)
    charge: list[list[float]] = field(default_factory=list)
    """millisecondes, une liste par tour"""
    fautes: list[str] = field(default_factory=list)

    def au_calme(self) -> None:
        self.calme.append(self._lire(FENETRE * GET_PAR_SECONDE))

    def pendant(self, travail: Callable[[], float]) -> float:
        """Ce que rend le travail ; des pages se lisent tant qu'il dure."""
        temps: list[float] = []
        with ThreadPoolExecutor(1) as fil:
            tache = fil.submit(travail)
            while not tache.done():
                temps += self._lire(GET_PAR_SECONDE // 2)
        self.charge.append(temps)
        return tache.result()

    def _lire(self, nombre: int) -> list[float]:
        lues = Cadence(self.portail.port, GET_PAR_SECONDE, self.requetes, nombre)
        ensemble(lues)
        self.fautes += lues.fautes
        return lues.temps

    def noter(self, releve: Releve, pendant: str) -> None:
        for nom, rang in (("p50", 50), ("p99", 99)):
            calme, charge = (
                [quantiles(temps, n=100)[rang - 1] for temps in tours] for tours in (self.calme, self.charge)
            )
            ralenti = median(occupe / libre for occupe, libre in zip(charge, calme, strict=True))
            detail = f"{median(calme):.1f} ms puis {median(charge):.1f} ms, {len(self.fautes)} fautes {self.fautes[:3]}"
            quoi = f"{nom} d’une page pendant {pendant}, fois au calme"
            releve.noter(Ligne(quoi, ralenti, "x", 1.5, 1.5, "au plus", detail))


def mesurer(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    _mesurer_un_pdf(releve)
    donnees = dossier / "publications"
    shutil.copytree(terrain.donnees, donnees)
    ajouter_des_candidatures(donnees, DE_PLUS)
    _mesurer_les_demandes(Terrain(donnees, terrain.candidats), releve, dossier)
    _mesurer_une_publication(Terrain(donnees, terrain.candidats), releve)


def _mesurer_un_pdf(releve: Releve) -> None:
    """À côté d'un travail étalon, comme tests/unit/documents/test_pdf.py : une machine lente l'est pour les deux."""
    la_confirmation()
    essais = [(chronometrer(la_confirmation, DACK), chronometrer(etalon, 20_000)) for _ in range(ESSAIS)]
    ici, lenteur = median(pdf for pdf, _ in essais), max(1.0, median(autre for _, autre in essais) / ETALON)
    detail = (
        f"{ici * 1000:.1f} ms ici, machine {lenteur:.2f} fois plus lente que l’étalon, {len(la_confirmation())} octets"
    )
    releve.noter(Ligne(UN, 1000 * ici / lenteur, "ms", 35, 50, "au plus", detail))


def _mesurer_les_demandes(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    if releve.manque("wrk", TIRES):
        return
    demandes = confirmations(terrain.donnees, MILLE)
    with lance(portail_entier(terrain), "/sante") as portail:
        pages = Pages(portail, [requete(onglet(c), temoin=f"session={c.session}") for c in terrain.candidats])
        tirer = Wrk(portail, demandes, dossier, "pdf", de_front=DE_FRONT)
        tirer()
        debits, occupes = [], []
        for _ in range(TOURS):
            pages.au_calme()
            avant, debut = portail.processeur(), time.monotonic()
            debits.append(pages.pendant(tirer))
            occupes.append((portail.processeur() - avant) / (time.monotonic() - debut))
        memoire = portail.memoire()
    secondes = MILLE * median(part / debit for part, debit in zip(occupes, debits, strict=True))
    detail = f"{secondes:.0f} s de processeur, {median(occupes):.2f} cœur obtenu sur 2, {memoire:.0f} Mo à la fin"
    releve.noter(Ligne(TIRES, MILLE / median(debits), "s", 20, 30, "au plus", detail))
    pages.noter(releve, "mille PDF")


def _mesurer_une_publication(terrain: Terrain, releve: Releve) -> None:
    """Le vrai chemin : le modèle rempli, l'essai à blanc, « Publier », la tâche de fond ; un cinquième par tour."""
    with lance(portail_entier(terrain), "/sante") as portail, Gestion(portail) as gestion:
        pages = Pages(portail, [requete(onglet(c), temoin=f"session={c.session}") for c in terrain.candidats])
        durees, occupe = [], 0.0
        for lot in gestion.convocations(MILLE, TOURS):
            essai = gestion.essayer(lot)
            pages.au_calme()
            avant = portail.processeur()
            durees.append(pages.pendant(partial(gestion.publier, essai)))
            occupe += portail.processeur() - avant
    detail = f"par {MILLE // TOURS}, un mail chacune ; {occupe:.1f} s de processeur, pages comprises"
    releve.noter(Ligne(PUBLIEES, sum(durees), "s", 20, 30, "au plus", detail))
    pages.noter(releve, "une publication")


def portail_entier(terrain: Terrain) -> Service:
    """Sur tous les cœurs : le calcul d'un PDF est sur un autre fil que les pages."""
    portail = terrain.portail()
    portail.coeurs = f"{COEUR_DU_SERVEUR},{COEUR_DU_CLIENT}"
    return portail


def confirmations(donnees: Path, nombre: int) -> list[Requete]:
    """Autant de candidats inscrits, chacun sa session et sa confirmation."""
    instant, demandes = maintenant(), []
    moteur = moteur_synchrone(Reglages(donnees=donnees).adresse_base)
    with Session(moteur) as db, db.begin():
        siennes = db.execute(
            select(Candidature.compte_id, Document.id)
            .join(Document, Document.candidature_id == Candidature.id)
            .where(Document.type == TypeDocument.CONFIRMATION, Document.remplace_le.is_(None))
            .order_by(Document.id)
            .limit(nombre)
        ).all()
        for compte_id, document_id in siennes:
            secret = jeton()
            creer_session(db, compte_id, empreinte(secret), maintenant=instant)
            demandes.append(Requete(f"/documents/{document_id}", session=secret))
    moteur.dispose()
    assert len(demandes) == nombre
    return demandes
