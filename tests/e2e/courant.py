"""Un disque et une horloge en panne sous le vrai serveur, et la coupure de courant (voir courant.c)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("courant.c")
NORMAL = """
import sys
import app.infra.database as base
base.PRAGMAS = tuple(pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in base.PRAGMAS)
from app.cli import main
sys.exit(main(["serve"]))
"""
"""Le même serveur, moins sûr : ce que le test doit voir."""


def compiler(dossier: Path) -> Path:
    """La bibliothèque préchargée ; le test est passé, avec sa raison, où elle ne se compile pas."""
    compilateur = shutil.which("cc") or shutil.which("gcc")
    if not sys.platform.startswith("linux") or compilateur is None:
        pytest.skip("il faut Linux et un compilateur C : sans eux, rien ne sait perdre ce qui n’est pas confirmé")
    objet = dossier / "courant.so"
    subprocess.run([compilateur, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", objet, SOURCE], check=True)
    return objet


@dataclass
class Disque:
    """Ce qui est confirmé du dossier `donnees`."""

    donnees: Path
    confirme: Path
    objet: Path

    @property
    def environnement(self) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(self.objet),
            "COURANT_DISQUE": str(self.confirme),
            "COURANT_DONNEES": str(self.donnees.resolve()),
            "COURANT_ORDRES": str(self.ordres),
        }

    @property
    def ordres(self) -> Path:
        return self.confirme.with_name("ordres")

    def ordonner(self, ordre: str, nombre: int = 1) -> None:
        """« plein », « lecture-seule », « horloge » (secondes), « mort » (au n-ième appel qui écrit)."""
        self.ordres.mkdir(exist_ok=True)
        provisoire = self.ordres / f".{ordre}"
        provisoire.write_text(str(nombre))
        provisoire.rename(self.ordres / ordre)

    def reparer(self) -> None:
        shutil.rmtree(self.ordres, ignore_errors=True)

    def repartir(self) -> None:
        """Tout ce qui est là au démarrage est réputé confirmé."""
        shutil.rmtree(self.confirme, ignore_errors=True)
        for genre in ("fichiers", "dossiers"):
            (self.confirme / genre).mkdir(parents=True)
        for dossier in (self.donnees, *(d for d in self.donnees.rglob("*") if d.is_dir())):
            entrees = [(e.inode(), int(e.is_dir()), e.name) for e in os.scandir(dossier)]
            liste = "".join(f"{inode} {est_dossier} {nom}\n" for inode, est_dossier, nom in entrees)
            (self.confirme / "dossiers" / str(dossier.stat().st_ino)).write_text(liste)
            for inode, est_dossier, nom in entrees:
                if not est_dossier:
                    shutil.copyfile(dossier / nom, self.confirme / "fichiers" / str(inode))

    def rallumer(self) -> None:
        """Le dossier des données tel que le disque l'a gardé ; un fichier jamais confirmé est vide."""
        racine, neuf = self.donnees.stat().st_ino, self.donnees.with_name(f"{self.donnees.name}.rallume")
        self._refaire(racine, neuf)
        shutil.rmtree(self.donnees)
        neuf.rename(self.donnees)
        self.repartir()

    def _refaire(self, inode: int, dossier: Path) -> None:
        dossier.mkdir(mode=0o700)
        liste = self.confirme / "dossiers" / str(inode)
        for ligne in liste.read_text().splitlines() if liste.exists() else ():
            numero, est_dossier, nom = ligne.split(" ", 2)
            garde = self.confirme / "fichiers" / numero
            if est_dossier == "1":
                self._refaire(int(numero), dossier / nom)
            elif garde.exists():
                shutil.copyfile(garde, dossier / nom)
            else:
                (dossier / nom).touch()
