"""Créer un compte, jusqu'à son activation : l'acte et l'attente. Une adresse déjà prise suit exactement le même chemin.

Seul le mail change : le lien d'activation à qui n'a pas de compte, un avertissement au titulaire de celui qui existe.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.comptes.adresses import normaliser
from app.comptes.courriels import ecrire_a
from app.comptes.models import Candidat, Compte, Jeton, Tentative, UsageJeton
from app.comptes.tentatives import Bareme, prendre_un_essai
from app.comptes.valeurs import EtatCivil, Invitation, Message
from app.infra.identifiants import empreinte

DELAI_ACTIVATION = timedelta(hours=48)  # guide, chapitre 3 : « valable que pour une durée de 48 heures »
ENVOIS = Bareme(libres=1, pas=timedelta(minutes=1), plafond=timedelta(minutes=30))


@dataclass(frozen=True, slots=True)
class Attente:
    """Ce que l'écran d'attente montre. Il ne dit rien d'un autre compte qui aurait la même adresse."""

    compte_id: str
    courriel: str
    prenoms: str
    expire_le: datetime
    envoye_le: datetime
    prochain_envoi_le: datetime
    est_active: bool


def creer_compte(
    db: Session,
    etat_civil: EtatCivil,
    *,
    courriel: str,
    mot_de_passe: str,
    attente: str,
    invitation: Invitation,
    deja_connu: Message,
    maintenant: datetime,
) -> str:
    """`mot_de_passe` et `attente` sont des empreintes."""
    compte = Compte(identifiant=normaliser(courriel), courriel=courriel, mot_de_passe=mot_de_passe, cree_le=maintenant)
    db.add(compte)
    db.flush()
    db.add(
        Candidat(
            compte_id=compte.id,
            civilite=etat_civil.civilite,
            nom_famille=etat_civil.nom_famille,
            nom_usage=etat_civil.nom_usage,
            prenoms=etat_civil.prenoms,
            date_naissance=etat_civil.date_naissance,
            pays_naissance=etat_civil.pays_naissance,
            departement_naissance=etat_civil.departement_naissance,
            commune_naissance=etat_civil.commune_naissance,
            commune_naissance_type=etat_civil.commune_naissance_type,
            lieu_naissance=etat_civil.lieu_naissance,
        )
    )
    ouvrir_attente(db, compte.id, attente, maintenant=maintenant)
    prendre_un_essai(db, {cle_envoi(compte.id): ENVOIS}, maintenant=maintenant)
    _inviter(db, compte, invitation, deja_connu, maintenant)
    return compte.id


def ouvrir_attente(db: Session, compte_id: str, attente: str, *, maintenant: datetime) -> None:
    compte = db.get_one(Compte, compte_id)
    db.add(
        Jeton(
            empreinte=attente,
            compte_id=compte.id,
            usage=UsageJeton.ATTENTE,
            cree_le=maintenant,
            expire_le=compte.cree_le + DELAI_ACTIVATION,
        )
    )


def attente_de(db: Session, attente: str, *, maintenant: datetime) -> Attente | None:
    ligne = db.execute(
        select(Compte, Candidat.prenoms, Jeton.expire_le)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .join(Candidat, Candidat.compte_id == Compte.id)
        .where(Jeton.empreinte == attente, Jeton.usage == UsageJeton.ATTENTE, Jeton.expire_le > maintenant)
    ).one_or_none()
    if ligne is None:
        return None
    compte, prenoms, expire_le = ligne
    envoi = db.get(Tentative, cle_envoi(compte.id))
    return Attente(
        compte_id=compte.id,
        courriel=compte.courriel,
        prenoms=prenoms,
        expire_le=expire_le,
        envoye_le=envoi.derniere_le if envoi else compte.cree_le,
        prochain_envoi_le=envoi.prochaine_le if envoi else maintenant,
        est_active=compte.active_le is not None,
    )


def renvoyer(
    db: Session, attente: str, *, invitation: Invitation, deja_connu: Message, maintenant: datetime
) -> datetime | None:
    """L'instant où un nouvel envoi sera possible, s'il est trop tôt."""
    compte = _compte_en_attente(db, attente, maintenant)
    if compte is None:
        return None
    if trop_tot := prendre_un_essai(db, {cle_envoi(compte.id): ENVOIS}, maintenant=maintenant):
        return trop_tot
    _inviter(db, compte, invitation, deja_connu, maintenant)
    return None


def corriger_adresse(
    db: Session, attente: str, courriel: str, *, invitation: Invitation, deja_connu: Message, maintenant: datetime
) -> datetime | None:
    """Les liens déjà partis à la mauvaise adresse ne servent plus : un inconnu a pu les recevoir."""
    compte = _compte_en_attente(db, attente, maintenant)
    if compte is None:
        return None
    if trop_tot := prendre_un_essai(db, {cle_envoi(compte.id): ENVOIS}, maintenant=maintenant):
        return trop_tot
    compte.courriel, compte.identifiant = courriel, normaliser(courriel)
    db.execute(
        update(Jeton)
        .where(Jeton.compte_id == compte.id, Jeton.usage == UsageJeton.ACTIVATION)
        .values(expire_le=maintenant, code=None)
    )
    _inviter(db, compte, invitation, deja_connu, maintenant)
    return None


def compte_actif(db: Session, identifiant: str) -> Compte | None:
    return db.scalar(select(Compte).where(Compte.identifiant == identifiant, Compte.active_le.is_not(None)))


def _compte_en_attente(db: Session, attente: str, maintenant: datetime) -> Compte | None:
    return db.scalar(
        select(Compte)
        .join(Jeton, Jeton.compte_id == Compte.id)
        .where(
            Jeton.empreinte == attente,
            Jeton.usage == UsageJeton.ATTENTE,
            Jeton.expire_le > maintenant,
            Compte.active_le.is_(None),
        )
    )


def _inviter(db: Session, compte: Compte, invitation: Invitation, deja_connu: Message, maintenant: datetime) -> None:
    """Un code plus récent remplace le précédent ; les liens déjà partis restent bons, un mail peut avoir du retard.

    Quand l'adresse a un titulaire, le jeton est écrit aussi, mais personne ne le reçoit : taper un code faux donne la
    même réponse que pour une adresse libre.
    """
    db.execute(
        update(Jeton).where(Jeton.compte_id == compte.id, Jeton.usage == UsageJeton.ACTIVATION).values(code=None)
    )
    db.add(
        Jeton(
            empreinte=invitation.jeton,
            compte_id=compte.id,
            usage=UsageJeton.ACTIVATION,
            code=invitation.code,
            cree_le=maintenant,
            expire_le=compte.cree_le + DELAI_ACTIVATION,
        )
    )
    titulaire = compte_actif(db, compte.identifiant)
    if titulaire is None:
        ecrire_a(db, compte, invitation.message, nature="activation", maintenant=maintenant, secret=True)
    else:
        ecrire_a(db, titulaire, deja_connu, nature="deja_connu", maintenant=maintenant)


def cle_envoi(compte_id: str) -> str:
    return empreinte(f"envoi:{compte_id}")
