"""Les versions gardées, deux versions côte à côte, et l'abandon d'une modification en cours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import CandidatureAbsente, ServiceFerme
from app.candidatures.comparaison import comparer
from app.candidatures.models import VersionCandidature
from app.candidatures.modification import abandonner_les_modifications
from app.candidatures.queries import version_de
from app.comptes.portail import AnyRequest, database, instant
from app.documents.models import Document, TypeDocument
from app.espace.lecture import lire_carte, qui
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render


@dataclass(frozen=True, slots=True)
class VersionGardee:
    numero: int
    enregistree_le: datetime
    confirmation_id: str | None
    publiee_le: datetime | None

    @property
    def corrigee_le(self) -> datetime | None:
        """Publiée après coup : le service a corrigé l'identité, les réponses sont celles de ce jour-là."""
        return self.publiee_le if self.publiee_le and self.publiee_le > self.enregistree_le else None


@get("/candidatures/{candidature_id:str}/versions")
async def mes_versions(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Avec `avant` et `apres` (le formulaire de choix), mène à leur comparaison."""
    carte = await lire_carte(request, candidature_id)
    avant, apres = request.query_params.get("avant"), request.query_params.get("apres")
    if avant and apres:
        return rediriger(f"/candidatures/{carte.id}/versions/{_numero(avant)}/{_numero(apres)}")
    versions = await database(request).lire(_versions_gardees, carte.id)
    return render(request, "espace/versions.html", {"carte": carte, "versions": versions})


@get("/candidatures/{candidature_id:str}/versions/{avant:str}/{apres:str}")
async def comparer_deux_versions(
    request: AnyRequest, candidature_id: FromPath[str], avant: FromPath[str], apres: FromPath[str]
) -> Response[Any]:
    carte = await lire_carte(request, candidature_id)
    compte_id = qui(request).compte_id
    ancienne = await database(request).lire(version_de, compte_id, carte.id, _numero(avant))
    nouvelle = await database(request).lire(version_de, compte_id, carte.id, _numero(apres))
    if ancienne is None or nouvelle is None:
        raise Introuvable
    contexte = {
        "carte": carte,
        "avant": ancienne,
        "apres": nouvelle,
        "changements": comparer(ancienne.fiche, nouvelle.fiche),
    }
    return render(request, "espace/comparaison.html", contexte)


@get("/candidatures/{candidature_id:str}/abandon")
async def confirmer_l_abandon(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    carte = await lire_carte(request, candidature_id)
    if not carte.est_en_modification:
        return rediriger(_recapitulatif(carte.id))
    return render(request, "espace/abandon.html", {"carte": carte})


@post("/candidatures/{candidature_id:str}/abandon", status_code=200)
async def abandonner(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    try:
        await database(request).ecrire(
            abandonner_les_modifications, qui(request).compte_id, candidature_id, maintenant=instant(request)
        )
    except CandidatureAbsente:
        raise Introuvable from None
    except ServiceFerme:
        pass  # le récapitulatif dit que la modification n'a pas été enregistrée, et à qui écrire
    return rediriger(_recapitulatif(candidature_id))


def _versions_gardees(db: Session, candidature_id: str) -> tuple[VersionGardee, ...]:
    """La plus récente d'abord ; la candidature a déjà été chargée par son propriétaire."""
    lignes = db.execute(
        select(VersionCandidature.numero, VersionCandidature.enregistree_le, Document.id, Document.publie_le)
        .outerjoin(
            Document, (Document.version_id == VersionCandidature.id) & (Document.type == TypeDocument.CONFIRMATION)
        )
        .where(VersionCandidature.candidature_id == candidature_id)
        .order_by(VersionCandidature.numero.desc())
    )
    return tuple(VersionGardee(*ligne) for ligne in lignes)


def _numero(texte: str) -> int:
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 6):
        raise Introuvable
    return int(texte)


def _recapitulatif(candidature_id: str) -> str:
    return f"/candidatures/{candidature_id}/onglets/recapitulatif"
