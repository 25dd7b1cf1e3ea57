"""« Mes inscriptions » : les candidatures en cours, ce qui reste à faire, et qui doit le faire."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.actions import CandidatureAbsente, supprimer_brouillon
from app.candidatures.queries import CandidatureResumee, candidature_resumee, candidatures_de
from app.comptes.guards import reserve
from app.comptes.portail import AnyRequest, database, instant, visiteur
from app.comptes.valeurs import Visiteur
from app.referentiel.reglements import Reglements
from app.regles.referentiel import Reglement
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render


@dataclass(frozen=True, slots=True)
class Carte:
    resumee: CandidatureResumee
    specialite: str
    """titre, vide tant qu'elle n'est pas choisie"""
    est_ouverte: bool

    @property
    def est_brouillon(self) -> bool:
        return self.resumee.version == 0


@get("/inscriptions")
async def mes_inscriptions(request: AnyRequest) -> Response[Any]:
    resumees = await database(request).lire(candidatures_de, _qui(request).compte_id)
    contexte = {"cartes": await _cartes(request, resumees)}
    return render(request, "espace/inscriptions.html", contexte)


@get("/candidatures/{candidature_id:str}/suppression")
async def confirmer_la_suppression(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    resumee = await database(request).lire(candidature_resumee, _qui(request).compte_id, candidature_id)
    if resumee is None or resumee.version:
        raise Introuvable
    (carte,) = await _cartes(request, (resumee,))
    return render(request, "espace/suppression.html", {"carte": carte})


@post("/candidatures/{candidature_id:str}/suppression", status_code=200)
async def supprimer(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    try:
        await database(request).ecrire(supprimer_brouillon, _qui(request).compte_id, candidature_id)
    except CandidatureAbsente:
        raise Introuvable from None
    return rediriger("/inscriptions")


async def _cartes(request: AnyRequest, resumees: tuple[CandidatureResumee, ...]) -> list[Carte]:
    if not resumees:
        return []
    reglements = cast(Reglements, request.app.state.reglements)
    publie = await reglements.actif(database(request))
    return [_carte(resumee, publie.reglement, instant(request)) for resumee in resumees]


def _carte(resumee: CandidatureResumee, reglement: Reglement, maintenant: datetime) -> Carte:
    specialite = reglement.specialites.get(resumee.specialite or "")
    return Carte(resumee, specialite.titre_ecran if specialite else "", resumee.periode.est_ouverte(maintenant))


def _qui(request: AnyRequest) -> Visiteur:
    return cast(Visiteur, visiteur(request))


router = reserve(mes_inscriptions, confirmer_la_suppression, supprimer)
