"""Des dossiers dont les pièces attendent : les mêmes que ceux de la démonstration, à Toulouse."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.dossiers_fictifs import PIECES, dossiers_fictifs, fichier_d_essai, inscrire_et_deposer
from app.infra.database import Database, moteur_synchrone
from app.referentiel.reglements import Reglements
from app.settings import Reglages
from tests.instance import DEBUT


def deposer_des_dossiers(donnees: Path, nombre: int, instant: datetime = DEBUT) -> list[str]:
    """Les candidatures, de la plus ancienne à la plus récente ; quatre pièces envoyées chacune."""
    with ThreadPoolExecutor(1) as fil:  # le fil des tests a déjà une boucle quand un navigateur est ouvert
        return fil.submit(lambda: asyncio.run(_deposer(donnees, nombre, instant))).result()


def ecrire(donnees: Path, requete: str, **valeurs: Any) -> None:
    """Un fait posé d'autorité, quand aucun écran ne le produit vite."""
    moteur = moteur_synchrone(Reglages(donnees=donnees).adresse_base)
    with moteur.begin() as connexion:
        connexion.execute(text(requete), valeurs)
    moteur.dispose()


async def _deposer(donnees: Path, nombre: int, instant: datetime) -> list[str]:
    database = Database(Reglages(donnees=donnees).adresse_base)
    try:
        publie = await Reglements().actif(database)
        ids = []
        for dossier in dossiers_fictifs(nombre, instant):
            fichiers = [fichier_d_essai(donnees, f"piece-{rang}.pdf", "Piece d'essai") for rang in range(PIECES)]
            ids.append(
                await database.ecrire(
                    inscrire_et_deposer,
                    dossier,
                    fichiers,
                    empreinte_mot_de_passe="!",
                    reglement=publie.reglement,
                    version_referentiel_id=publie.id,
                )
            )
        return [str(id_) for id_ in ids]
    finally:
        await database.fermer()
