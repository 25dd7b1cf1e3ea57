"""La dernière version d’une candidature, telle que le règlement la juge ; ce qu’une décision y ferait."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures import fiche as fiches
from app.candidatures.comparaison import resumer
from app.candidatures.fiche import EpreuveFiche, Fiche
from app.candidatures.models import Candidature, VersionCandidature
from app.candidatures.queries import dossier_de_version
from app.candidatures.redaction import rejuger
from app.comptes.portail import AnyRequest, database
from app.gestion.candidatures.dossier import DossierEntier
from app.referentiel.reglements import ReglementPublie, Reglements
from app.regles.controle import anomalies
from app.regles.dossier import Contexte, Dossier
from app.regles.referentiel import Reglement


@dataclass(frozen=True, slots=True)
class Juge:
    version: int
    fiche: Fiche
    """celle qui est enregistrée"""
    dossier: Dossier
    par: ReglementPublie


@dataclass(frozen=True, slots=True)
class Effets:
    """Ce qui serait changé à ce qui est enregistré."""

    fiche: Fiche
    lignes: tuple[str, ...]
    passees: tuple[EpreuveFiche, ...]
    """épreuves, hors sous-épreuves, dont la position change"""
    a_corriger: tuple[str, ...]
    """ce que le candidat devrait répondre de plus"""


async def juger(request: AnyRequest, lu: DossierEntier) -> Juge | None:
    """Nul tant que rien n'est enregistré. Le dossier est déjà lu dans la portée de l'agent."""
    reglement_id = await database(request).lire(_reglement_de_la_version, lu.id)
    if reglement_id is None:
        return None
    reglements = cast(Reglements, request.app.state.reglements)
    reglement = await reglements.de(database(request), reglement_id)
    version, fiche, dossier = await database(request).lire(_derniere, lu.id, reglement)
    return Juge(version, fiche, dossier, ReglementPublie(reglement_id, reglement))


def effets(juge: Juge, change: Callable[[Contexte], Contexte]) -> Effets:
    apres = replace(juge.dossier, contexte=change(juge.dossier.contexte))
    fiche = rejuger(juge.fiche, apres)
    avant = {epreuve.code: epreuve.position for epreuve in juge.fiche.epreuves}
    deja = {anomalie.message for anomalie in anomalies(juge.dossier)}
    return Effets(
        fiche,
        tuple(resumer(juge.fiche, fiche)),
        tuple(e for e in fiche.epreuves if not e.est_sous_epreuve and avant.get(e.code) != e.position),
        tuple(dict.fromkeys(a.message for a in anomalies(apres) if a.message not in deja)),
    )


def _reglement_de_la_version(db: Session, candidature_id: str) -> int | None:
    return db.scalar(
        select(VersionCandidature.version_referentiel_id)
        .join(Candidature, Candidature.id == VersionCandidature.candidature_id)
        .where(Candidature.id == candidature_id, VersionCandidature.numero == Candidature.version)
    )


def _derniere(db: Session, candidature_id: str, reglement: Reglement) -> tuple[int, Fiche, Dossier]:
    ligne, version = db.execute(
        select(Candidature, VersionCandidature)
        .join(VersionCandidature, VersionCandidature.candidature_id == Candidature.id)
        .where(Candidature.id == candidature_id, VersionCandidature.numero == Candidature.version)
    ).one()
    return version.numero, fiches.de_json(version.fiche), dossier_de_version(db, ligne, version, reglement)
