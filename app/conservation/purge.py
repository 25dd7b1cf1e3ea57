"""Ce que le temps efface : chaque règle dit quelles lignes ont fait leur temps, et comment elles s'en vont.

Une règle se lit sans rien changer (`combien`), ou s'applique par lots courts, chacun consigné au registre par son seul
nombre. Une coupure au milieu laisse le reste au passage suivant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.comptes.activation import comptes_jamais_actives
from app.comptes.effacement import (
    compacter_s_il_le_faut,
    demander_le_compactage,
    effacer_les_preuves_orphelines,
    effacer_les_traces,
)
from app.comptes.purge import purger
from app.conservation import comptes, dossiers
from app.conservation.libres import ramasser_les_libres
from app.durees import PHRASES, Conservation
from app.gestion.candidatures.memoire import oublier_les_recherches
from app.infra.database import Database
from app.infra.registre import consigner
from app.pieces.orphelins import ramasser_les_orphelins

LOT = 50


@dataclass(frozen=True, slots=True)
class Regle:
    nom: str
    duree: str
    """le réglage qui la commande"""
    dus: Callable[[Session, datetime], Select[str]]
    effacer: Callable[[Session, Sequence[str]], None]
    phrase: str = ""


REGLES = (
    Regle("brouillons", "brouillons", dossiers.brouillons_abandonnes, dossiers.effacer_candidatures),
    Regle("pieces", "pieces", dossiers.pieces_de_sessions_closes, dossiers.effacer_pieces),
    Regle("candidatures", "candidatures", dossiers.candidatures_de_sessions_closes, dossiers.effacer_candidatures),
    Regle(
        "lots",
        "candidatures",
        dossiers.lots_de_sessions_closes,
        dossiers.effacer_lots,
        "services dont s’effacent imports, publications et préparations, après la session",
    ),
    Regle(
        "impressions",
        "candidatures",
        dossiers.impressions_anciennes,
        dossiers.effacer_impressions,
        "impressions de papillons, après leur préparation",
    ),
    Regle("corrections", "corrections", comptes.corrections_jugees, comptes.effacer_corrections),
    Regle("courriels", "courriels", comptes.courriels_anciens, comptes.effacer_courriels),
    Regle("comptes", "comptes", comptes.comptes_inactifs, comptes.effacer_comptes),
    Regle("agents", "agents", comptes.agents_partis, comptes.oublier_agents),
)
"""dans cet ordre : un compte ne s'efface qu'après sa dernière candidature"""

JAMAIS_ACTIVES = "jamais_actives"
PHRASE_JAMAIS_ACTIVES = "comptes jamais activés, 48 heures après leur création"


@dataclass(frozen=True, slots=True)
class Decompte:
    """Ce qu'une règle ôte, ou ôterait."""

    nom: str
    phrase: str
    combien: int


def combien(db: Session, durees: Conservation, maintenant: datetime) -> tuple[Decompte, ...]:
    """Ne change rien. Un compte que sa candidature retient encore n'y est pas : il viendra au passage d'après."""
    return (
        Decompte(JAMAIS_ACTIVES, PHRASE_JAMAIS_ACTIVES, _nombre(db, comptes_jamais_actives(maintenant))),
        *(
            Decompte(regle.nom, phrase(regle), _nombre(db, regle.dus(db, maintenant - durees[regle.duree])))
            for regle in REGLES
        ),
    )


async def purger_tout(
    database: Database, donnees: Path, durees: Conservation, maintenant: datetime
) -> tuple[Decompte, ...]:
    """Les lignes, puis les fichiers qu'aucune ne nomme plus, puis ce qui en restait dans la base et son journal."""
    decomptes = [Decompte(JAMAIS_ACTIVES, PHRASE_JAMAIS_ACTIVES, await _repeter(database, purger, maintenant))]
    await database.ecrire(oublier_les_recherches, maintenant)
    for regle in REGLES:
        avant = maintenant - durees[regle.duree]
        faits = await _repeter(database, _purger_un_lot, regle.nom, avant, maintenant)
        decomptes.append(Decompte(regle.nom, phrase(regle), faits))
    await ramasser_les_orphelins(database, donnees, maintenant)
    await ramasser_les_libres(database, donnees, maintenant)
    await effacer_les_preuves_orphelines(database, donnees, maintenant)
    await effacer_les_traces(database, donnees)
    if any(decompte.combien for decompte in decomptes):
        demander_le_compactage(donnees)
    await compacter_s_il_le_faut(database, donnees)
    return tuple(decomptes)


def phrase(regle: Regle) -> str:
    return regle.phrase or PHRASES[regle.duree]


async def _repeter(database: Database, acte: Callable[..., int], *arguments: object) -> int:
    total = 0
    while faits := await database.ecrire(acte, *arguments):
        total += faits
    return total


def _purger_un_lot(db: Session, nom: str, avant: datetime, maintenant: datetime) -> int:
    regle = next(regle for regle in REGLES if regle.nom == nom)
    ids = db.scalars(regle.dus(db, avant).limit(LOT)).all()
    if ids:
        regle.effacer(db, ids)
        consigner(
            db,
            acteur="portail",
            nature="purger",
            objet="conservation",
            objet_id=nom,
            detail=str(len(ids)),
            maintenant=maintenant,
        )
    return len(ids)


def _nombre(db: Session, dus: Select[str]) -> int:
    return db.scalar(select(func.count()).select_from(dus.subquery())) or 0
