"""Effacer un compte sans rien laisser : ses lignes, puis ce qui en reste dans le dossier des données.

Les traces se balaient après l'acte, et encore à chaque entretien : un courriel parti pendant l'effacement, ou une
coupure entre les deux, ne laisse rien plus longtemps que cela. Chaque jour où quelque chose s'est effacé, la base est
récrite (voir `Database.compacter`) ; un fichier vide le rappelle d'un démarrage à l'autre.
"""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.comptes.creation import cle_envoi
from app.comptes.models import Compte, DemandeCorrection
from app.comptes.mot_de_passe import cle_ancien_mot_de_passe
from app.comptes.preuves import dossiers_de_preuves, preuves_agees
from app.comptes.tentatives import oublier
from app.infra.database import Database
from app.infra.outbox import Courriel, effaces
from app.infra.transports import DossierEml

A_COMPACTER = "a-compacter"


def effacer_compte(db: Session, compte_id: str) -> None:
    """Le compte, et les créations jamais activées de la même adresse. Le reste suit par les clés étrangères.

    Si ce compte a une candidature, une clé étrangère le refuse.
    """
    compte = db.get_one(Compte, compte_id)
    memes = select(Compte.id).where(Compte.identifiant == compte.identifiant, Compte.active_le.is_(None))
    ids = [compte_id, *db.scalars(memes)]
    db.execute(delete(Courriel).where(or_(Courriel.compte_id.in_(ids), Courriel.destinataire == compte.courriel)))
    for id_ in ids:
        oublier(db, cle_ancien_mot_de_passe(id_), cle_envoi(id_))
    db.execute(delete(Compte).where(Compte.id.in_(ids)))


async def effacer_les_traces(database: Database, donnees: Path) -> bool:
    """Faux si une lecture en cours tient encore le journal de la base : le prochain passage le videra."""
    boite = DossierEml(donnees / "courriels")
    deposes = await asyncio.to_thread(boite.deposes)
    for courriel_id in await database.lire(effaces, list(deposes)):
        deposes[courriel_id].unlink(missing_ok=True)
    dossiers = await asyncio.to_thread(dossiers_de_preuves, donnees)
    for compte_id in await database.lire(_comptes_effaces, list(dossiers)):
        await asyncio.to_thread(shutil.rmtree, dossiers[compte_id], ignore_errors=True)
    return await database.effacer_les_traces()


def demander_le_compactage(donnees: Path) -> None:
    """Avant d'effacer : une coupure ensuite n'en perd pas la mémoire."""
    (donnees / A_COMPACTER).touch(mode=0o600)


async def compacter_s_il_le_faut(database: Database, donnees: Path) -> bool:
    if not (donnees / A_COMPACTER).exists():
        return False
    await database.compacter()
    (donnees / A_COMPACTER).unlink(missing_ok=True)
    return True


async def effacer_les_preuves_orphelines(database: Database, donnees: Path, maintenant: datetime) -> None:
    """Une coupure entre le fichier et la ligne qui le nomme laisse une preuve que personne ne demandera plus."""
    agees = await asyncio.to_thread(preuves_agees, donnees, maintenant)
    for nom in await database.lire(_sans_demande, list(agees)):
        agees[nom].unlink(missing_ok=True)


def _sans_demande(db: Session, noms: list[str]) -> list[str]:
    colonne = DemandeCorrection.preuve_fichier
    nommees = set(db.scalars(select(colonne).where(colonne.in_(noms)))) if noms else set()
    return [nom for nom in noms if nom not in nommees]


def _comptes_effaces(db: Session, comptes: list[str]) -> list[str]:
    vivants = set(db.scalars(select(Compte.id).where(Compte.id.in_(comptes)))) if comptes else set()
    return [compte for compte in comptes if compte not in vivants]
