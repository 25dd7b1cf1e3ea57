"""Le référentiel à l'écran : ce qui est en vigueur, ce qui est proposé, et l'heure où cela change."""

import asyncio
from datetime import datetime
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.models import RoleCompte
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.page import montrer
from app.gestion.portee import Academies, academies_de
from app.gestion.referentiel.actions import programmer, proposer, renoncer
from app.gestion.referentiel.formulaires import CORPS_MAX, formulaire_d_archive, formulaire_de_date, moment
from app.gestion.referentiel.propositions import comparaison, en_vigueur, instantane_de
from app.gestion.referentiel.queries import Edition, archive_de, edition_de, editions, en_vigueur_id
from app.gestion.referentiel.taches import VieDuReferentiel
from app.referentiel.archive import ARCHIVE_MAX, ArchiveRefusee, montrable
from app.referentiel.chargement import Erreur, Instantane, ReferentielInvalide
from app.web.erreurs import Introuvable
from app.web.fichiers import avec_fichiers
from app.web.forms import Formulaire
from app.web.pages import rediriger

ACCUEIL = "/gestion/referentiel"
ERREURS_MONTREES = 200


@get(ACCUEIL)
async def accueil(request: AnyRequest) -> Response[Any]:
    return await _accueil(request, formulaire_d_archive())


@get(ACCUEIL + "/fichiers.zip")
async def fichiers_en_vigueur(request: AnyRequest) -> Response[bytes]:
    edition_id = await database(request).lire(en_vigueur_id)
    return await _archive(request, edition_id or "", "referentiel.zip")


@get(ACCUEIL + "/editions/{edition_id:str}/fichiers.zip")
async def fichiers(request: AnyRequest, edition_id: FromPath[str]) -> Response[bytes]:
    edition = await edition_ou_404(request, edition_id)
    return await _archive(request, edition.id, f"referentiel-{edition.cree_le:%Y%m%d}.zip")


@get(ACCUEIL + "/editions/{edition_id:str}")
async def edition(request: AnyRequest, edition_id: FromPath[str]) -> Response[Any]:
    return await _page(request, await edition_ou_404(request, edition_id), formulaire_de_date())


@post(ACCUEIL, status_code=200, request_max_body_size=CORPS_MAX)
async def televerser(request: AnyRequest) -> Response[Any]:
    """Contrôlée en entier avant d'être gardée ; gardée, elle ne change encore rien."""
    formulaire = formulaire_d_archive(await avec_fichiers(await request.form(), taille_max=ARCHIVE_MAX))
    if not formulaire.valide():
        return await _accueil(request, formulaire, statut=422)
    recu = formulaire["archive"].data
    try:
        instantane = await asyncio.to_thread(instantane_de, recu.octets)
    except ArchiveRefusee as refus:
        formulaire.ajouter_erreur("archive", str(refus))
        return await _accueil(request, formulaire, statut=422)
    except ReferentielInvalide as invalide:
        formulaire.ajouter_erreur("archive", _nombre_d_erreurs(invalide.erreurs))
        return await _accueil(request, formulaire, erreurs=invalide.erreurs, statut=422)
    return await _proposer(request, instantane, montrable(recu.nom))


@post(ACCUEIL + "/editions/{edition_id:str}/copie", status_code=200)
async def revenir(request: AnyRequest, edition_id: FromPath[str]) -> Response[Any]:
    """Revenir en arrière : l'ancienne édition est proposée de nouveau, comparée, puis publiée comme une autre."""
    ancienne = await edition_ou_404(request, edition_id)
    archive = await database(request).lire(archive_de, ancienne.id)
    instantane = await asyncio.to_thread(instantane_de, archive or b"")
    return await _proposer(request, instantane, f"retour à : {ancienne.nom}"[:100])


@post(ACCUEIL + "/editions/{edition_id:str}/publication", status_code=200)
async def publier(request: AnyRequest, edition_id: FromPath[str]) -> Response[Any]:
    lue, maintenant = await edition_ou_404(request, edition_id), instant(request)
    formulaire = formulaire_de_date(await request.form())
    quand = moment(formulaire, maintenant)
    if quand is None:
        return await _page(request, lue, formulaire, statut=422)
    await database(request).ecrire(programmer, lue.id, quand, agent_id=agent(request).compte_id, maintenant=maintenant)
    _reveiller(request)
    return rediriger(f"{ACCUEIL}/editions/{lue.id}")


@post(ACCUEIL + "/editions/{edition_id:str}/renoncement", status_code=200)
async def y_renoncer(request: AnyRequest, edition_id: FromPath[str]) -> Response[Any]:
    lue, maintenant = await edition_ou_404(request, edition_id), instant(request)
    await database(request).ecrire(renoncer, lue.id, agent_id=agent(request).compte_id, maintenant=maintenant)
    reste = await database(request).lire(edition_de, lue.id, ())
    return rediriger(f"{ACCUEIL}/editions/{lue.id}" if reste else ACCUEIL)


async def _proposer(request: AnyRequest, instantane: Instantane, nom: str) -> Response[Any]:
    actif, listes = await database(request).lire(en_vigueur, instantane)
    difference = await asyncio.to_thread(comparaison, actif, listes, instantane)
    edition_id = await database(request).ecrire(
        proposer,
        instantane.archive,
        nom=nom,
        difference=difference,
        agent_id=agent(request).compte_id,
        maintenant=instant(request),
    )
    _reveiller(request)
    return rediriger(f"{ACCUEIL}/editions/{edition_id}")


async def _accueil(
    request: AnyRequest, formulaire: Formulaire, *, erreurs: tuple[Erreur, ...] = (), statut: int = 200
) -> Response[Any]:
    contexte = {
        "editions": await database(request).lire(editions, _academies(request)),
        "formulaire": formulaire,
        "administre": agent(request).role is RoleCompte.ADMINISTRATEUR,
        "erreurs": erreurs[:ERREURS_MONTREES],
        "nombre_erreurs": len(erreurs),
    }
    return montrer(request, "gestion/referentiel/accueil.html", contexte, statut=statut)


async def _page(request: AnyRequest, lue: Edition, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    contexte = {
        "edition": lue,
        "formulaire": formulaire,
        "administre": agent(request).role is RoleCompte.ADMINISTRATEUR,
        "en_attente": lue.compte_encore or (lue.est_programmee and _est_due(lue.active_le, instant(request))),
    }
    return montrer(request, "gestion/referentiel/edition.html", contexte, bloc="suivi", statut=statut)


async def edition_ou_404(request: AnyRequest, edition_id: str) -> Edition:
    lue = await database(request).lire(edition_de, edition_id, _academies(request))
    if lue is None:
        raise Introuvable
    return lue


async def _archive(request: AnyRequest, edition_id: str, nom: str) -> Response[bytes]:
    octets = await database(request).lire(archive_de, edition_id)
    if octets is None:
        raise Introuvable
    return Response(
        octets,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "Cache-Control": "no-store"},
    )


def _academies(request: AnyRequest) -> Academies:
    return academies_de(agent(request))


def _reveiller(request: AnyRequest) -> None:
    cast(VieDuReferentiel, request.app.state.referentiel).reveiller()


def _est_due(active_le: datetime | None, maintenant: datetime) -> bool:
    return active_le is not None and active_le <= maintenant


def _nombre_d_erreurs(erreurs: tuple[Erreur, ...]) -> str:
    accord = "1 erreur" if len(erreurs) == 1 else f"{len(erreurs)} erreurs"
    return f"Corrigez les fichiers : {accord}, dites plus bas. Rien n’est chargé"
