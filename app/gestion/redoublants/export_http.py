"""Les préparations, et les candidats ajournés de l'une d'elles, en CSV."""

from collections.abc import Collection

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Candidat
from app.comptes.portail import AnyRequest, agent, database
from app.gestion.export import exporter, le, un_lot
from app.gestion.redoublants.models import LignePreparation
from app.gestion.redoublants.preparation import charger
from app.gestion.redoublants.redoublants_http import LISTE, preparations
from app.web.erreurs import Introuvable

COLONNES = ("Session préparée", "À partir de", "Académie", "Essayée le", "État")
COLONNES_AJOURNES = ("N° candidat", "Nom de famille", "Prénoms", "Notes reprises", "Inscription")


@get(LISTE + "/export")
async def exporter_les_preparations(request: AnyRequest) -> Stream:
    academies = agent(request).academies
    lots = un_lot(
        (p.cible.session.libelle, p.origine.session.libelle, p.cible.academie.nom, le(p.cree_le), p.etat)
        for p in await database(request).lire(preparations, academies, combien=None)
    )
    return await exporter(
        request, "preparations", COLONNES, lots, nature="exporter_les_preparations", academies=academies
    )


@get(LISTE + "/{preparation_id:str}/export")
async def exporter_les_ajournes(request: AnyRequest, preparation_id: FromPath[str]) -> Stream:
    academies = agent(request).academies
    try:
        lues = await database(request).lire(_ajournes, preparation_id, academies)
    except LookupError:
        raise Introuvable from None
    return await exporter(
        request,
        "candidats-ajournes",
        COLONNES_AJOURNES,
        un_lot(lues),
        nature="exporter_des_ajournes",
        academies=academies,
        filtres=preparation_id,
    )


def _ajournes(db: Session, preparation_id: str, academies: Collection[str]) -> tuple[tuple[object, ...], ...]:
    charger(db, preparation_id, academies)
    lignes = db.execute(
        select(Candidat, LignePreparation.notes, LignePreparation.motif)
        .join(Candidature, Candidature.compte_id == Candidat.compte_id)
        .join(LignePreparation, LignePreparation.origine_id == Candidature.id)
        .where(LignePreparation.preparation_id == preparation_id)
        .order_by(Candidature.cle_nom, LignePreparation.origine_id)
    )
    return tuple(
        (qui.numero_candidat, qui.nom_famille, qui.prenoms, notes, motif or "à compléter par le candidat")
        for qui, notes, motif in lignes
    )
