"""Une impression préparée en fond : sa progression, ses fichiers à télécharger, sa fin."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from typing import IO, Any, cast

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant, reglages
from app.etablissements.feuilles import a_enregistrer, feuilles
from app.etablissements.page import FicheEtablissement, le_mien, montrer
from app.import_scolaire.impressions import (
    FichierLu,
    ImpressionLue,
    clore,
    impression_lue,
    telecharger,
)
from app.import_scolaire.imprimerie import Imprimerie
from app.import_scolaire.tirage import a_mettre_en_page
from app.web.erreurs import Introuvable
from app.web.pages import rediriger

PAS_PRET = "Ce fichier se prépare encore : attendez qu’il soit prêt."


@get("/etablissement/{uai:str}/impressions/{impression_id:str}")
async def montrer_l_impression(request: AnyRequest, uai: FromPath[str], impression_id: FromPath[str]) -> Response[Any]:
    return await _page(request, await le_mien(request, uai), impression_id)


@post("/etablissement/{uai:str}/impressions/{impression_id:str}/fichiers/{rang:int}", status_code=200)
async def telecharger_un_fichier(
    request: AnyRequest, uai: FromPath[str], impression_id: FromPath[str], rang: FromPath[int]
) -> Response[Any]:
    """Encore une fois si le premier téléchargement a coupé : le même mot de passe y est."""
    fiche = await le_mien(request, uai)
    lue = await _la_sienne(request, uai, impression_id)
    fichier = next((f for f in lue.fichiers if f.rang == rang), None)
    if fichier is None:
        raise Introuvable
    pdf = await _pdf(request, fiche, impression_id, fichier)
    if pdf is None:
        return await _page(request, fiche, impression_id, erreur=PAS_PRET)
    return Response(pdf, media_type="application/pdf", headers=a_enregistrer(_nom(fichier)))


@post("/etablissement/{uai:str}/impressions/{impression_id:str}/tout", status_code=200)
async def tout_telecharger(request: AnyRequest, uai: FromPath[str], impression_id: FromPath[str]) -> Response[Any]:
    """Un ZIP, envoyé à mesure : un fichier mis en page pendant que le précédent part."""
    fiche, lue = await le_mien(request, uai), await _la_sienne(request, uai, impression_id)
    if not lue.est_prete or _graine(request, impression_id) is None:
        return await _page(request, fiche, impression_id, erreur=PAS_PRET)
    archive = _archive(request, fiche, lue)
    return Stream(archive, media_type="application/zip", headers=a_enregistrer(f"papillons_{uai}.zip"))


@post("/etablissement/{uai:str}/impressions/{impression_id:str}/fin", status_code=200)
async def finir_l_impression(request: AnyRequest, uai: FromPath[str], impression_id: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    await _la_sienne(request, uai, impression_id)
    await database(request).ecrire(
        clore, uai, impression_id, acteur=agent(request).compte_id, maintenant=instant(request)
    )
    cast(Imprimerie, request.app.state.imprimerie).reveiller()  # il oublie la graine
    return rediriger(fiche.adresse_de(f"/impressions/{impression_id}"))


async def _pdf(request: AnyRequest, fiche: FicheEtablissement, impression_id: str, fichier: FichierLu) -> bytes | None:
    """Mis en page, puis compté comme imprimé. Nul s'il n'est pas prêt, ou ne l'est plus."""
    graine, maintenant = _graine(request, impression_id), instant(request)
    if graine is None or not fichier.est_pret:
        return None
    eleves = await database(request).lire(a_mettre_en_page, fiche.uai, impression_id, fichier.rang)
    pdf = await asyncio.to_thread(
        feuilles, fiche, eleves, graine, f"{reglages(request).url_publique}/connexion", maintenant
    )
    parti = await database(request).ecrire(
        telecharger,
        fiche.uai,
        impression_id,
        fichier.rang,
        [eleve.candidature_id for eleve in eleves],
        auteur=agent(request).compte_id,
        maintenant=maintenant,
    )
    return pdf if parti else None


async def _archive(request: AnyRequest, fiche: FicheEtablissement, lue: ImpressionLue) -> AsyncIterator[bytes]:
    sortie = _Sortie()
    with zipfile.ZipFile(cast(IO[bytes], sortie), "w") as archive:  # des PDF : déjà compressés
        for fichier in lue.fichiers:
            pdf = await _pdf(request, fiche, lue.id, fichier)
            if pdf is not None:
                archive.writestr(_nom(fichier), pdf)
                yield sortie.vider()
    yield sortie.vider()


class _Sortie:
    """Ce que l'archive écrit, jusqu'à ce qu'on l'envoie. Sans `tell` ni `seek` : elle ne revient jamais en arrière."""

    def __init__(self) -> None:
        self._octets = bytearray()

    def write(self, octets: bytes) -> int:
        self._octets += octets
        return len(octets)

    def flush(self) -> None:
        return

    def vider(self) -> bytes:
        octets = bytes(self._octets)
        self._octets.clear()
        return octets


def _nom(fichier: FichierLu) -> str:
    division = "".join(signe if signe.isalnum() or signe in "-_ " else "-" for signe in fichier.division)
    return f"{fichier.rang:03} {division}.pdf"


def _graine(request: AnyRequest, impression_id: str) -> bytes | None:
    return cast(Imprimerie, request.app.state.imprimerie).graine(impression_id)


async def _la_sienne(request: AnyRequest, uai: str, impression_id: str) -> ImpressionLue:
    lue = await database(request).lire(impression_lue, uai, impression_id)
    if lue is None:
        raise Introuvable
    return lue


async def _page(
    request: AnyRequest, fiche: FicheEtablissement, impression_id: str, *, erreur: str = ""
) -> Response[Any]:
    lue = await _la_sienne(request, fiche.uai, impression_id)
    contexte = {"lue": lue, "erreur": erreur, "en_erreur": bool(erreur)}
    return montrer(
        request,
        "etablissement/impression.html",
        fiche,
        contexte,
        statut=422 if erreur else 200,
        entetes={"Refresh": "5"} if lue.en_cours and not erreur else None,
    )
