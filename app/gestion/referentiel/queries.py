"""Les éditions du référentiel, sans leurs archives : une liste n'a pas à charger des mégaoctets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.comptes.agents import noms_des_agents
from app.referentiel.ligne_de_commande import NOMS
from app.referentiel.models import Academie, EditionReferentiel, EtatEdition

RECENTES = 30
LIBELLES = {
    EtatEdition.PROPOSEE: ("Proposée, sans effet", "ambre"),
    EtatEdition.PROGRAMMEE: ("Programmée", "bleu"),
    EtatEdition.PUBLIEE: ("Publiée", ""),
    EtatEdition.ECHOUEE: ("Refusée par la base", "rouge"),
}


@dataclass(frozen=True, slots=True)
class Effets:
    vues: int
    total: int
    nombre: int
    est_fini: bool
    liste: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(académie, numéros, ce qui change), des seules académies de l'agent"""
    gardees: int
    """combien l'ont été, toutes académies : au-delà, on sait seulement leur nombre"""

    @property
    def est_coupee(self) -> bool:
        return self.nombre > self.gardees

    @property
    def est_un_echantillon(self) -> bool:
        return self.est_fini and self.vues < self.total


@dataclass(frozen=True, slots=True)
class Edition:
    id: str
    etat: EtatEdition
    nom: str
    par: str
    cree_le: datetime
    active_le: datetime | None
    publiee_le: datetime | None
    version_id: int | None
    motif: str
    est_en_vigueur: bool
    difference: dict[str, Any]
    effets: Effets

    @property
    def libelle(self) -> str:
        return "En vigueur" if self.est_en_vigueur else LIBELLES[self.etat][0]

    @property
    def couleur(self) -> str:
        return "vert" if self.est_en_vigueur else LIBELLES[self.etat][1]

    @property
    def est_proposee(self) -> bool:
        return self.etat in (EtatEdition.PROPOSEE, EtatEdition.ECHOUEE)

    @property
    def est_programmee(self) -> bool:
        return self.etat is EtatEdition.PROGRAMMEE

    @property
    def est_publiee(self) -> bool:
        return self.etat is EtatEdition.PUBLIEE

    @property
    def est_refusee(self) -> bool:
        return self.etat is EtatEdition.ECHOUEE

    @property
    def compte_encore(self) -> bool:
        """Les effets se calculent en fond."""
        return not self.est_publiee and not self.effets.est_fini

    @property
    def listes(self) -> list[tuple[str, list[int]]]:
        return [(NOMS.get(nom, nom), nombres) for nom, nombres in self.difference.get("listes", {}).items()]

    @property
    def effectifs(self) -> list[tuple[str, int]]:
        return [(NOMS.get(nom, nom), nombre) for nom, nombre in self.difference.get("effectifs", {}).items()]


def editions(db: Session, academies: Collection[str] | None, *, combien: int | None = RECENTES) -> tuple[Edition, ...]:
    """Les dernières d'abord ; `combien` nul : toutes."""
    lignes = db.execute(_editions().order_by(EditionReferentiel.cree_le.desc(), EditionReferentiel.id).limit(combien))
    return _lues(db, lignes.all(), academies)


def edition_de(db: Session, edition_id: str, academies: Collection[str] | None) -> Edition | None:
    """`academies` borne la liste des candidatures ; nul : toutes."""
    lignes = db.execute(_editions().where(EditionReferentiel.id == edition_id)).all()
    return next(iter(_lues(db, lignes, academies)), None)


def archive_de(db: Session, edition_id: str) -> bytes | None:
    return db.scalar(select(EditionReferentiel.archive).where(EditionReferentiel.id == edition_id))


def en_vigueur_id(db: Session) -> str | None:
    return db.scalar(
        select(EditionReferentiel.id)
        .where(EditionReferentiel.publiee_le.is_not(None))
        .order_by(EditionReferentiel.publiee_le.desc())
        .limit(1)
    )


def _editions() -> Select[Any]:
    e = EditionReferentiel
    return select(
        e.id,
        e.etat,
        e.nom,
        e.cree_par,
        e.cree_le,
        e.active_le,
        e.publiee_le,
        e.version_id,
        e.motif,
        e.difference,
        e.effets,
    )


def _lues(db: Session, lignes: Any, academies: Collection[str] | None) -> tuple[Edition, ...]:
    actuelle = en_vigueur_id(db)
    noms = noms_des_agents(db, {ligne.cree_par for ligne in lignes})
    lieux = dict(db.execute(select(Academie.code, Academie.nom)).all())
    return tuple(
        Edition(
            id=ligne.id,
            etat=ligne.etat,
            nom=ligne.nom,
            par=noms.get(ligne.cree_par, "Ligne de commande"),
            cree_le=ligne.cree_le,
            active_le=ligne.active_le,
            publiee_le=ligne.publiee_le,
            version_id=ligne.version_id,
            motif=ligne.motif,
            est_en_vigueur=ligne.id == actuelle,
            difference=ligne.difference or {},
            effets=_effets(ligne.effets or {}, academies, lieux),
        )
        for ligne in lignes
    )


def _effets(effets: dict[str, Any], academies: Collection[str] | None, lieux: dict[str, str]) -> Effets:
    return Effets(
        vues=effets.get("vues", 0),
        total=effets.get("total", 0),
        nombre=effets.get("nombre", 0),
        est_fini=effets.get("fini", False),
        liste=tuple(
            (lieux.get(academie, academie), numeros, tuple(changements))
            for academie, numeros, changements in effets.get("liste", [])
            if academies is None or academie in academies
        ),
        gardees=len(effets.get("liste", [])),
    )
