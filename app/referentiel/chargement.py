"""Charger le référentiel : un acte, rejouable, qui dit ce qu'il change.

Tout tient dans un seul acte, donc une seule transaction : personne ne voit jamais la moitié d'une liste, ni des
listes neuves avec l'ancien règlement. Le prix est un premier chargement d'une seconde ou deux, sur une base où
personne n'attend ; ensuite seules les lignes changées s'écrivent. Découper en plusieurs actes aurait demandé des
tables d'attente et une bascule, pour gagner cela une fois dans la vie d'une instance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.referentiel.ecriture import Changements, mettre_a_jour
from app.referentiel.instantane import Instantane, lire_dossier
from app.referentiel.models import EditionReferentiel, EtatEdition, VersionReferentiel
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


def charger(db: Session, instantane: Instantane, maintenant: datetime, *, edition_id: str = "") -> Bilan:
    """`edition_id` : celle qui attendait sa date ; sinon les fichiers en font une neuve, s'ils sont nouveaux."""
    try:
        tables = mettre_a_jour(db, instantane.tables)
    except IntegrityError as faute:
        raise EncoreUtilise(
            "une ligne retirée des fichiers (une académie ?) sert encore à une période d’inscription ou à un compte"
        ) from faute
    avant = db.scalar(select(VersionReferentiel.id).where(VersionReferentiel.active.is_(True)))
    version_id = publier(db, instantane.reglement, instantane.empreinte, maintenant)
    _inscrire_l_edition(db, instantane, version_id, edition_id, maintenant)
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


def _inscrire_l_edition(
    db: Session, instantane: Instantane, version_id: int, edition_id: str, maintenant: datetime
) -> None:
    empreinte = sha256(instantane.archive).hexdigest()
    derniere = db.execute(
        select(EditionReferentiel.empreinte)
        .where(EditionReferentiel.publiee_le.is_not(None))
        .order_by(EditionReferentiel.publiee_le.desc())
        .limit(1)
    ).scalar()
    if edition_id:
        db.execute(
            update(EditionReferentiel)
            .where(EditionReferentiel.id == edition_id)
            .values(etat=EtatEdition.PUBLIEE, publiee_le=maintenant, version_id=version_id, effets=None)
        )
    elif instantane.archive and empreinte != derniere:
        db.add(
            EditionReferentiel(
                etat=EtatEdition.PUBLIEE,
                archive=instantane.archive,
                empreinte=empreinte,
                nom="Fichiers du portail",
                cree_par="portail",
                cree_le=maintenant,
                publiee_le=maintenant,
                version_id=version_id,
            )
        )
        db.flush()
