"""La file : les pièces envoyées qu'aucun agent n'a encore jugées, la plus ancienne d'abord, dans sa portée seulement.

Les pages se suivent par clé (l'instant de l'envoi, puis la pièce) : elles restent rapides, et une pièce jugée entre
deux pages n'en fait sauter aucune autre.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.agents import noms_des_agents
from app.comptes.models import Candidat
from app.pieces.controle import dossiers_a_portee
from app.pieces.models import FichierDepose, PieceDemandee, PriseEnMain
from app.referentiel.models import Academie, PeriodeInscription
from app.regles.vocabulaire import EtatExamen, StatutPiece

PAR_PAGE = 50


@dataclass(frozen=True, slots=True)
class EnAttente:
    piece_id: str
    candidature_id: str
    code: str
    libelle: str
    nom: str
    prenoms: str
    numero_candidat: str
    validee_le: datetime
    prise_par: str
    """vide : personne d'autre ne contrôle ce dossier"""
    prise_jusqu_a: datetime | None


@dataclass(frozen=True, slots=True)
class PageAttente:
    lignes: tuple[EnAttente, ...]
    avant: str
    """clé de la page d'avant, vide à la première"""
    apres: str


@dataclass(frozen=True, slots=True)
class Charge:
    """Ce qui attend dans une académie."""

    academie: str
    pieces: int
    dossiers: int
    plus_ancienne: datetime | None


@dataclass(frozen=True, slots=True)
class DossierTenu:
    candidature_id: str
    nom: str
    prenoms: str
    jusqu_a: datetime


def page_d_attente(
    db: Session,
    academies: Collection[str],
    *,
    agent_id: str,
    statut: StatutPiece = StatutPiece.AUCUN,
    code: str = "",
    apres: str = "",
    avant: str = "",
    maintenant: datetime,
) -> PageAttente:
    base = _lignes(academies, statut, maintenant)
    if code:
        base = base.where(PieceDemandee.code == code)
    repere = _cle(db, academies, apres or avant)
    requete = base.where(_au_dela(repere, recule=not apres)) if repere else base
    recule = repere is not None and not apres
    ordre = (PieceDemandee.validee_le, PieceDemandee.id)
    lues = db.execute(requete.order_by(*((c.desc() for c in ordre) if recule else ordre)).limit(PAR_PAGE + 1)).all()
    il_en_reste = len(lues) > PAR_PAGE
    lues = lues[:PAR_PAGE]
    if recule:
        lues = lues[::-1]
    autres = noms_des_agents(db, {ligne.agent_id for ligne in lues if ligne.agent_id not in (None, agent_id)})
    lignes = tuple(_en_attente(ligne, autres) for ligne in lues)
    if not lignes:
        return PageAttente((), "", "")
    suite, retour = (True, il_en_reste) if recule else (il_en_reste, repere is not None)
    return PageAttente(lignes, lignes[0].piece_id if retour else "", lignes[-1].piece_id if suite else "")


def plus_ancienne_libre(
    db: Session, academies: Collection[str], *, agent_id: str, sauf: str = "", apres: str = "", maintenant: datetime
) -> str | None:
    """La candidature du dossier le plus ancien que personne d'autre n'a pris.

    `sauf` : celui qu'on quitte ; `apres` : la pièce qu'on vient de passer, pour ne pas la retrouver aussitôt.
    """
    requete = _lignes(academies, StatutPiece.AUCUN, maintenant).where(
        or_(PriseEnMain.agent_id.is_(None), PriseEnMain.agent_id == agent_id)
    )
    if sauf:
        requete = requete.where(PieceDemandee.candidature_id != sauf)
    if repere := _cle(db, academies, apres):
        requete = requete.where(_au_dela(repere))
    ligne = db.execute(requete.order_by(PieceDemandee.validee_le, PieceDemandee.id).limit(1)).first()
    return ligne.candidature_id if ligne else None


def charges(db: Session, academies: Collection[str]) -> tuple[Charge, ...]:
    """Par académie de l'agent, dans l'ordre de leur nom ; zéro se dit aussi."""
    comptes = (
        select(
            PeriodeInscription.academie_code.label("code"),
            func.count(PieceDemandee.id).label("pieces"),
            func.count(PieceDemandee.candidature_id.distinct()).label("dossiers"),
            func.min(PieceDemandee.validee_le).label("plus_ancienne"),
        )
        .join(Candidature, Candidature.periode_id == PeriodeInscription.id)
        .join(PieceDemandee, PieceDemandee.candidature_id == Candidature.id)
        .join(FichierDepose, _son_fichier())
        .where(_a_juger(academies, StatutPiece.AUCUN))
        .group_by(PeriodeInscription.academie_code)
        .subquery()
    )
    lignes = db.execute(
        select(
            Academie.nom,
            func.coalesce(comptes.c.pieces, 0),
            func.coalesce(comptes.c.dossiers, 0),
            comptes.c.plus_ancienne,
        )
        .outerjoin(comptes, comptes.c.code == Academie.code)
        .where(Academie.code.in_(academies))
        .order_by(Academie.nom)
    )
    return tuple(Charge(*ligne) for ligne in lignes)


def dossiers_tenus(
    db: Session, academies: Collection[str], *, agent_id: str, maintenant: datetime
) -> tuple[DossierTenu, ...]:
    """Ceux que cet agent a pris et n'a pas rendus : une page fermée trop tôt se retrouve."""
    lignes = db.execute(
        select(PriseEnMain.candidature_id, Candidat.nom_famille, Candidat.prenoms, PriseEnMain.expire_le)
        .join(Candidature, Candidature.id == PriseEnMain.candidature_id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(
            PriseEnMain.agent_id == agent_id,
            PriseEnMain.expire_le > maintenant,
            PriseEnMain.candidature_id.in_(dossiers_a_portee(academies)),
        )
        .order_by(PriseEnMain.expire_le.desc())
    )
    return tuple(DossierTenu(*ligne) for ligne in lignes)


def types_en_attente(db: Session, academies: Collection[str], statut: StatutPiece) -> tuple[tuple[str, str, int], ...]:
    """(code, libellé, combien) : ce que le filtre propose."""
    lignes = db.execute(
        select(PieceDemandee.code, func.min(PieceDemandee.libelle), func.count())
        .join(FichierDepose, _son_fichier())
        .where(_a_juger(academies, statut))
        .group_by(PieceDemandee.code)
        .order_by(PieceDemandee.code)
    )
    return tuple((code, libelle, nombre) for code, libelle, nombre in lignes)


def dossier_du_numero(db: Session, academies: Collection[str], numero_candidat: str) -> str | None:
    """Pour une pièce arrivée par courrier : le dossier de ce candidat, le plus récent de sa portée."""
    return db.scalar(
        select(Candidature.id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(Candidat.numero_candidat == numero_candidat, Candidature.id.in_(dossiers_a_portee(academies)))
        .order_by(Candidature.enregistree_le.desc())
        .limit(1)
    )


def _lignes(academies: Collection[str], statut: StatutPiece, maintenant: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PieceDemandee.id,
            PieceDemandee.candidature_id,
            PieceDemandee.code,
            PieceDemandee.libelle,
            PieceDemandee.validee_le,
            Candidat.nom_famille,
            Candidat.prenoms,
            Candidat.numero_candidat,
            PriseEnMain.agent_id,
            PriseEnMain.expire_le,
        )
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .join(FichierDepose, _son_fichier())
        .outerjoin(
            PriseEnMain,
            and_(PriseEnMain.candidature_id == PieceDemandee.candidature_id, PriseEnMain.expire_le > maintenant),
        )
        .where(_a_juger(academies, statut))
    )


def _a_juger(academies: Collection[str], statut: StatutPiece) -> ColumnElement[bool]:
    return and_(
        PieceDemandee.candidature_id.in_(dossiers_a_portee(academies)),
        PieceDemandee.retiree_le.is_(None),
        PieceDemandee.validee_le.is_not(None),
        PieceDemandee.statut == statut,
    )


def _son_fichier() -> ColumnElement[bool]:
    """Celui que l'agent peut voir : actif, et dont l'examen n'a rien trouvé."""
    return and_(
        FichierDepose.piece_id == PieceDemandee.id,
        FichierDepose.retire_le.is_(None),
        FichierDepose.examen == EtatExamen.SAIN,
    )


def _cle(db: Session, academies: Collection[str], piece_id: str) -> tuple[datetime, str] | None:
    """La place de cette pièce dans la file, même si elle en est sortie depuis. Hors de portée, aucune."""
    if not piece_id:
        return None
    validee_le = db.scalar(
        select(PieceDemandee.validee_le).where(
            PieceDemandee.id == piece_id, PieceDemandee.candidature_id.in_(dossiers_a_portee(academies))
        )
    )
    return (validee_le, piece_id) if validee_le else None


def _au_dela(repere: tuple[datetime, str], *, recule: bool = False) -> ColumnElement[bool]:
    instant, piece_id = repere
    if recule:
        return or_(
            PieceDemandee.validee_le < instant,
            and_(PieceDemandee.validee_le == instant, PieceDemandee.id < piece_id),
        )
    return or_(
        PieceDemandee.validee_le > instant, and_(PieceDemandee.validee_le == instant, PieceDemandee.id > piece_id)
    )


def _en_attente(ligne: Any, autres: dict[str, str]) -> EnAttente:
    return EnAttente(
        piece_id=ligne.id,
        candidature_id=ligne.candidature_id,
        code=ligne.code,
        libelle=ligne.libelle,
        nom=ligne.nom_famille,
        prenoms=ligne.prenoms,
        numero_candidat=ligne.numero_candidat or "",
        validee_le=ligne.validee_le,
        prise_par=autres.get(ligne.agent_id, ""),
        prise_jusqu_a=ligne.expire_le if ligne.agent_id in autres else None,
    )
