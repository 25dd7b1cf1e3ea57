"""La liste en CSV, telle que filtrée, d'un bout à l'autre : lue et envoyée lot par lot, jamais gardée entière."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import get
from litestar.response import Stream
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, database
from app.gestion.candidatures.criteres import LISTE, Criteres
from app.gestion.candidatures.libelles import Libelles
from app.gestion.candidatures.lignes import LigneCandidature, lignes
from app.gestion.candidatures.liste_http import demande_de
from app.gestion.candidatures.recherche import ids_de_la_page
from app.gestion.export import Lignes, exporter, le
from app.infra.database import Database

LOT = 500
COLONNES = (
    "N° candidat", "N° inscription", "Nom de famille", "Nom d’usage", "Prénoms", "Date de naissance", "Adresse mail",
    "État", "Code spécialité", "Spécialité", "Établissement", "Catégorie", "Académie", "Session", "Version",
    "Enregistrée le", "Pièces conformes", "Pièces demandées", "Dispense à confirmer",
)  # fmt: skip


@get(LISTE + "/export")
async def exporter_les_candidatures(request: AnyRequest) -> Stream:
    _, mots, demande, _ = await demande_de(request)
    return await exporter(
        request,
        "candidatures",
        COLONNES,
        _lots(database(request), demande, mots),
        nature="exporter_des_candidatures",
        academies=demande.academies,
        filtres=", ".join(f"{nom}={valeur}" for nom, valeur in demande.filtres.items() if valeur),
    )


async def _lots(base: Database, demande: Criteres, mots: Libelles) -> AsyncIterator[Lignes]:
    apres = ""
    while True:
        lot, apres = await base.lire(_lot, demande, apres)
        yield [_cellules(ligne, mots) for ligne in lot]
        if not apres:
            return


def _lot(db: Session, demande: Criteres, apres: str) -> tuple[tuple[LigneCandidature, ...], str]:
    ids, _, suite = ids_de_la_page(db, demande, apres=apres, limite=LOT)
    return lignes(db, ids), suite


def _cellules(ligne: LigneCandidature, mots: Libelles) -> tuple[Any, ...]:
    return (
        ligne.numero_candidat,
        ligne.numero_inscription,
        ligne.nom_famille,
        ligne.nom_usage,
        ligne.prenoms,
        f"{ligne.date_naissance:%d/%m/%Y}",
        ligne.courriel,
        ligne.etat.libelle,
        ligne.specialite,
        mots.specialites.get(ligne.specialite, ""),
        mots.etablissements.get(ligne.etablissement, ligne.etablissement),
        mots.categories.get(ligne.categorie, ligne.categorie),
        ligne.academie,
        ligne.session,
        ligne.version or "",
        le(ligne.enregistree_le),
        ligne.conformes,
        ligne.demandees,
        "oui" if ligne.dispense_a_confirmer else "",
    )
