"""Liste et recherche de la gestion : à un million de candidatures, à peu près leur temps à mille.

Engendrer le million prend une demi-heure, et douze gigaoctets qui s’effacent à la fin : `make bench` ne le fait
que si on le nomme, `make bench MESURES=million`, ou moins grand, `MESURES="million --candidatures 300000"`.
"""

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median

from tests.bench.gestion import Gestion
from tests.bench.tableau import Ligne, Releve, en_alternance, rapport
from tests.bench.terrain import CANDIDATURES, Terrain, ajouter_des_candidatures, lance
from tests.bench.test_gestion import adresses

MILLION = 1_000_000
TOURS = 41
RECHERCHES = ("un début de nom", "deux débuts de mots", "un numéro")
TABLEAU = "tableau de bord"


@dataclass
class Page:
    """Une page de la gestion ; rend ses millisecondes, et garde à côté celles du processeur."""

    gestion: Gestion
    adresse: str
    processeur: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        avant, debut = self.gestion.portail.processeur(), time.perf_counter()
        self.gestion.client.get(self.adresse).raise_for_status()
        duree = time.perf_counter() - debut
        self.processeur.append(1000 * (self.gestion.portail.processeur() - avant))
        return 1000 * duree


@dataclass
class Comparaison:
    """La même page aux deux tailles."""

    petite: Page
    grande: Page

    def mesurer(self) -> None:
        for page in (self.petite, self.grande):
            page()
            page.processeur.clear()
        self.temps = en_alternance(TOURS, petite=self.petite, grande=self.grande)

    @cached_property
    def rapport(self) -> float:
        return rapport(self.temps["grande"], self.temps["petite"])

    @property
    def en_processeur(self) -> float:
        return rapport(self.grande.processeur, self.petite.processeur)

    def __str__(self) -> str:
        petite, grande = (median(self.temps[nom]) for nom in ("petite", "grande"))
        return f"{petite:.0f} puis {grande:.0f} ms, {self.rapport:.2f} (processeur {self.en_processeur:.2f})"


def mesurer(terrain: Terrain, releve: Releve, dossier: Path, *, candidatures: int = MILLION) -> None:
    donnees = dossier / "million"
    shutil.copytree(terrain.donnees, donnees)
    try:
        debut = time.monotonic()
        ajouter_des_candidatures(donnees, candidatures - CANDIDATURES)
        octets = sum(fichier.stat().st_size for fichier in donnees.glob("cyclades.db*"))
        mesure = f"{(time.monotonic() - debut) / 60:.1f} min, {octets / 1e6:.0f} Mo"
        releve.dire(f"engendrer {candidatures} candidatures", mesure)
        comparer(terrain, Terrain(donnees, []), candidatures, releve)
    finally:
        shutil.rmtree(donnees)


def comparer(petit: Terrain, grand: Terrain, candidatures: int, releve: Releve) -> None:
    with ExitStack() as pile:
        portails = [pile.enter_context(lance(terrain.portail(), "/sante")) for terrain in (petit, grand)]
        gestions = [pile.enter_context(Gestion(portail)) for portail in portails]
        pages = [
            {quoi: Page(gestion, ou) for quoi, ou in adresses(gestion.portail.donnees, gestion.chercher).items()}
            for gestion in gestions
        ]
        comparaisons = {quoi: Comparaison(pages[0][quoi], pages[1][quoi]) for quoi in pages[0]}
        for comparaison in comparaisons.values():
            comparaison.mesurer()
    for nom, quoi in {"liste": set(comparaisons) - {*RECHERCHES, TABLEAU}, "recherche": set(RECHERCHES)}.items():
        pire = max((comparaisons[page] for page in quoi), key=lambda c: c.rapport)
        detail = " ; ".join(f"{page} : {comparaisons[page]}" for page in comparaisons if page in quoi)
        titre = f"{nom} à {candidatures} candidatures, fois à {CANDIDATURES}"
        releve.noter(Ligne(titre, pire.rapport, "x", 1.3, 1.6, "au plus", detail))
    releve.dire(f"{TABLEAU} à {candidatures} candidatures", str(comparaisons[TABLEAU]))
