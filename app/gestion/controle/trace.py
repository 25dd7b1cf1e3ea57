"""Qui agit et sur quoi, et la trace qu'en gardent le registre et le candidat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.candidatures.consultations import Consultation
from app.candidatures.models import Candidature
from app.infra.registre import LigneRegistre, consigner
from app.pieces.controle import DUREE_PRISE
from app.pieces.models import PriseEnMain
from app.referentiel.models import PeriodeInscription

MEME_LECTURE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Portee:
    """Qui agit, et sur quoi : passe entière d'un acte à l'autre."""

    agent_id: str
    academies: tuple[str, ...]


def consulter(
    db: Session,
    candidature_id: str,
    portee: Portee,
    *,
    par: str,
    quoi: str,
    piece_id: str = "",
    maintenant: datetime,
) -> None:
    """Le candidat lira qui a ouvert quoi. Une lecture qui se prolonge ne s'écrit qu'une fois, et garde le dossier.

    `piece_id` : c'est le fichier de cette pièce qui est lu, et non le dossier.
    """
    debut = maintenant - MEME_LECTURE
    deja = select(Consultation.id).where(
        Consultation.candidature_id == candidature_id,
        Consultation.par == par,
        Consultation.quoi == quoi,
        Consultation.survenue_le > debut,
    )
    if db.scalar(deja.limit(1)) is None:
        db.add(Consultation(candidature_id=candidature_id, par=par, quoi=quoi, survenue_le=maintenant))
    nature = "lire_un_fichier" if piece_id else "lire_un_dossier"
    dit = select(LigneRegistre.id).where(
        LigneRegistre.objet_id == (piece_id or candidature_id),
        LigneRegistre.objet == ("piece" if piece_id else "candidature"),
        LigneRegistre.nature == nature,
        LigneRegistre.acteur == portee.agent_id,
        LigneRegistre.survenu_le > debut,
    )
    if db.scalar(dit.limit(1)) is None:
        inscrire_au_registre(db, nature, portee, candidature_id, piece_id=piece_id, maintenant=maintenant)
    db.execute(
        update(PriseEnMain)
        .where(
            PriseEnMain.candidature_id == candidature_id,
            PriseEnMain.agent_id == portee.agent_id,
            PriseEnMain.expire_le > maintenant,
        )
        .values(expire_le=maintenant + DUREE_PRISE)
    )


def inscrire_au_registre(
    db: Session,
    nature: str,
    portee: Portee,
    candidature_id: str,
    *,
    piece_id: str = "",
    detail: str = "",
    maintenant: datetime,
) -> None:
    """Au registre, sous l'académie du dossier. Ni le code ni le nom de la pièce : certains disent un handicap."""
    academie = (
        select(PeriodeInscription.academie_code)
        .join(Candidature, Candidature.periode_id == PeriodeInscription.id)
        .where(Candidature.id == candidature_id)
    )
    consigner(
        db,
        acteur=portee.agent_id,
        nature=nature,
        objet="piece" if piece_id else "candidature",
        objet_id=piece_id or candidature_id,
        academie=db.scalar(academie) or "",
        detail=detail,
        maintenant=maintenant,
    )
