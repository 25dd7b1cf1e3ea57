"""`cyclades engendrer N` : une grosse base d'essai, pour éprouver les écrans de la gestion et leur lenteur."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, not_, or_, select
from sqlalchemy.orm import Session

from app.base_fictive.lots import Fabrique, Service, inserer
from app.base_fictive.patrons import patrons
from app.comptes.models import Compte
from app.gestion.tableau.releve import relever_les_services_vivants
from app.infra.clock import jour_de_paris
from app.infra.database import Database
from app.referentiel.models import PeriodeInscription
from app.referentiel.reglements import Reglements
from app.settings import Impossible

LOT = 250
MAXIMUM = 1_000_000
ESSAI = "exemple.fr"
"""domaine des adresses d'essai"""


class Refusee(Impossible):
    pass


async def engendrer(
    database: Database,
    nombre: int,
    *,
    academie: str,
    maintenant: datetime,
    avancer: Callable[[int, int], None] = lambda faites, nombre: None,
) -> None:
    """Par lots de quelques centaines : le portail peut servir pendant ce temps. Le relevé est refait à la fin."""
    if not 1 <= nombre <= MAXIMUM:
        raise Refusee(f"Dites un nombre de candidatures entre 1 et {MAXIMUM}.")
    await exiger_une_base_d_essai(database)
    publie = await Reglements().actif(database)
    service = await database.lire(_service, academie, publie.id)
    if service is None:
        raise Refusee(f"Aucun service d’inscription dans l’académie « {academie} ».")
    jour = jour_de_paris(maintenant)
    modeles = await database.lire(patrons, academie, publie.reglement, publie.id, jour)
    if not modeles:
        raise Refusee("Le référentiel chargé ne permet aucun dossier d’essai.")
    fabrique = Fabrique(service, modeles, maintenant, premier=await database.lire(_comptes))
    for debut in range(0, nombre, LOT):
        taille = min(LOT, nombre - debut)
        await database.ecrire(inserer, fabrique.lot(debut, taille))
        avancer(debut + taille, nombre)
    await relever_les_services_vivants(database, maintenant)


async def exiger_une_base_d_essai(database: Database) -> None:
    """Avant toute écriture : mêler des candidats inventés à des vrais ne se défait pas."""
    if await database.lire(_un_vrai_compte):
        raise Refusee(
            "Cette base n’est pas une base d’essai : des comptes y ont une adresse hors de « exemple.fr ». "
            "Donnez un autre dossier (CYCLADES_DONNEES)."
        )


def barre(faites: int, nombre: int, largeur: int = 40) -> str:
    pleines = largeur * faites // nombre
    return f"\r[{'#' * pleines}{'.' * (largeur - pleines)}] {faites} / {nombre}"


def _un_vrai_compte(db: Session) -> str | None:
    d_essai = or_(Compte.courriel.like(f"%@{ESSAI}"), Compte.courriel.like(f"%.{ESSAI}"), Compte.courriel == "")
    return db.scalar(select(Compte.id).where(not_(d_essai)).limit(1))


def _comptes(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Compte)) or 0


def _service(db: Session, academie: str, version_referentiel_id: int) -> Service | None:
    ligne = db.scalars(
        select(PeriodeInscription)
        .where(PeriodeInscription.academie_code == academie)
        .order_by(PeriodeInscription.ouvre_le.desc())
        .limit(1)
    ).first()
    if ligne is None:
        return None
    return Service(
        ligne.id,
        ligne.session_examen_id,
        ligne.ouvre_le,
        ligne.depot_ouvre_le,
        ligne.depot_ferme_le,
        version_referentiel_id,
    )
