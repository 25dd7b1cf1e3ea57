"""Un dépôt par formulaire, du candidat ou d'un agent à sa place : mêmes limites, mêmes refus, même examen."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.comptes.portail import AnyRequest, reglages
from app.infra.database import Database
from app.pieces.depot import Fichier
from app.pieces.portail import examinateur
from app.pieces.rangement import oter
from app.pieces.reception import Recu, recevoir
from app.regles.referentiel import RegleDepot
from app.regles.vocabulaire import FormatFichier
from app.web.fichiers import MO, FichierRecu, avec_fichiers

CORPS_MAX = 16 * MO
"""Un peu plus que le plus gros lot de photos : un lot un peu lourd reçoit une phrase, pas un refus muet."""


async def lot_choisi(request: AnyRequest, depot: RegleDepot) -> list[FichierRecu]:
    """Vide quand le champ l'était : un navigateur envoie alors un fichier sans nom."""
    envoi = await avec_fichiers(await request.form(), taille_max=depot.taille_max)
    return [recu for recu in envoi.get("fichier", []) if isinstance(recu, FichierRecu) and recu.nom]


async def recevoir_le_lot(
    request: AnyRequest, lot: Sequence[FichierRecu], depot: RegleDepot, formats: Sequence[FormatFichier]
) -> Fichier | str:
    """Le fichier rangé ; ou la phrase du refus."""
    with TemporaryDirectory(prefix="depot-") as dossier:
        recus = await asyncio.to_thread(poser, Path(dossier), lot)
        return await recevoir(
            examinateur(request), reglages(request).donnees, recus, formats, taille_max=depot.taille_max
        )


async def ecrire_le_depot(
    database: Database, donnees: Path, fichier: Fichier, acte: Callable[..., bool], *args: Any, **options: Any
) -> bool:
    """Faux : l'acte n'a rien changé, et les octets rangés s'en vont.

    Abandonné au milieu, on ne sait pas si la ligne est écrite : les octets restent, le balayage des fichiers sans ligne
    jugera.
    """
    pose = False
    try:
        pose = await database.ecrire(acte, *args, **options)
    except Exception:
        await asyncio.to_thread(oter, donnees, fichier.cle)
        raise
    if not pose:
        await asyncio.to_thread(oter, donnees, fichier.cle)
    return pose


def poser(dossier: Path, lot: Sequence[FichierRecu]) -> list[Recu]:
    recus = []
    for rang, recu in enumerate(lot):
        chemin = dossier / str(rang)
        chemin.write_bytes(recu.octets)
        recus.append(Recu(recu.nom, chemin, len(recu.octets)))
    return recus
