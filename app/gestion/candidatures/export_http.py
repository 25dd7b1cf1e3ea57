"""La liste en CSV, telle que filtrée, d'un bout à l'autre : lue et envoyée lot par lot, jamais gardée entière."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import get
from litestar.response import Stream
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.candidatures.criteres import LISTE, Criteres
from app.gestion.candidatures.libelles import Libelles
from app.gestion.candidatures.lignes import LigneCandidature, lignes
from app.gestion.candidatures.liste_http import demande_de
from app.gestion.candidatures.recherche import ids_de_la_page
from app.gestion.export import consigner_l_export, en_csv
from app.infra.clock import en_paris
from app.infra.database import Database
from app.web.tableur import BOM, lignes_csv

LOT = 500
COLONNES = (
    "N° candidat", "N° inscription", "Nom de famille", "Nom d’usage", "Prénoms", "Date de naissance", "Adresse mail",
    "État", "Code spécialité", "Spécialité", "Établissement", "Catégorie", "Académie", "Session", "Version",
    "Enregistrée le", "Pièces conformes", "Pièces demandées",
)  # fmt: skip


@get(LISTE + "/export")
async def exporter(request: AnyRequest) -> Stream:
    _, mots, demande, _ = await demande_de(request)
    filtres = ", ".join(f"{nom}={valeur}" for nom, valeur in demande.filtres.items() if valeur)
    maintenant = instant(request)
    await database(request).ecrire(
        consigner_l_export,
        agent(request).compte_id,
        demande.academies,
        "exporter_des_candidatures",
        filtres,
        maintenant,
    )
    return en_csv("candidatures", _envoyer(database(request), demande, mots), maintenant)


async def _envoyer(base: Database, demande: Criteres, mots: Libelles) -> AsyncIterator[bytes]:
    yield BOM + lignes_csv([COLONNES])
    apres = ""
    while True:
        lot, apres = await base.lire(_lot, demande, apres)
        yield lignes_csv(_cellules(ligne, mots) for ligne in lot)
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
        f"{en_paris(ligne.enregistree_le):%d/%m/%Y %H:%M}" if ligne.enregistree_le else "",
        ligne.conformes,
        ligne.demandees,
    )
