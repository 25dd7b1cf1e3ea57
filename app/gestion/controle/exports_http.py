"""La file des pièces et les dossiers incomplets, en CSV : la même liste qu'à l'écran, d'un bout à l'autre."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from litestar import get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.controle.attente import EnAttente, page_d_attente
from app.gestion.controle.attente_http import filtres_de
from app.gestion.controle.controle_http import FILE
from app.gestion.controle.relances import Incomplet, incomplets
from app.gestion.controle.relances_http import LISTE
from app.gestion.export import consigner_l_export, en_csv
from app.infra.clock import en_paris
from app.infra.database import Database
from app.regles.vocabulaire import StatutPiece
from app.web.tableur import BOM, lignes_csv

COLONNES_FILE = ("N° candidat", "Nom de famille", "Prénoms", "Code pièce", "Pièce", "Envoyée le (Paris)")
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
    statut, code, maintenant = *await filtres_de(request), instant(request)
    await _consigner(request, "exporter_la_file_des_pieces", "une sorte de pièce" if code else "")
    qui = agent(request)
    return en_csv(
        "pieces-a-controler",
        _la_file(database(request), qui.academies, qui.compte_id, statut, code, maintenant),
        maintenant,
    )


@get(LISTE + "/export")
async def exporter_les_incomplets(request: AnyRequest) -> Stream:
    maintenant = instant(request)
    await _consigner(request, "exporter_les_dossiers_incomplets", "")
    return en_csv(
        "dossiers-incomplets", _les_incomplets(database(request), agent(request).academies, maintenant), maintenant
    )


async def _consigner(request: AnyRequest, nature: str, filtres: str) -> None:
    qui = agent(request)
    await database(request).ecrire(consigner_l_export, qui.compte_id, qui.academies, nature, filtres, instant(request))


async def _la_file(
    base: Database, academies: Collection[str], agent_id: str, statut: StatutPiece, code: str, maintenant: datetime
) -> AsyncIterator[bytes]:
    yield BOM + lignes_csv([COLONNES_FILE])
    apres = ""
    while True:
        page = await base.lire(
            page_d_attente, academies, agent_id=agent_id, statut=statut, code=code, apres=apres, maintenant=maintenant
        )
        yield lignes_csv(map(_piece, page.lignes))
        apres = page.apres
        if not apres:
            return


async def _les_incomplets(base: Database, academies: Collection[str], maintenant: datetime) -> AsyncIterator[bytes]:
    yield BOM + lignes_csv([COLONNES_INCOMPLETS])
    apres = ""
    while True:
        lignes, apres = await base.lire(incomplets, academies, apres=apres, maintenant=maintenant)
        yield lignes_csv(map(_dossier, lignes))
        if not apres:
            return


def _piece(ligne: EnAttente) -> Sequence[object]:
    envoyee = f"{en_paris(ligne.validee_le):%d/%m/%Y %H:%M}"
    return (ligne.numero_candidat, ligne.nom, ligne.prenoms, ligne.code, ligne.libelle, envoyee)


def _dossier(ligne: Incomplet) -> Sequence[object]:
    pieces = " | ".join(f"{piece.code} ({piece.etat})" for piece in ligne.pieces)
    derniere = f"{en_paris(ligne.derniere_relance):%d/%m/%Y}" if ligne.derniere_relance else ""
    return (ligne.numero_candidat, ligne.nom, ligne.prenoms, pieces, ligne.relances, derniere)
