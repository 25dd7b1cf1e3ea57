"""Préparer une publication : le modèle à remplir, l'essai à blanc du fichier rempli."""

import asyncio
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.portail import AnyRequest, agent, cle, database, instant
from app.documents.models import TypeDocument
from app.documents.scelles import scellees
from app.gestion.page import montrer
from app.gestion.publications.actions import APreparer, Editeur, preparer
from app.gestion.publications.attendus import Inscrit, inscrits
from app.gestion.publications.compte_rendu import compte_rendu, sceller_le_compte_rendu
from app.gestion.publications.depot import CORPS_MAX, TAILLE_MAX, empreinte, formulaire_d_essai, lecture, options
from app.gestion.publications.genre import Cadre, Genre
from app.gestion.publications.genres import RESERVES, genres_de, types_de
from app.gestion.publications.queries import periode_a_portee, publications, services
from app.gestion.publications.tableau import lire, texte_de
from app.gestion.publications.valeurs import Essai
from app.infra.clock import jour_de_paris
from app.referentiel.fiches import FichePeriode
from app.web.erreurs import Introuvable
from app.web.fichiers import avec_fichiers
from app.web.forms import Formulaire
from app.web.pages import rediriger
from app.web.tableur import BOM, lignes_csv

PARIS = "Europe/Paris"
ACCUEIL = "/gestion/publications"


def editeur(request: AnyRequest) -> Editeur:
    qui = agent(request)
    return Editeur(qui.compte_id, qui.academies, types_de(qui.role))


@get(ACCUEIL)
async def liste(request: AnyRequest) -> Response[Any]:
    qui = editeur(request)
    contexte = {
        "services": await database(request).lire(services, qui.academies),
        "genres": genres_de(agent(request).role),
        "publie_des_fichiers": TypeDocument.LIBRE in qui.types,
        "publications": await database(request).lire(publications, qui),
    }
    return montrer(request, "gestion/publications/liste.html", contexte)


@get(ACCUEIL + "/services/{periode_id:str}/{genre:str}")
async def nouvelle(request: AnyRequest, periode_id: FromPath[str], genre: FromPath[str]) -> Response[Any]:
    service, choisi = await _service(request, periode_id, genre)
    return await _page(request, service, choisi, formulaire_d_essai(choisi))


@get(ACCUEIL + "/services/{periode_id:str}/{genre:str}/modele.csv")
async def modele(request: AnyRequest, periode_id: FromPath[str], genre: FromPath[str]) -> Response[bytes]:
    service, choisi = await _service(request, periode_id, genre)
    tous = await database(request).lire(inscrits, service.id)
    entete = [colonne.nom for colonne in choisi.colonnes]
    octets = await asyncio.to_thread(lambda: BOM + lignes_csv([entete, *choisi.modele(tous)]))
    return csv_a_enregistrer(octets, f"modele-{choisi.slug}-{service.academie.code}-{service.session.id}.csv")


@post(ACCUEIL + "/services/{periode_id:str}/{genre:str}", status_code=200, request_max_body_size=CORPS_MAX)
async def essayer(request: AnyRequest, periode_id: FromPath[str], genre: FromPath[str]) -> Response[Any]:
    """L'essai est gardé, erreurs comprises ; rien ne paraît avant « Publier »."""
    service, choisi = await _service(request, periode_id, genre)
    formulaire = formulaire_d_essai(choisi, await avec_fichiers(await request.form(), taille_max=TAILLE_MAX))
    if not await asyncio.to_thread(lecture, choisi, formulaire):
        return await _page(request, service, choisi, formulaire, statut=422)
    recu, reponses, maintenant = formulaire["fichier"].data, options(choisi, formulaire), instant(request)
    texte = texte_de(recu.octets)
    tous = await database(request).lire(inscrits, service.id)
    cadre = Cadre(service.session.annee, jour_de_paris(maintenant), service.academie.fuseau != PARIS)
    essai = await asyncio.to_thread(_essai, choisi, texte, tous, reponses, cadre)
    if choisi.type_ in RESERVES:
        essai = await asyncio.to_thread(_scelle, essai, cle(request))
    publication_id = await database(request).ecrire(
        preparer,
        APreparer(
            type=choisi.type_,
            periode_id=service.id,
            nom_fichier=recu.nom,
            contenu=sceller_le_compte_rendu(cle(request), compte_rendu(texte, essai)),
            empreinte=empreinte(recu.octets, reponses),
            erreurs=len(essai.erreurs),
            envois=essai.envois,
        ),
        editeur(request),
        maintenant=maintenant,
    )
    if publication_id is None:
        raise Introuvable
    return rediriger(f"{ACCUEIL}/{publication_id}")


def csv_a_enregistrer(octets: bytes, nom: str) -> Response[bytes]:
    return Response(
        octets,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "Cache-Control": "no-store"},
    )


def _essai(genre: Genre, texte: str, tous: tuple[Inscrit, ...], reponses: dict[str, str], cadre: Cadre) -> Essai:
    return genre.essayer(lire(texte, genre.colonnes), tous, reponses, cadre)


def _scelle(essai: Essai, cle: bytes) -> Essai:
    return replace(essai, envois=tuple(replace(e, donnees=scellees(cle, e.donnees)) for e in essai.envois))


async def _service(request: AnyRequest, periode_id: str, slug: str) -> tuple[FichePeriode, Genre]:
    qui = agent(request)
    genre = next((genre for genre in genres_de(qui.role) if genre.slug == slug), None)
    service = await database(request).lire(periode_a_portee, periode_id, qui.academies)
    if genre is None or service is None:
        raise Introuvable
    return service, genre


async def _page(
    request: AnyRequest, service: FichePeriode, genre: Genre, formulaire: Formulaire, *, statut: int = 200
) -> Response[Any]:
    tous = await database(request).lire(inscrits, service.id)
    contexte = {"service": service, "genre": genre, "formulaire": formulaire, "combien": len(tous)}
    return montrer(request, "gestion/publications/nouvelle.html", contexte, statut=statut)
