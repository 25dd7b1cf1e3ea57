"""`cyclades purger` : dit ce qui a fait son temps, ou l'ôte. Des nombres, jamais une donnée."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.conservation.purge import JAMAIS_ACTIVES, REGLES, Decompte, combien, purger_tout
from app.durees import en_clair, rotation_dite, variable
from app.exploitation.coherence.regles import lecture
from app.infra.clock import maintenant
from app.infra.database import Database
from app.settings import Reglages

Commandes = Any  # le type d'argparse n'est pas public


def declarer(commandes: Commandes) -> None:
    purge = commandes.add_parser("purger", help="efface ce qui a fait son temps")
    purge.add_argument("--essai", action="store_true", help="dit ce qui s’effacerait ; rien ne change")
    purge.add_argument("--json", action="store_true", help="écrit un résultat à lire par un programme")
    purge.set_defaults(commande=_purger)


def _purger(options: argparse.Namespace, reglages: Reglages) -> int:
    if options.essai:
        with lecture(reglages.adresse_base) as db:
            decomptes = combien(db, reglages.conservation, maintenant())
    else:
        decomptes = asyncio.run(_pour_de_bon(reglages))
    if options.json:
        _dire(json.dumps([asdict(decompte) for decompte in decomptes], ensure_ascii=False))
        return 0
    for decompte in decomptes:
        _dire(_ligne(decompte, reglages))
    _dire("Rien n’a été effacé : c’est un essai." if options.essai else _fin(decomptes, reglages))
    return 0


async def _pour_de_bon(reglages: Reglages) -> tuple[Decompte, ...]:
    database = Database(reglages.adresse_base)
    try:
        return await purger_tout(database, reglages.donnees, reglages.conservation, maintenant())
    finally:
        await database.fermer()


def _ligne(decompte: Decompte, reglages: Reglages) -> str:
    ligne = f"{decompte.combien:>8}  {decompte.phrase}"
    if decompte.nom == JAMAIS_ACTIVES:
        return ligne
    duree = next(regle.duree for regle in REGLES if regle.nom == decompte.nom)
    return f"{ligne} : {en_clair(getattr(reglages.conservation, duree))} ({variable(duree)})"


def _fin(decomptes: Sequence[Decompte], reglages: Reglages) -> str:
    if not any(decompte.combien for decompte in decomptes):
        return "Rien n’avait fait son temps."
    encore = rotation_dite(reglages.rotation)
    return f"Effacé du dossier des données. Les sauvegardes gardées en portent encore la trace {encore}."


def _dire(texte: str) -> None:
    sys.stdout.write(texte + "\n")
