"""Ce que l'écran montre d'un import : où il en est, ce qu'il change, ce qu'il a laissé."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from app.import_scolaire.annulation import est_annulable
from app.import_scolaire.application import A_APPLIQUER
from app.import_scolaire.eleve import libelle_de
from app.import_scolaire.models import DELAI_D_ANNULATION, EtatImport, ImportEleves, LigneImport, SorteLigne

MONTREES = 200
"""lignes de détail à l'écran ; le fichier rendu les a toutes"""


@dataclass(frozen=True, slots=True)
class Difference:
    numero: int
    nom: str
    division: str
    changements: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportLu:
    id: str
    fichier: str
    etat: EtatImport
    cree_le: datetime
    fini_le: datetime | None
    annule_le: datetime | None
    retirer_les_absents: bool
    comptes: dict[str, int]
    ignorees: tuple[str, ...]
    faites: int
    a_faire: int
    """lignes qui changent quelque chose, faites ou non"""
    annulable_jusqu_a: datetime | None

    def nombre(self, sorte: str) -> int:
        return self.comptes.get(sorte, 0)

    @property
    def change_quelque_chose(self) -> bool:
        return any(self.nombre(sorte) for sorte in ("nouveau", "change", "absent"))

    @property
    def en_travail(self) -> bool:
        return self.etat in (EtatImport.EN_COURS, EtatImport.ANNULATION)

    @property
    def est_un_essai(self) -> bool:
        return self.etat is EtatImport.ESSAI

    @property
    def est_fait(self) -> bool:
        return self.etat is EtatImport.FAIT

    @property
    def est_annule(self) -> bool:
        return self.etat is EtatImport.ANNULE

    @property
    def s_annule(self) -> bool:
        return self.etat is EtatImport.ANNULATION


def import_lu(db: Session, uai: str, import_id: str, *, maintenant: datetime) -> ImportLu | None:
    ligne = db.scalar(select(ImportEleves).where(ImportEleves.id == import_id, ImportEleves.uai == uai))
    return _lu(db, ligne, maintenant) if ligne else None


def dernier_import(db: Session, uai: str, periode_id: str, *, maintenant: datetime) -> ImportLu | None:
    """Le dernier qui a été confirmé, défait ou non."""
    ligne = db.scalar(
        select(ImportEleves)
        .where(ImportEleves.uai == uai, ImportEleves.periode_id == periode_id, ImportEleves.confirme_le.is_not(None))
        .order_by(ImportEleves.confirme_le.desc())
        .limit(1)
    )
    return _lu(db, ligne, maintenant) if ligne else None


def differences(db: Session, import_id: str, sorte: SorteLigne) -> tuple[Difference, ...]:
    """Celles dont il y a quelque chose à dire d'abord, puis dans l'ordre du fichier."""
    lignes = db.scalars(
        select(LigneImport)
        .where(LigneImport.import_id == import_id, LigneImport.sorte == sorte)
        .order_by(cast(LigneImport.changements, String) == "[]", LigneImport.numero)
        .limit(MONTREES)
    )
    return tuple(_difference(ligne) for ligne in lignes if ligne.eleve)


def lignes_du_fichier(db: Session, import_id: str) -> Sequence[LigneImport]:
    """Toutes celles du fichier, dans son ordre."""
    return db.scalars(
        select(LigneImport)
        .where(LigneImport.import_id == import_id, LigneImport.sorte != SorteLigne.ABSENT)
        .order_by(LigneImport.numero)
    ).all()


def _lu(db: Session, ligne: ImportEleves, maintenant: datetime) -> ImportLu:
    faites, a_faire = _progres(db, ligne)
    annulable = est_annulable(db, ligne, maintenant=maintenant)
    return ImportLu(
        id=ligne.id,
        fichier=ligne.fichier,
        etat=ligne.etat,
        cree_le=ligne.cree_le,
        fini_le=ligne.fini_le,
        annule_le=ligne.annule_le,
        retirer_les_absents=ligne.retirer_les_absents,
        comptes=dict(ligne.comptes),
        ignorees=tuple(ligne.ignorees),
        faites=faites,
        a_faire=a_faire,
        annulable_jusqu_a=ligne.fini_le + DELAI_D_ANNULATION if annulable and ligne.fini_le else None,
    )


def _progres(db: Session, ligne: ImportEleves) -> tuple[int, int]:
    siennes = LigneImport.import_id == ligne.id
    total = db.scalar(select(func.count()).where(siennes, LigneImport.sorte.in_(A_APPLIQUER))) or 0
    reste: ColumnElement[bool] = LigneImport.sorte.in_(A_APPLIQUER) & LigneImport.fait.is_(False)
    if ligne.etat is EtatImport.ANNULATION:
        reste = LigneImport.avant.is_not(None)
    return total - (db.scalar(select(func.count()).where(siennes, reste)) or 0), total


def _difference(ligne: LigneImport) -> Difference:
    eleve = ligne.eleve or {}
    changements = tuple((libelle_de(champ), avant, apres) for champ, avant, apres in ligne.changements)
    return Difference(ligne.numero, f"{eleve['nom_famille']} {eleve['prenoms']}", eleve["division"], changements)
