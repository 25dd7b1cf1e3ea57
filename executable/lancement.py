"""Ce que lance l'exécutable unique : la commande `cyclades`, ou ce que le portail demande à « son » Python.

Le portail ouvre chaque fichier reçu dans `python -I -c …` et essaie une sauvegarde par `python -m app serve`. Dans
l'exécutable, `sys.executable` est l'exécutable lui-même : il reconnaît ces deux appels.
"""

import sys


def main() -> int:
    if sys.argv[1:3] == ["-I", "-c"]:
        amorce = sys.argv[3]
        sys.argv[:] = ["-c", *sys.argv[4:]]
        exec(amorce, {"__name__": "__main__"})  # noqa: S102 — l'amorce de processus.py, et rien d'autre
        return 0
    if sys.argv[1:3] == ["-m", "app"]:
        del sys.argv[1:3]
    from app.cli import main as cyclades

    return cyclades()


if __name__ == "__main__":
    sys.exit(main())
