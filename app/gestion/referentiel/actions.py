"""Proposer une édition, la programmer, y renoncer, la mettre en vigueur."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.infra.identifiants import nouvel_id
from app.infra.registre import consigner
from app.referentiel.chargement import EncoreUtilise, Instantane, charger
from app.referentiel.models import EN_ATTENTE, EditionReferentiel, EtatEdition


def proposer(
    db: Session, archive: bytes, *, nom: str, difference: dict[str, Any], agent_id: str, maintenant: datetime
) -> str:
    """La même archive, proposée de nouveau par la même personne, remplace sa proposition."""
    empreinte = sha256(archive).hexdigest()
    db.execute(
        delete(EditionReferentiel).where(
            EditionReferentiel.empreinte == empreinte,
            EditionReferentiel.etat == EtatEdition.PROPOSEE,
            EditionReferentiel.cree_par == agent_id,
        )
    )
    edition = EditionReferentiel(
        id=nouvel_id(),
        etat=EtatEdition.PROPOSEE,
        archive=archive,
        empreinte=empreinte,
        nom=nom,
        cree_par=agent_id,
        cree_le=maintenant,
        difference=difference,
        effets={},
    )
    db.add(edition)
    db.flush()
    _consigner(db, agent_id, "proposer_un_referentiel", edition.id, empreinte[:16], maintenant)
    return edition.id


def programmer(db: Session, edition_id: str, active_le: datetime, *, agent_id: str, maintenant: datetime) -> bool:
    """Une seule attend sa date : programmer la suivante rend la précédente à l'état de proposition."""
    prise = db.scalar(
        update(EditionReferentiel)
        .where(EditionReferentiel.id == edition_id, EditionReferentiel.etat.in_(EN_ATTENTE))
        .values(etat=EtatEdition.PROGRAMMEE, active_le=active_le, motif="")
        .returning(EditionReferentiel.id)
    )
    if prise is None:
        return False
    db.execute(
        update(EditionReferentiel)
        .where(EditionReferentiel.id != edition_id, EditionReferentiel.etat == EtatEdition.PROGRAMMEE)
        .values(etat=EtatEdition.PROPOSEE, active_le=None)
    )
    _consigner(db, agent_id, "programmer_un_referentiel", edition_id, active_le.isoformat(), maintenant)
    return True


def renoncer(db: Session, edition_id: str, *, agent_id: str, maintenant: datetime) -> bool:
    """Programmée, elle redevient une proposition ; proposée, elle s'efface. Publiée, c'est trop tard."""
    rendue = db.scalar(
        update(EditionReferentiel)
        .where(EditionReferentiel.id == edition_id, EditionReferentiel.etat == EtatEdition.PROGRAMMEE)
        .values(etat=EtatEdition.PROPOSEE, active_le=None)
        .returning(EditionReferentiel.id)
    )
    if rendue is None:
        oubliee = db.scalar(
            delete(EditionReferentiel)
            .where(
                EditionReferentiel.id == edition_id,
                EditionReferentiel.etat.in_((EtatEdition.PROPOSEE, EtatEdition.ECHOUEE)),
            )
            .returning(EditionReferentiel.id)
        )
        if oubliee is None:
            return False
    _consigner(db, agent_id, "renoncer_a_un_referentiel", edition_id, "", maintenant)
    return True


def mettre_en_vigueur(db: Session, edition_id: str, instantane: Instantane, *, maintenant: datetime) -> bool:
    """Tout ou rien, à sa date. Faux si l'on y a renoncé, ou si la base a encore besoin d'une ligne retirée."""
    due = db.scalar(
        select(EditionReferentiel.id).where(
            EditionReferentiel.id == edition_id,
            EditionReferentiel.etat == EtatEdition.PROGRAMMEE,
            EditionReferentiel.active_le <= maintenant,
        )
    )
    if due is None:
        return False
    try:
        with db.begin_nested():
            bilan = charger(db, instantane, maintenant, edition_id=edition_id)
    except EncoreUtilise as refus:
        db.execute(
            update(EditionReferentiel)
            .where(EditionReferentiel.id == edition_id)
            .values(etat=EtatEdition.ECHOUEE, motif=f"{str(refus)[0].upper()}{str(refus)[1:]}")
        )
        _consigner(db, "portail", "refuser_un_referentiel", edition_id, "ligne_encore_utilisee", maintenant)
        return False
    _consigner(db, "portail", "publier_un_referentiel", edition_id, f"version {bilan.version_id}", maintenant)
    return True


def noter_les_effets(db: Session, edition_id: str, effets: dict[str, Any], *, lus: dict[str, Any]) -> None:
    """`lus` : ceux dont ce lot est parti. Deux serveurs ne comptent pas deux fois le même."""
    edition = db.get(EditionReferentiel, edition_id)
    if edition is not None and edition.etat in EN_ATTENTE and (edition.effets or {}) == lus:
        edition.effets = effets


def _consigner(db: Session, acteur: str, nature: str, edition_id: str, detail: str, maintenant: datetime) -> None:
    consigner(
        db,
        acteur=acteur,
        nature=nature,
        objet="referentiel",
        objet_id=edition_id,
        detail=detail,
        maintenant=maintenant,
    )
