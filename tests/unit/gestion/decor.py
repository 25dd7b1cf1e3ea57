"""Des dossiers dont les pièces attendent : les mêmes que ceux de la démonstration, à Toulouse."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature, VersionCandidature
from app.comptes.models import Candidat, Compte
from app.dossiers_fictifs import PIECES, dossiers_fictifs, fichier_d_essai, inscrire_et_deposer
from app.infra.database import Database, moteur_synchrone
from app.referentiel.reglements import Reglements
from tests.bases import adresse_de
from tests.instance import DEBUT


def deposer_des_dossiers(donnees: Path, nombre: int, instant: datetime = DEBUT) -> list[str]:
    """Les candidatures, de la plus ancienne à la plus récente ; quatre pièces envoyées chacune."""
    with ThreadPoolExecutor(1) as fil:  # le fil des tests a déjà une boucle quand un navigateur est ouvert
        return fil.submit(lambda: asyncio.run(_deposer(donnees, nombre, instant))).result()


def ecrire(donnees: Path, requete: str, **valeurs: Any) -> None:
    """Un fait posé d'autorité, quand aucun écran ne le produit vite."""
    moteur = moteur_synchrone(adresse_de(donnees))
    with moteur.begin() as connexion:
        connexion.execute(text(requete), valeurs)
    moteur.dispose()


async def _deposer(donnees: Path, nombre: int, instant: datetime) -> list[str]:
    database = Database(adresse_de(donnees))
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


def multiplier(donnees: Path, candidature_id: str, nombre: int) -> None:
    """Autant de candidats de plus, inscrits comme celui-là : mille en une seconde."""
    moteur = moteur_synchrone(adresse_de(donnees))
    with Session(moteur) as db, db.begin():
        modeles = {
            Compte: db.scalars(select(Compte).join(Candidature).where(Candidature.id == candidature_id)).one(),
            Candidat: db.scalars(
                select(Candidat)
                .join(Candidature, Candidature.compte_id == Candidat.compte_id)
                .where(Candidature.id == candidature_id)
            ).one(),
            Candidature: db.get_one(Candidature, candidature_id),
            VersionCandidature: db.scalars(
                select(VersionCandidature).where(VersionCandidature.candidature_id == candidature_id)
            ).one(),
        }
        for table, modele in modeles.items():
            colonnes = {c.key: getattr(modele, c.key) for c in table.__table__.columns}
            db.execute(insert(table), [colonnes | _propres(table.__name__, rang) for rang in range(nombre)])
    moteur.dispose()


def _propres(table: str, rang: int) -> dict[str, str]:
    compte, candidature, numero = f"clone-{rang}", f"candidature-{rang}", f"099{rang:08}"
    return {
        "Compte": {"id": compte, "identifiant": f"{compte}@exemple.fr", "courriel": f"{compte}@exemple.fr"},
        "Candidat": {"compte_id": compte, "numero_candidat": numero},
        "Candidature": {"id": candidature, "compte_id": compte},
        "VersionCandidature": {"id": f"version-{rang}", "candidature_id": candidature},
    }[table]


LIEU = {"Durée": "1 h 30", "Lieu": "Lycée des Exemples", "Adresse": "1 rue du Lycée, 31000 TOULOUSE"}
HEURES = ("8 h", "10:00", "11h45", "14 h", "16 h", "18 h")
JOURS = ("07/06/2027", "08/06/2027", "09/06/2027")


def remplir_les_convocations(lignes: list[dict[str, str]]) -> list[dict[str, str]]:
    """Le modèle, rempli : les épreuves d'un candidat se suivent, écrites de plusieurs façons."""
    rangs: dict[str, int] = {}
    remplies = []
    for ligne in lignes:
        rang = rangs.setdefault(ligne["N° candidat"], 0)
        rangs[ligne["N° candidat"]] += 1
        remplies.append(ligne | LIEU | {"Date": JOURS[rang // 6], "Heure": HEURES[rang % 6], "Salle": f"B{rang}"})
    return remplies
