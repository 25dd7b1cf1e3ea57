"""Les candidatures d'un compte, lues pour son espace en une vue cohérente de la base."""

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.fiche import PieceFiche
from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.candidatures.queries import candidature_de, version_de
from app.comptes.portail import AnyRequest, database, instant, visiteur
from app.comptes.valeurs import Visiteur
from app.espace.attendues import PieceSuivie
from app.espace.carte import Carte, DossierSuivi, composer
from app.pieces.models import PieceDemandee
from app.pieces.queries import pieces_de, pieces_deposees
from app.referentiel.reglements import Reglements
from app.regles.calendrier import session_est_close
from app.regles.referentiel import Reglement
from app.web.erreurs import Introuvable


def dossiers_de(db: Session, compte_id: str, maintenant: datetime) -> tuple[DossierSuivi, ...]:
    """Les plus récents d'abord. « Mes candidatures désinscrites et mes candidatures des sessions fermées ne sont
    plus visibles » (guide, chapitre 9) ; à leur adresse, leurs documents restent lisibles."""
    ids = db.scalars(
        select(Candidature.id)
        .where(Candidature.compte_id == compte_id, Candidature.etat.in_(EN_COURS_ETATS))
        .order_by(Candidature.cree_le.desc(), Candidature.id)
    )
    suivis = (dossier_de(db, compte_id, candidature_id, maintenant) for candidature_id in ids)
    return tuple(s for s in suivis if s and not session_est_close(s.lue.periode.session.annee, maintenant))


def dossier_de(db: Session, compte_id: str, candidature_id: str, maintenant: datetime) -> DossierSuivi | None:
    """Nul si elle n'est pas à ce compte, ou n'est plus en cours."""
    lue = candidature_de(db, compte_id, candidature_id, maintenant=maintenant)
    if lue is None:
        return None
    demandees = pieces_de(db, compte_id, candidature_id)
    deposees = pieces_deposees(db, [ligne.id for ligne in demandees])
    pieces = tuple(_suivie(ligne, est_deposee=ligne.id in deposees) for ligne in demandees)
    return DossierSuivi(lue, version_de(db, compte_id, candidature_id), pieces)


async def lire_carte(request: AnyRequest, candidature_id: str) -> Carte:
    """404 si la candidature n'est pas à la personne connectée, ou n'est plus en cours."""
    maintenant = instant(request)
    suivi = await database(request).lire(dossier_de, qui(request).compte_id, candidature_id, maintenant)
    if suivi is None:
        raise Introuvable
    return composer(suivi, await reglement_de(request, suivi), maintenant)


async def lire_cartes(request: AnyRequest) -> list[Carte]:
    maintenant = instant(request)
    suivis = await database(request).lire(dossiers_de, qui(request).compte_id, maintenant)
    return [composer(suivi, await reglement_de(request, suivi), maintenant) for suivi in suivis]


async def reglement_de(request: AnyRequest, suivi: DossierSuivi) -> Reglement:
    reglements = cast(Reglements, request.app.state.reglements)
    return await reglements.de(database(request), suivi.lue.version_referentiel_id)


def qui(request: AnyRequest) -> Visiteur:
    """Derrière le gardien `candidat_connecte`, il y a toujours quelqu'un."""
    return cast(Visiteur, visiteur(request))


def _suivie(ligne: PieceDemandee, *, est_deposee: bool) -> PieceSuivie:
    piece = PieceFiche(
        code=ligne.code,
        libelle=ligne.libelle,
        groupe=ligne.groupe,
        groupe_libelle=ligne.groupe_libelle,
        mode=ligne.mode.value,
        mode_libelle=ligne.mode.libelle,
        est_obligatoire=ligne.est_obligatoire,
        documents_acceptes=tuple(ligne.documents_acceptes),
        est_certaine=ligne.est_certaine,
    )
    return PieceSuivie(
        piece,
        ligne.statut,
        est_envoyee=ligne.validee_le is not None,
        est_deposee=est_deposee,
        rouverte_jusqu_a=ligne.rouverte_jusqu_a,
    )
