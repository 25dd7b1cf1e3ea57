"""`python -m app`, la commande `cyclades`."""

import os
import sys

REGLAGES = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""glibc : un seul tas pour tous les fils, et ce qui est libéré (19 Mo par mot de passe calculé) rendu au système."""


def lancer() -> int:
    if "serve" in sys.argv[1:2] and sys.platform == "linux":
        _alleger()
    from app.cli import main

    return main()


def _alleger() -> None:
    """Se relance, même processus, avec ce qui ne se lit qu'au départ : ces réglages, et un code sans ses colonnes
    (les soulignés des traces d'erreur). Deux mégaoctets."""
    if "no_debug_ranges" not in sys._xoptions and not getattr(sys, "frozen", False):
        os.environ.update(REGLAGES | dict(os.environ))
        os.execv(sys.executable, [sys.executable, "-X", "no_debug_ranges", *sys.orig_argv[1:]])  # noqa: S606 — lui-même


if __name__ == "__main__":
    raise SystemExit(lancer())
