"""La file des pièces et les dossiers incomplets, en CSV : la même liste qu'à l'écran, d'un bout à l'autre."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.choix_academie import choix_academie
from app.gestion.controle.attente import EnAttente, page_d_attente
from app.gestion.controle.attente_http import filtres_de
from app.gestion.controle.controle_http import FILE
from app.gestion.controle.relances import Incomplet, incomplets
from app.gestion.controle.relances_http import LISTE
from app.gestion.export import Lignes, exporter, le
from app.infra.database import Database
from app.regles.vocabulaire import StatutPiece
from app.web.gabarits import date_fr

COLONNES_FILE = ("N° candidat", "Nom de famille", "Prénoms", "Code pièce", "Pièce", "Envoyée le (Paris)", "Pris par")
COLONNES_INCOMPLETS = (
    "N° candidat",
    "Nom de famille",
    "Prénoms",
    "Pièces qui manquent",
    "Relances",
    "Dernière relance",
)


@get(FILE + "/export")
async def exporter_la_file(request: AnyRequest) -> Stream:
    choix = await choix_academie(request)
    statut, code = await filtres_de(request, choix.academies)
    return await exporter(
        request,
        "pieces-a-controler",
        COLONNES_FILE,
        _la_file(database(request), choix.academies, agent(request).compte_id, statut, code, instant(request)),
        nature="exporter_la_file_des_pieces",
        academies=choix.academies,
        filtres="une sorte de pièce" if code else "",
    )


@get(LISTE + "/export")
async def exporter_les_incomplets(request: AnyRequest) -> Stream:
    academies = (await choix_academie(request)).academies
    return await exporter(
        request,
        "dossiers-incomplets",
        COLONNES_INCOMPLETS,
        _les_incomplets(database(request), academies, instant(request)),
        nature="exporter_les_dossiers_incomplets",
        academies=academies,
    )


async def _la_file(
    base: Database, academies: Collection[str], agent_id: str, statut: StatutPiece, code: str, maintenant: datetime
) -> AsyncIterator[Lignes]:
    apres = ""
    while True:
        page = await base.lire(
            page_d_attente, academies, agent_id=agent_id, statut=statut, code=code, apres=apres, maintenant=maintenant
        )
        yield map(_piece, page.lignes)
        apres = page.apres
        if not apres:
            return


async def _les_incomplets(base: Database, academies: Collection[str], maintenant: datetime) -> AsyncIterator[Lignes]:
    apres = ""
    while True:
        lignes, apres = await base.lire(incomplets, academies, apres=apres, maintenant=maintenant)
        yield map(_dossier, lignes)
        if not apres:
            return


def _piece(ligne: EnAttente) -> Sequence[object]:
    envoyee = le(ligne.validee_le)
    return (ligne.numero_candidat, ligne.nom, ligne.prenoms, ligne.code, ligne.libelle, envoyee, ligne.prise_par)


def _dossier(ligne: Incomplet) -> Sequence[object]:
    pieces = " | ".join(f"{piece.code} ({piece.etat})" for piece in ligne.pieces)
    derniere = date_fr(ligne.derniere_relance) if ligne.derniere_relance else ""
    return (ligne.numero_candidat, ligne.nom, ligne.prenoms, pieces, ligne.relances, derniere)
