"""En CSV : les établissements, qui est peut-être inscrit deux fois ; de l'un d'eux, ses personnes et ses partis."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.etablissements.actes import (
    Fiche,
    eleves_partis,
    etablissement_de,
    etablissements_de,
    personnes_de,
)
from app.gestion.etablissements.etablissements_http import LISTE
from app.gestion.export import exporter, un_lot
from app.import_scolaire.doublons import doublons
from app.infra.clock import jour_de_paris
from app.web.erreurs import Introuvable
from app.web.gabarits import date_fr

COLONNES = ("UAI", "Établissement", "Type", "Ville", "Académie", "Personnes", "Coordonnées vérifiées le")
COLONNES_DOUBLONS = (
    "Nom de famille",
    "Prénoms",
    "N° candidat de l’élève",
    "Établissement",
    "N° candidat individuel",
)
COLONNES_PERSONNES = ("Nom", "Prénoms", "Adresse mail", "Compte")
COLONNES_PARTIS = ("N° candidat", "Nom de famille", "Prénoms", "Retiré le")


@get(LISTE + "/export")
async def exporter_les_etablissements(request: AnyRequest) -> Stream:
    academies = agent(request).academies
    lus = await database(request).lire(etablissements_de, academies)
    lots = un_lot(map(_cellules, lus))
    return await exporter(
        request, "etablissements", COLONNES, lots, nature="exporter_les_etablissements", academies=academies
    )


@get(LISTE + "/doublons/export")
async def exporter_les_doublons(request: AnyRequest) -> Stream:
    academies = agent(request).academies
    lots = un_lot(
        (d.nom, d.prenoms, d.numero_candidat, d.etablissement, d.autre_numero)
        for d in await database(request).lire(doublons, academies, combien=None, maintenant=instant(request))
    )
    return await exporter(
        request, "inscrits-deux-fois", COLONNES_DOUBLONS, lots, nature="exporter_les_doublons", academies=academies
    )


@get(LISTE + "/{uai:str}/personnes/export")
async def exporter_les_personnes(request: AnyRequest, uai: FromPath[str]) -> Stream:
    await _sien(request, uai)
    lues = await database(request).lire(personnes_de, uai)
    lots = un_lot((p.nom, p.prenoms, p.courriel, "ouvert" if p.est_active else "invitation sans réponse") for p in lues)
    return await exporter(
        request,
        f"personnes-{uai}",
        COLONNES_PERSONNES,
        lots,
        nature="exporter_les_personnes_d_un_etablissement",
        academies=agent(request).academies,
        filtres=uai,
    )


@get(LISTE + "/{uai:str}/eleves/export")
async def exporter_les_eleves_partis(request: AnyRequest, uai: FromPath[str]) -> Stream:
    await _sien(request, uai)
    lus = await database(request).lire(eleves_partis, uai)
    lots = un_lot((e.numero_candidat, e.nom, e.prenoms, date_fr(e.parti_le)) for e in lus)
    return await exporter(
        request,
        f"eleves-partis-{uai}",
        COLONNES_PARTIS,
        lots,
        nature="exporter_les_eleves_partis",
        academies=agent(request).academies,
        filtres=uai,
    )


async def _sien(request: AnyRequest, uai: str) -> None:
    if await database(request).lire(etablissement_de, agent(request).academies, uai) is None:
        raise Introuvable


def _cellules(e: Fiche) -> tuple[object, ...]:
    verifie_le = f"{jour_de_paris(e.verifie_le):%d/%m/%Y}" if e.verifie_le else ""
    return e.uai, e.nom, e.type.libelle, e.ville, e.academie, e.personnes, verifie_le
