"""Temps de réponse sous une charge fixe, écritures de front, connexions de front ; mémoire et démarrage autour."""

from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import httpx

from tests.bench.cadence import Brute, Cadence, ensemble, requete
from tests.bench.tableau import Ligne, Releve
from tests.bench.terrain import Service, Terrain, envoi, lance, onglet
from tests.e2e.test_coupures import valeurs

TOURS = 5
POST_PAR_SECONDE, GET_PAR_SECONDE = 250, 50
TENUE = 6
"""secondes par tour"""
DE_FRONT = 50
MINUTE = 60


def mesurer(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    """À cadence fixe : 250 envois et 50 pages par seconde."""
    with lance(terrain.portail(), "/sante") as portail:
        pages, envois = _requetes(terrain, portail)
        p99, fautes = [], []
        for _ in range(TOURS):
            ecrit = Cadence(portail.port, POST_PAR_SECONDE, envois, POST_PAR_SECONDE * TENUE, frozenset({303}))
            lit = Cadence(portail.port, GET_PAR_SECONDE, pages, GET_PAR_SECONDE * TENUE)
            ensemble(ecrit, lit)
            p99.append(lit.p99)
            fautes += ecrit.fautes + lit.fautes
        memoire = portail.memoire()
    quoi = f"p99 d’un GET sous {POST_PAR_SECONDE} POST/s et {GET_PAR_SECONDE} GET/s"
    releve.noter(Ligne(quoi, median(p99), "ms", 10, 30, "au plus", f"{len(fautes)} fautes {fautes[:3]}"))
    releve.noter(Ligne("réponses en faute sous cette charge", len(fautes), "", 0, 0, "au plus"))
    releve.noter(Ligne("mémoire, chargé", memoire, "Mo", 130, 160, "au plus"))


def mesurer_ecrivains(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    """Cinquante écrivains de front pendant une minute : aucun BUSY, aucune erreur."""
    with lance(terrain.portail(), "/sante") as portail:
        _, envois = _requetes(terrain, portail)
        ecrivains = [Cadence(portail.port, 2, [envoi], 2 * MINUTE, frozenset({303})) for envoi in envois[:DE_FRONT]]
        ensemble(*ecrivains)
    temps = [t for ecrivain in ecrivains for t in ecrivain.temps]
    fautes = [faute for ecrivain in ecrivains for faute in ecrivain.fautes]
    detail = f"{len(temps)} envois, le plus long {max(temps):.0f} ms {fautes[:3]}"
    releve.noter(Ligne("fautes de 50 écrivains pendant une minute", len(fautes), "", 0, 0, "au plus", detail))


def mesurer_connexions(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    """Cinquante connexions d'un coup, mot de passe faux : argon2 tourne, et les pages des autres passent."""
    with lance(terrain.portail(), "/sante") as portail:
        pages, _ = _requetes(terrain, portail)
        calme = Cadence(portail.port, GET_PAR_SECONDE, pages, 2 * GET_PAR_SECONDE)
        ensemble(calme)
        avant = portail.memoire()
        entrees = Cadence(portail.port, 10_000, _connexions(portail), DE_FRONT, frozenset({422}))
        autres = Cadence(portail.port, GET_PAR_SECONDE, pages, 3 * GET_PAR_SECONDE)
        ensemble(entrees, autres)
        apres = portail.memoire()
    releve.noter(
        Ligne("connexions sans réponse ou refusées", len(entrees.fautes), "", 0, 0, "au plus", str(entrees.fautes[:3]))
    )
    detail = f"au calme {calme.p99:.0f} ms"
    releve.noter(Ligne("p99 d’une page, 50 connexions d’un coup", autres.p99, "ms", 15, 40, "au plus", detail))
    releve.noter(Ligne("mémoire de plus pendant ces connexions", apres - avant, "Mo", 40, 40, "au plus"))


def mesurer_repos(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    """Démarrage et mémoire au repos, au second lancement : le premier compile les modules."""
    with lance(terrain.portail(), "/"):
        pass
    durees, memoires = [], []
    for _ in range(TOURS):
        portail = terrain.portail()
        durees.append(portail.lancer("/"))
        memoires.append(portail.memoire())
        portail.arreter()
    releve.noter(Ligne("première réponse après le lancement", median(durees), "s", 0.6, 1, "au plus"))
    releve.noter(Ligne("mémoire au repos", median(memoires), "Mo", 80, 95, "au plus"))


def _requetes(terrain: Terrain, portail: Service) -> tuple[list[Brute], list[Brute]]:
    pages, envois = [], []
    for candidat in terrain.candidats:
        temoin = f"session={candidat.session}"
        pages.append(requete(onglet(candidat), temoin=temoin))
        envois.append(requete(onglet(candidat), temoin=temoin, corps=urlencode(envoi(portail, candidat))))
    return pages, envois


def _connexions(portail: Service) -> list[Brute]:
    """Cinquante comptes, chacun le sien : aucun n'est ralenti pour un autre."""
    page = httpx.get(f"{portail.adresse}/connexion")
    temoin = "; ".join(f"{nom}={valeur}" for nom, valeur in page.cookies.items())
    champs = valeurs(page.text) | {"mot_de_passe": "Perdu-2027!"}
    adresses = [f"p{rang}@exemple.fr" for rang in range(DE_FRONT)]
    return [requete("/connexion", temoin=temoin, corps=urlencode(champs | {"identifiant": a})) for a in adresses]
