"""Charger le référentiel : un acte, rejouable, qui dit ce qu'il change.

Tout tient dans un seul acte, donc une seule transaction : personne ne voit jamais la moitié d'une liste, ni des
listes neuves avec l'ancien règlement. Le prix est un premier chargement d'une seconde ou deux, sur une base où
personne n'attend ; ensuite seules les lignes changées s'écrivent. Découper en plusieurs actes aurait demandé des
tables d'attente et une bascule, pour gagner cela une fois dans la vie d'une instance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.referentiel.ecriture import Changements, mettre_a_jour
from app.referentiel.instantane import Instantane, lire_dossier
from app.referentiel.models import VersionReferentiel
from app.referentiel.rapport import Erreur, ReferentielInvalide

__all__ = ["Bilan", "EncoreUtilise", "Erreur", "Instantane", "ReferentielInvalide", "charger", "lire_dossier"]


class EncoreUtilise(Exception):  # noqa: N818 — une phrase pour l'administrateur
    """Les fichiers ne citent plus une ligne dont la base a encore besoin : rien n'est chargé."""


@dataclass(frozen=True, slots=True)
class Bilan:
    """Ce qu'un chargement a changé."""

    version_id: int
    reglement_est_nouveau: bool
    """faux : la version active disait déjà la même chose"""
    tables: Mapping[str, Changements]

    @property
    def est_vide(self) -> bool:
        return not self.reglement_est_nouveau and all(c.est_vide for c in self.tables.values())


def charger(db: Session, instantane: Instantane, maintenant: datetime) -> Bilan:
    try:
        tables = mettre_a_jour(db, instantane.tables)
    except IntegrityError as faute:
        raise EncoreUtilise(
            "une ligne retirée des fichiers (une académie ?) sert encore à une période d’inscription ou à un compte"
        ) from faute
    avant = db.scalar(select(VersionReferentiel.id).where(VersionReferentiel.active.is_(True)))
    version_id = publier(db, instantane.reglement, instantane.empreinte, maintenant)
    return Bilan(version_id, version_id != avant, tables)


def publier(db: Session, contenu: Mapping[str, Any], empreinte: str, maintenant: datetime) -> int:
    """Rend active la version qui a ce contenu. Revenir à un contenu déjà publié réactive sa version d'alors."""
    version = db.scalar(select(VersionReferentiel).where(VersionReferentiel.empreinte == empreinte))
    if version is not None and version.active:
        return version.id
    db.execute(update(VersionReferentiel).where(VersionReferentiel.active.is_(True)).values(active=None))
    if version is None:
        version = VersionReferentiel(empreinte=empreinte, contenu=dict(contenu), publiee_le=maintenant)
        db.add(version)
    version.active = True
    db.flush()
    return version.id
