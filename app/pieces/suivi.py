"""Ce que le candidat voit de ses pièces : le fichier, le contrôle, l'histoire, et ce qu'il peut encore faire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.pieces.depot import depositable
from app.pieces.models import EvenementPiece, FichierDepose, PieceDemandee
from app.regles.vocabulaire import EtatExamen, ModeDepot, StatutPiece

COULEURS = {StatutPiece.RECUE: "bleu", StatutPiece.NON_CONFORME: "rouge", StatutPiece.CONFORME: "vert"}


@dataclass(frozen=True, slots=True)
class FichierVu:
    id: str
    nom: str
    format: str
    cle: str
    octets: int
    depose_le: datetime
    examen: EtatExamen

    @property
    def est_lisible(self) -> bool:
        """Ce qui n'est pas encore examiné ne se rend pas : ce peut être un paquet de photos à réunir."""
        return self.examen is EtatExamen.SAIN


@dataclass(frozen=True, slots=True)
class Etiquette:
    texte: str
    couleur: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    survenu_le: datetime
    libelle: str
    detail: str


@dataclass(frozen=True, slots=True)
class PieceVue:
    id: str
    candidature_id: str
    code: str
    libelle: str
    mode: ModeDepot
    statut: StatutPiece
    validee_le: datetime | None
    ouverte_le: datetime | None
    recue_le: date | None
    commentaire: str
    rouverte_jusqu_a: datetime | None
    est_demandee: bool
    est_modifiable: bool
    """à lui, dans le délai, et ni validée ni contrôlée"""
    fichier: FichierVu | None
    histoire: tuple[Trace, ...]
    motif_refus: str = ""
    """pourquoi son dernier fichier n'a pas pu être gardé, tant qu'il n'en a pas déposé d'autre"""

    @property
    def etiquette(self) -> Etiquette | None:
        """Le statut du gestionnaire, ou ce que devient le fichier ; nul quand il n'y a rien à en dire."""
        if self.statut is not StatutPiece.AUCUN:
            return Etiquette(self.statut.libelle, COULEURS[self.statut])
        if self.motif_refus:
            return Etiquette("Fichier refusé", "rouge")
        if self.fichier and not self.fichier.est_lisible:
            return Etiquette("Vérification en cours")
        if self.fichier:
            return Etiquette("Envoyée" if self.validee_le else "Déposée")
        if self.mode is not ModeDepot.EN_LIGNE:
            return Etiquette("À envoyer" if self.mode is ModeDepot.COURRIER else "À remettre", "ambre")
        return Etiquette("À déposer", "ambre") if self.est_modifiable else None

    @property
    def peut_ajouter(self) -> bool:
        return self.est_modifiable and (self.fichier is None or self.statut is StatutPiece.NON_CONFORME)

    @property
    def peut_supprimer(self) -> bool:
        return self.est_modifiable and self.fichier is not None and self.statut is StatutPiece.AUCUN


def pieces_vues(db: Session, compte_id: str, candidature_id: str, *, maintenant: datetime) -> Mapping[str, PieceVue]:
    """Par code, dans l'ordre de la demande ; celles qui ne sont plus demandées y sont aussi."""
    return {vue.code: vue for vue in _vues(db, compte_id, PieceDemandee.candidature_id == candidature_id, maintenant)}


def piece_vue(db: Session, compte_id: str, piece_id: str, *, maintenant: datetime) -> PieceVue | None:
    """Nul si elle n'est pas à ce compte."""
    return next(iter(_vues(db, compte_id, PieceDemandee.id == piece_id, maintenant)), None)


def _vues(db: Session, compte_id: str, laquelle: ColumnElement[bool], maintenant: datetime) -> list[PieceVue]:
    lignes = db.execute(
        select(PieceDemandee, FichierDepose, depositable(compte_id, maintenant))
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .outerjoin(FichierDepose, and_(FichierDepose.piece_id == PieceDemandee.id, FichierDepose.retire_le.is_(None)))
        .where(Candidature.compte_id == compte_id, laquelle)
        .order_by(PieceDemandee.ordre, PieceDemandee.id)
    ).all()
    ids = [piece.id for piece, _, _ in lignes]
    histoires, refus = _histoires(db, ids), _derniers_refus(db, ids)
    return [
        _vue(piece, fichier, bool(permis), histoires.get(piece.id, ()), refus.get(piece.id, ""))
        for piece, fichier, permis in lignes
    ]


def _derniers_refus(db: Session, ids: list[str]) -> dict[str, str]:
    """Le motif, quand le dernier fichier reçu est celui que l'examen a refusé."""
    requete = (
        select(FichierDepose.piece_id, FichierDepose.examen, FichierDepose.motif_refus)
        .where(FichierDepose.piece_id.in_(ids))
        .order_by(FichierDepose.depose_le, FichierDepose.retire_le.nulls_last())
    )
    return {piece_id: motif if examen is EtatExamen.REFUSE else "" for piece_id, examen, motif in db.execute(requete)}


def _histoires(db: Session, ids: list[str]) -> dict[str, tuple[Trace, ...]]:
    histoires: dict[str, tuple[Trace, ...]] = {}
    requete = select(EvenementPiece).where(EvenementPiece.piece_id.in_(ids)).order_by(EvenementPiece.id.desc())
    for e in db.scalars(requete):
        trace = Trace(e.survenu_le, e.genre.libelle, e.detail)
        histoires[e.piece_id] = (*histoires.get(e.piece_id, ()), trace)
    return histoires


def _vue(
    piece: PieceDemandee, fichier: FichierDepose | None, permis: bool, histoire: tuple[Trace, ...], motif_refus: str
) -> PieceVue:
    return PieceVue(
        id=piece.id,
        candidature_id=piece.candidature_id,
        code=piece.code,
        libelle=piece.libelle,
        mode=piece.mode,
        statut=piece.statut,
        validee_le=piece.validee_le,
        ouverte_le=piece.ouverte_le,
        recue_le=piece.recue_le,
        commentaire=piece.commentaire,
        rouverte_jusqu_a=piece.rouverte_jusqu_a,
        est_demandee=piece.retiree_le is None,
        est_modifiable=permis,
        fichier=FichierVu(
            fichier.id, fichier.nom, fichier.format, fichier.cle, fichier.octets, fichier.depose_le, fichier.examen
        )
        if fichier
        else None,
        histoire=histoire,
        motif_refus=motif_refus,
    )
