"""Les services où l'on publie, les publications ; d'une publication, ses documents et son essai, en CSV."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from app.comptes.portail import AnyRequest, cle, database
from app.gestion.export import Lignes, exporter, le, un_lot
from app.gestion.publications.actions import Editeur
from app.gestion.publications.compte_rendu import CompteRendu, ouvrir_le_compte_rendu
from app.gestion.publications.essais_http import ACCUEIL, editeur
from app.gestion.publications.genres import slug_de
from app.gestion.publications.lignes import LigneLue, lignes_de
from app.gestion.publications.publications_http import publication_ou_404
from app.gestion.publications.queries import PublicationLue, publications, services
from app.infra.database import Database

COLONNES_SERVICES = ("Session", "Académie", "Inscrits")
COLONNES = (
    "Publication", "Session", "Académie", "Fichier", "État", "Essayée le", "Lancée le", "Finie le", "Documents",
    "Publiés", "Déjà chez le candidat", "Laissés de côté", "Restent",
)  # fmt: skip
COLONNES_DOCUMENTS = ("Rang", "N° candidat", "N° inscription", "Nom de famille", "Prénoms", "État")
COLONNES_ESSAI = ("Sorte", "Ligne", "Colonne", "Valeur lue", "Ce qu’il faut savoir")


@get(ACCUEIL + "/services/export")
async def exporter_les_services(request: AnyRequest) -> Stream:
    qui = editeur(request)
    lots = un_lot(
        (s.periode.session.libelle, s.periode.academie.nom, s.inscrits)
        for s in await database(request).lire(services, qui.academies)
    )
    nature = "exporter_les_services"
    return await exporter(
        request, "services-a-publier", COLONNES_SERVICES, lots, nature=nature, academies=qui.academies
    )


@get(ACCUEIL + "/export")
async def exporter_les_publications(request: AnyRequest) -> Stream:
    """Toutes : l'écran s'arrête aux dernières."""
    qui = editeur(request)
    lots = un_lot(map(_publication, await database(request).lire(publications, qui, combien=None)))
    nature = "exporter_les_publications"
    return await exporter(request, "publications", COLONNES, lots, nature=nature, academies=qui.academies)


@get(ACCUEIL + "/{publication_id:str}/documents/export")
async def exporter_les_documents(request: AnyRequest, publication_id: FromPath[str]) -> Stream:
    lue = await publication_ou_404(request, publication_id)
    return await exporter(
        request,
        f"{slug_de(lue.type)}-documents",
        COLONNES_DOCUMENTS,
        _documents(database(request), lue.id, editeur(request)),
        nature="exporter_une_publication",
        academies=(lue.periode.academie.code,),
        filtres=lue.id,
    )


@get(ACCUEIL + "/{publication_id:str}/essai/export")
async def exporter_l_essai(request: AnyRequest, publication_id: FromPath[str]) -> Stream:
    """Erreurs, remarques et manquants, tous : l'écran s'arrête aux premiers."""
    lue = await publication_ou_404(request, publication_id)
    rendu = await asyncio.to_thread(ouvrir_le_compte_rendu, cle(request), lue.contenu)
    return await exporter(
        request,
        f"{slug_de(lue.type)}-essai",
        COLONNES_ESSAI,
        un_lot(_essai(rendu)),
        nature="exporter_un_essai",
        academies=(lue.periode.academie.code,),
        filtres=lue.id,
    )


async def _documents(base: Database, publication_id: str, qui: Editeur) -> AsyncIterator[Lignes]:
    apres = 0
    while lignes := await base.lire(lignes_de, publication_id, qui, apres=apres):
        yield map(_document, lignes)
        apres = lignes[-1].rang


def _document(ligne: LigneLue) -> tuple[object, ...]:
    qui = (ligne.numero_candidat, ligne.numero_inscription, ligne.nom_famille, ligne.prenoms)
    return ligne.rang, *qui, ligne.etat.libelle


def _publication(lue: PublicationLue) -> tuple[object, ...]:
    session, academie = lue.periode.session.libelle, lue.periode.academie.nom
    quand = (le(lue.cree_le), le(lue.lancee_le), le(lue.finie_le))
    faits = lue.avancement
    nombres = (faits.total, faits.publiees, faits.inchangees, faits.passees, faits.restent)
    return lue.libelle, session, academie, lue.nom_fichier, lue.etat.libelle, *quand, *nombres


def _essai(rendu: CompteRendu) -> Iterator[tuple[object, ...]]:
    for erreur in rendu.erreurs:
        yield "Erreur", erreur.ligne or "", erreur.colonne, erreur.valeur, f"attendu : {erreur.attendu}"
    for avis in rendu.avis:
        yield "Remarque", "", "", "", avis
    for manquant in rendu.manquants:
        yield "Pas dans le fichier", "", "", "", manquant
