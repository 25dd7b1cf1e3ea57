"""`make bench` : imprime le tableau, l'écrit en JSON, et échoue si une mesure passe sous son plancher."""

import argparse
import tempfile
from functools import partial
from pathlib import Path

from tests.bench import debit, import_eleves, latence, million, pdf, reseau
from tests.bench.tableau import Releve
from tests.bench.terrain import batir

MESURES = {
    "debit": debit.mesurer,
    "disque": debit.mesurer_disque_lent,
    "cadence": latence.mesurer,
    "ecrivains": latence.mesurer_ecrivains,
    "connexions": latence.mesurer_connexions,
    "repos": latence.mesurer_repos,
    "pdf": pdf.mesurer,
    "import": import_eleves.mesurer,
    "reseau": reseau.mesurer,
}
SUR_DEMANDE = "million"


def main() -> int:
    analyse = argparse.ArgumentParser(prog="python -m tests.bench", description="Le banc du portail.")
    analyse.add_argument("mesures", nargs="*", choices=[*MESURES, SUR_DEMANDE, []], default=list(MESURES))
    analyse.add_argument("--candidatures", type=int, default=million.MILLION, help="de la mesure « million »")
    analyse.add_argument("--json", type=Path, default=Path("build/bench.json"))
    options = analyse.parse_args()
    mesures = MESURES | {SUR_DEMANDE: partial(million.mesurer, candidatures=options.candidatures)}
    releve = Releve()
    with tempfile.TemporaryDirectory(prefix="banc-") as dossier:
        terrain = batir(Path(dossier))
        for nom in options.mesures:
            mesures[nom](terrain, releve, Path(dossier))
    return releve.conclure(options.json)


if __name__ == "__main__":
    raise SystemExit(main())
