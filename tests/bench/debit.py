"""Débits, en réponses par seconde sur un cœur : wrk sur le portail, la route vide, la page naïve et sqlite3 nu."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.tableau import Ligne, Releve, en_alternance, rapport
from tests.bench.terrain import COEUR_DU_CLIENT, Service, Terrain, envoi, lance, onglet

TOURS = 5
DUREE = 3
DE_FRONT = 32
RALENTI = 5_000
"""microsecondes ajoutées à chaque fsync"""
PAGE_ET_VIDE, PAGE_ET_NAIVE = "GET d’un onglet, part de la route vide", "GET d’un onglet, fois la page naïve"
ENVOI_ET_NAIF, ENVOI_ET_NU = "POST durable, fois la page naïve", "POST durable, part de sqlite3 nu"


@dataclass(frozen=True)
class Requete:
    chemin: str
    methode: str = "GET"
    session: str = ""
    corps: str = ""

    def en_lua(self) -> str:
        entetes = {"Cookie": f"session={self.session}"} if self.session else {}
        if self.methode == "POST":
            entetes["Content-Type"] = "application/x-www-form-urlencoded"
        champs = ", ".join(f"[{json.dumps(nom)}]={json.dumps(valeur)}" for nom, valeur in entetes.items())
        corps = json.dumps(self.corps) if self.corps else "nil"
        return f"wrk.format({json.dumps(self.methode)}, {json.dumps(self.chemin)}, {{{champs}}}, {corps})"


@dataclass
class Wrk:
    """Une charge : ses requêtes à tour de rôle ; une seule réponse en erreur la rend nulle."""

    service: Service
    requetes: Sequence[Requete]
    dossier: Path
    nom: str
    de_front: int = DE_FRONT
    script: Path = field(init=False)

    def __post_init__(self) -> None:
        self.script = self.dossier / f"{self.nom}.lua"
        lignes = ",\n".join(requete.en_lua() for requete in self.requetes)
        self.script.write_text(
            f"local r = nil\nlocal i = 0\n"
            f"function init() r = {{{lignes}}} end\n"
            f"function request() i = i % #r + 1 return r[i] end\n"
            f"function done(resume) io.write('TOTAL ' .. resume.requests .. ' ' "
            f".. resume.duration .. ' ' .. resume.errors.status .. '\\n') end\n"
        )

    def __call__(self) -> float:
        sortie = subprocess.run(
            [  # noqa: S607 — le wrk et le taskset de la machine
                "taskset",
                "-c",
                str(COEUR_DU_CLIENT),
                "wrk",
                "-t1",
                f"-c{self.de_front}",
                f"-d{DUREE}s",
                "--timeout",
                "10s",
                "-s",
                str(self.script),
                self.service.adresse,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        total = re.search(r"TOTAL (\d+) (\d+) (\d+)", sortie)
        assert total, sortie
        assert total[3] == "0", f"{self.nom} : {total[3]} réponses inattendues\n{sortie}"
        assert "Socket errors" not in sortie, sortie
        return int(total[1]) / int(total[2]) * 1e6


def sqlite_nu(donnees: Path, duree: float = DUREE, *, prefixe: Sequence[str] = ()) -> float:
    """COMMIT par seconde d'une ligne, mêmes pragmas, dans un processus tenu sur le cœur du serveur."""
    programme = [sys.executable, "-m", "tests.bench.commits", str(donnees / "nu.db"), str(duree)]
    return float(
        subprocess.run([*prefixe, "taskset", "-c", "0", *programme], capture_output=True, text=True, check=True).stdout
    )


def mesurer(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    if releve.manque("wrk", PAGE_ET_VIDE, PAGE_ET_NAIVE, ENVOI_ET_NAIF, ENVOI_ET_NU):
        return
    with lance(terrain.portail(), "/sante") as portail, lance(terrain.references(), "/vide") as references:
        pages, envois, naives, naifs = charges(terrain, portail, references)
        debits = en_alternance(
            TOURS,
            vide=Wrk(references, [Requete("/vide")], dossier, "vide"),
            onglet=Wrk(portail, pages, dossier, "onglet"),
            naive=Wrk(references, naives, dossier, "naive"),
            suivant=Wrk(portail, envois, dossier, "suivant"),
            naif=Wrk(references, naifs, dossier, "naif"),
            nu=lambda: sqlite_nu(dossier),
        )
    chiffres = {nom: sorted(d)[len(d) // 2] for nom, d in debits.items()}
    detail = ", ".join(f"{nom} {d:.0f}/s" for nom, d in chiffres.items())
    pour_cent = 100 * rapport(debits["onglet"], debits["vide"])
    releve.noter(Ligne(PAGE_ET_VIDE, pour_cent, "%", 35, 6, "au moins", detail))
    releve.noter(Ligne(PAGE_ET_NAIVE, rapport(debits["onglet"], debits["naive"]), "x", 3, 1.3, "au moins"))
    releve.noter(Ligne(ENVOI_ET_NAIF, rapport(debits["suivant"], debits["naif"]), "x", 3, 1.3, "au moins"))
    pour_cent = 100 * rapport(debits["suivant"], debits["nu"])
    releve.noter(Ligne(ENVOI_ET_NU, pour_cent, "%", 30, 8, "au moins"))


def mesurer_disque_lent(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    """Un fsync qui prend cinq millisecondes de plus : ce que gagne un COMMIT partagé."""
    quoi = "POST durable, fois un COMMIT par requête, fsync à +5 ms"
    if releve.manque("wrk", quoi) or releve.manque("strace", quoi):
        return
    lent: tuple[str, ...] = ("strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", "/dev/null")
    lent += ("-e", f"inject=fsync,fdatasync:delay_exit={RALENTI}")
    with lance(terrain.portail(*lent), "/sante") as portail, lance(terrain.references(*lent), "/vide") as references:
        _, envois, _, naifs = charges(terrain, portail, references)
        debits = en_alternance(
            TOURS,
            suivant=Wrk(portail, envois, dossier, "suivant-lent", de_front=64),
            naif=Wrk(references, naifs, dossier, "naif-lent", de_front=64),
        )
    detail = ", ".join(f"{nom} {sorted(d)[len(d) // 2]:.0f}/s" for nom, d in debits.items())
    releve.noter(Ligne(quoi, rapport(debits["suivant"], debits["naif"]), "x", 8, 4, "au moins", detail))


def charges(
    terrain: Terrain, portail: Service, references: Service
) -> tuple[list[Requete], list[Requete], list[Requete], list[Requete]]:
    pages, envois, naives, naifs = [], [], [], []
    for candidat in terrain.candidats:
        corps = urlencode(envoi(portail, candidat))
        pages.append(Requete(onglet(candidat), session=candidat.session))
        envois.append(Requete(onglet(candidat), "POST", candidat.session, corps))
        naive = f"/naive/{candidat.candidature}"
        naives.append(Requete(naive, session=candidat.session))
        naifs.append(Requete(naive, "POST", candidat.session, corps))
    return pages, envois, naives, naifs
