"""Des candidats de plus, par leur nom : une ligne par dossier, inscrite par l'acte ordinaire."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import commencer
from app.dossiers_fictifs import REPONSES, courrier_d_essai
from app.infra.database import Database
from app.inscription.actions import enregistrer
from app.inscription.onglets import ONGLETS
from app.referentiel.models import PeriodeInscription
from app.referentiel.reglements import Reglements
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import Civilite
from tests.bases import adresse_de
from tests.instance import HorlogeDEssai, Personne, creer_la_personne


class Instance(Protocol):
    """Le portail d'un test, servi ou non."""

    donnees: Path
    horloge: HorlogeDEssai

    def lignes(self, requete: str, **valeurs: Any) -> list[dict[str, Any]]: ...


def inscrire(
    portail: Instance,
    nom: str,
    prenoms: str,
    *,
    usage: str = "",
    academie: str = "16",
    est_enregistree: bool = True,
    **autres: Any,
) -> str:
    """L'id de sa candidature. `autres` : ce que ce candidat répond d'autre que les autres."""
    qui = _personne(portail.lignes("SELECT count(*) AS n FROM compte")[0]["n"], nom, prenoms)
    champs = REPONSES | {"courriel": qui.courriel, "amenagement_epreuves": False} | autres
    if est_enregistree:
        champs["vus"] = [onglet.slug for onglet in ONGLETS if onglet.champs]

    def acte(db: Session, reglement: Reglement, version: int) -> str:
        id_ = _commencer(db, qui, champs, academie, portail.horloge.instant, usage=usage)
        if est_enregistree:
            enregistrer(
                db,
                qui.id,
                id_,
                version_lue=0,
                reglement=reglement,
                version_referentiel_id=version,
                composer=courrier_d_essai,
                maintenant=portail.horloge.instant,
            )
        return id_

    return str(ecrire(portail, acte))


def brouillons(portail: Instance, noms: Sequence[str], prenoms: str = "Zoé") -> None:
    """Un brouillon par nom, d'un seul geste."""
    premier = portail.lignes("SELECT count(*) AS n FROM compte")[0]["n"]

    def acte(db: Session, reglement: Reglement, version: int) -> None:
        for rang, nom in enumerate(noms, start=premier):
            _commencer(db, _personne(rang, nom, prenoms), REPONSES, "16", portail.horloge.instant)

    ecrire(portail, acte)


def ecrire(portail: Instance, acte: Callable[[Session, Reglement, int], Any]) -> Any:
    """L'acte reçoit aussi le règlement publié et son id."""

    async def tout() -> Any:
        database = Database(adresse_de(portail.donnees))
        try:
            publie = await Reglements().actif(database)
            return await database.ecrire(acte, publie.reglement, publie.id)
        finally:
            await database.fermer()

    with ThreadPoolExecutor(1) as fil:
        return fil.submit(lambda: asyncio.run(tout())).result()


def _personne(rang: int, nom: str, prenoms: str) -> Personne:
    courriel = f"candidat{rang}@exemple.fr"
    return Personne(f"candidat{rang}", courriel, f"0214700{rang:04}", Civilite.MADAME, nom, prenoms, date(1990, 1, 1))


def _commencer(
    db: Session, qui: Personne, champs: Mapping[str, Any], academie: str, instant: datetime, *, usage: str = ""
) -> str:
    creer_la_personne(db, qui, "!", usage=usage)
    db.flush()
    periode = db.scalars(select(PeriodeInscription.id).where(PeriodeInscription.academie_code == academie)).one()
    return commencer(db, qui.id, periode, brouillon=champs, maintenant=instant)
