"""Changer d'adresse mail : la nouvelle compte une fois confirmée, l'ancienne en est avertie et peut revenir dessus.

Une adresse déjà prise suit exactement le même chemin : une ligne est écrite, un mail part, mais à son titulaire.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.comptes.adresses import est_une_adresse, normaliser
from app.comptes.courriels import ecrire, ecrire_a
from app.comptes.creation import compte_actif
from app.comptes.models import ChangementAdresse, Compte, Jeton, UsageJeton
from app.comptes.sessions import fermer_les_sessions
from app.comptes.valeurs import Message

DELAI_CONFIRMATION = timedelta(hours=48)
DELAI_ANNULATION = timedelta(hours=72)


class Retour(StrEnum):
    RETABLIE = "retablie"
    PRISE = "prise"
    """l'ancienne adresse est devenue celle d'un autre compte"""
    INCONNU = "inconnu"


@dataclass(frozen=True, slots=True)
class AdresseDemandee:
    nouvelle: str
    demande_le: datetime
    expire_le: datetime


@dataclass(frozen=True, slots=True)
class AdresseRemplacee:
    ancienne: str
    nouvelle: str
    est_l_identifiant: bool = True


def demander_adresse(
    db: Session,
    compte_id: str,
    courriel: str,
    *,
    jeton: str,
    confirmation: Message,
    deja_prise: Message,
    maintenant: datetime,
) -> None:
    """`jeton` est une empreinte. La dernière demande remplace la précédente, dont le lien ne sert plus."""
    _oublier_les_demandes(db, compte_id)
    db.add(
        ChangementAdresse(
            empreinte=jeton,
            compte_id=compte_id,
            nouvelle=courriel,
            demande_le=maintenant,
            expire_le=maintenant + DELAI_CONFIRMATION,
        )
    )
    titulaire = _occupant(db, db.get_one(Compte, compte_id), courriel)
    if titulaire is None:
        ecrire(db, courriel, confirmation, compte_id=compte_id, nature="adresse", maintenant=maintenant, secret=True)
    else:
        ecrire_a(db, titulaire, deja_prise, nature="adresse_prise", maintenant=maintenant)


def adresse_demandee(db: Session, compte_id: str, *, maintenant: datetime) -> AdresseDemandee | None:
    """Ce que « Mon compte » dit d'une demande en cours ; ne dit rien de qui aurait déjà cette adresse."""
    ligne = db.scalar(
        select(ChangementAdresse).where(
            ChangementAdresse.compte_id == compte_id,
            ChangementAdresse.confirme_le.is_(None),
            ChangementAdresse.expire_le > maintenant,
        )
    )
    return AdresseDemandee(ligne.nouvelle, ligne.demande_le, ligne.expire_le) if ligne else None


def est_identifie_par_son_adresse(db: Session, compte_id: str) -> bool:
    """Faux pour un élève : il se connecte par « prenom.nom », son adresse ne sert qu'à lui écrire."""
    return est_une_adresse(db.get_one(Compte, compte_id).identifiant)


def adresse_a_confirmer(db: Session, compte_id: str, jeton: str, *, maintenant: datetime) -> AdresseRemplacee | None:
    """Rien si le lien a servi, a expiré, ou n'est pas à ce compte. Ne change rien."""
    compte = db.scalar(select(Compte).where(Compte.id == compte_id))
    ligne = _a_confirmer(db, compte_id, jeton, maintenant)
    if compte is None or ligne is None or _occupant(db, compte, ligne.nouvelle) is not None:
        return None
    return AdresseRemplacee(compte.courriel, ligne.nouvelle, est_une_adresse(compte.identifiant))


def confirmer_adresse(
    db: Session, compte_id: str, jeton: str, *, annulation: str, avis: Message, maintenant: datetime
) -> bool:
    """`annulation` est une empreinte, celle du lien que porte `avis`. Faux si le lien ne sert plus."""
    if adresse_a_confirmer(db, compte_id, jeton, maintenant=maintenant) is None:
        return False
    compte = db.get_one(Compte, compte_id)
    ligne = db.get_one(ChangementAdresse, jeton)
    ecrire_a(db, compte, avis, nature="adresse_changee", maintenant=maintenant, secret=True)
    ligne.confirme_le = maintenant
    ligne.ancienne = compte.courriel
    ligne.annulation = annulation
    ligne.annulable_avant = maintenant + DELAI_ANNULATION
    _remplacer(db, compte, ligne.nouvelle, maintenant)
    return True


def adresse_a_retablir(db: Session, annulation: str, *, maintenant: datetime) -> AdresseRemplacee | None:
    ligne = _a_annuler(db, annulation, maintenant)
    if ligne is None or not ligne.ancienne:
        return None
    return AdresseRemplacee(ligne.ancienne, ligne.nouvelle, est_identifie_par_son_adresse(db, ligne.compte_id))


def retablir_adresse(db: Session, annulation: str, *, avis: Message, maintenant: datetime) -> Retour:
    """Rend l'ancienne adresse, annule les changements venus après, ferme toutes les sessions.

    Qui a pris le compte a pu enchaîner plusieurs changements : le lien reçu à la première adresse les défait tous.
    """
    ligne = _a_annuler(db, annulation, maintenant)
    if ligne is None or ligne.ancienne is None or ligne.confirme_le is None:
        return Retour.INCONNU
    compte = db.get_one(Compte, ligne.compte_id)
    fermer_les_sessions(db, compte.id)
    occupant = _occupant(db, compte, ligne.ancienne)
    if occupant is not None and occupant.id != compte.id:
        return Retour.PRISE
    ecrire_a(db, compte, avis, nature="adresse_retablie", maintenant=maintenant)
    db.execute(
        update(ChangementAdresse)
        .where(ChangementAdresse.compte_id == compte.id, ChangementAdresse.confirme_le >= ligne.confirme_le)
        .values(annule_le=maintenant)
    )
    _oublier_les_demandes(db, compte.id)
    db.execute(delete(Jeton).where(Jeton.compte_id == compte.id, Jeton.usage == UsageJeton.APPAREIL))
    _remplacer(db, compte, ligne.ancienne, maintenant)
    return Retour.RETABLIE


def purger_changements(db: Session, maintenant: datetime) -> None:
    """Une adresse qui n'est plus, ou n'a jamais été, celle du compte ne se garde que le temps de son lien."""
    db.execute(
        delete(ChangementAdresse).where(
            or_(
                ChangementAdresse.annulable_avant <= maintenant,
                ChangementAdresse.confirme_le.is_(None) & (ChangementAdresse.expire_le <= maintenant),
            )
        )
    )


def _a_confirmer(db: Session, compte_id: str, jeton: str, maintenant: datetime) -> ChangementAdresse | None:
    return db.scalar(
        select(ChangementAdresse).where(
            ChangementAdresse.empreinte == jeton,
            ChangementAdresse.compte_id == compte_id,
            ChangementAdresse.confirme_le.is_(None),
            ChangementAdresse.expire_le > maintenant,
        )
    )


def _a_annuler(db: Session, annulation: str, maintenant: datetime) -> ChangementAdresse | None:
    return db.scalar(
        select(ChangementAdresse).where(
            ChangementAdresse.annulation == annulation,
            ChangementAdresse.annule_le.is_(None),
            ChangementAdresse.annulable_avant > maintenant,
        )
    )


def _remplacer(db: Session, compte: Compte, courriel: str, maintenant: datetime) -> None:
    """Un lien de mot de passe parti à l'adresse qui cesse de compter ne sert plus."""
    compte.courriel = courriel
    if est_une_adresse(compte.identifiant):
        compte.identifiant = normaliser(courriel)
    db.execute(
        update(Jeton)
        .where(Jeton.compte_id == compte.id, Jeton.usage == UsageJeton.MOT_DE_PASSE, Jeton.utilise_le.is_(None))
        .values(utilise_le=maintenant)
    )


def _occupant(db: Session, compte: Compte, courriel: str) -> Compte | None:
    """Qui a déjà cette adresse pour identifiant. Un élève peut donner celle d'un parent, qui a son propre compte."""
    return compte_actif(db, normaliser(courriel)) if est_une_adresse(compte.identifiant) else None


def _oublier_les_demandes(db: Session, compte_id: str) -> None:
    db.execute(
        delete(ChangementAdresse).where(
            ChangementAdresse.compte_id == compte_id, ChangementAdresse.confirme_le.is_(None)
        )
    )
