"""L'import d'un fichier d'élèves, de son dépôt au dernier élève préinscrit : le temps d'une ligne ne grandit pas avec
leur nombre.

Chaque import a son portail et sa base, neufs : le suivant n'y trouve pas les élèves du précédent.
"""

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.tableau import Ligne, Releve, en_alternance, rapport
from tests.bench.terrain import Terrain, lance
from tests.e2e.test_import_coupe import Secretariat, etat
from tests.unit.etablissements.fichiers import en_csv
from tests.unit.etablissements.test_gros_import import eleves

TOURS = 5
TAILLES = (500, 1_000, 2_000, 4_000)
DELAI_MAX = 600
QUOI = f"une ligne d’un import de {TAILLES[-1]} élèves, fois celle de {TAILLES[0]}"


@dataclass
class Import:
    """Un import ; rend les millisecondes d'une ligne, et garde à côté celles du processeur."""

    terrain: Terrain
    dossier: Path
    lignes: int
    processeur: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        donnees = self.dossier / f"import-{self.lignes}"
        shutil.copytree(self.terrain.donnees, donnees)
        try:
            return self._importer(Terrain(donnees, []))
        finally:
            shutil.rmtree(donnees)

    def _importer(self, terrain: Terrain) -> float:
        with lance(terrain.portail(), "/sante") as portail:
            berthe = Secretariat(portail)  # type: ignore[arg-type]  # un Service a son adresse et son dossier, comme un Processus
            octets = en_csv(eleves(self.lignes))
            berthe.jeton()  # les modules de cet espace se chargent à la première page
            avant, debut = portail.processeur(), time.perf_counter()
            essai = berthe.essayer(octets)
            berthe.envoyer(f"{essai}/confirmation").raise_for_status()
            while etat(portail) != "fait":  # type: ignore[arg-type]  # idem
                assert time.perf_counter() - debut < DELAI_MAX, "l’import n’avance pas"
                time.sleep(0.02)
            duree, occupe = time.perf_counter() - debut, portail.processeur() - avant
            berthe.client.close()
        self.processeur.append(1000 * occupe / self.lignes)
        return 1000 * duree / self.lignes


def mesurer(terrain: Terrain, releve: Releve, dossier: Path) -> None:
    imports = {str(lignes): Import(terrain, dossier, lignes) for lignes in TAILLES}
    durees = en_alternance(TOURS, **imports)
    petit, grand = str(TAILLES[0]), str(TAILLES[-1])
    par_ligne = ", ".join(f"{lignes} : {sorted(d)[len(d) // 2]:.1f}" for lignes, d in durees.items())
    occupe = rapport(imports[grand].processeur, imports[petit].processeur)
    detail = f"ms par ligne {par_ligne} ; en temps de processeur {occupe:.2f}"
    releve.noter(Ligne(QUOI, rapport(durees[grand], durees[petit]), "x", 1.3, 1.6, "au plus", detail))
