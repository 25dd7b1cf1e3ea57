"""Changer de mot de passe : par un lien reçu, ou connecté. Dans les deux cas les autres sessions se ferment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.comptes.adresses import normaliser
from app.comptes.connexion import reconnaitre
from app.comptes.courriels import ecrire_a
from app.comptes.creation import compte_actif
from app.comptes.models import Agent, Candidat, Compte, Jeton, RoleCompte, UsageJeton
from app.comptes.sessions import DUREE, creer_session, fermer_les_sessions
from app.comptes.tentatives import Bareme, oublier
from app.comptes.valeurs import Message
from app.infra.identifiants import empreinte
from app.infra.registre import consigner

DELAI_LIEN = timedelta(hours=1)
DEMANDES_PAR_ADRESSE = Bareme(libres=3, pas=timedelta(minutes=2), plafond=timedelta(minutes=30))
DEMANDES_PAR_RESEAU = Bareme(
    libres=20, pas=timedelta(seconds=10), plafond=timedelta(minutes=5), oubli=timedelta(hours=1)
)
LONGUEUR_MAX_AGENT = 128
"""12 à 128 caractères : pour un agent, la longueur remplace toujours la composition."""
ESSAIS_ANCIEN = Bareme(libres=5, pas=timedelta(seconds=5), plafond=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Titulaire:
    """Ce que la règle du mot de passe lui interdit de contenir, et l'empreinte actuelle."""

    compte_id: str
    noms: tuple[str, ...]
    courriel: str
    date_naissance: date | None
    """nulle pour un agent : le portail ne la lui demande pas"""
    mot_de_passe: str
    est_agent: bool = False

    def longueur_max(self, reglee: int) -> int:
        """`reglee` : celle que l'instance demande aux candidats."""
        return LONGUEUR_MAX_AGENT if self.est_agent else reglee


def demander_lien(db: Session, identifiant: str, *, jeton: str, message: Message, maintenant: datetime) -> None:
    """Sans compte actif, rien n'est envoyé ; la réponse à l'écran n'en dépend pas."""
    compte = compte_actif(db, normaliser(identifiant))
    if compte is None:
        return
    db.add(
        Jeton(
            empreinte=jeton,
            compte_id=compte.id,
            usage=UsageJeton.MOT_DE_PASSE,
            cree_le=maintenant,
            expire_le=maintenant + DELAI_LIEN,
        )
    )
    ecrire_a(db, compte, message, nature="mot_de_passe", maintenant=maintenant, secret=True)


def titulaire_du_lien(db: Session, jeton: str, *, maintenant: datetime) -> Titulaire | None:
    compte_id = db.scalar(
        select(Jeton.compte_id).where(
            Jeton.empreinte == jeton,
            Jeton.usage == UsageJeton.MOT_DE_PASSE,
            Jeton.utilise_le.is_(None),
            Jeton.expire_le > maintenant,
        )
    )
    return titulaire(db, compte_id) if compte_id else None


def titulaire(db: Session, compte_id: str) -> Titulaire | None:
    compte = db.scalar(select(Compte).where(Compte.id == compte_id, Compte.active_le.is_not(None)))
    if compte is None:
        return None
    candidat = db.get(Candidat, compte_id)
    if candidat is None:
        return _titulaire_agent(db, compte)
    return Titulaire(
        compte_id=compte.id,
        noms=(candidat.nom_famille, candidat.nom_usage, candidat.prenoms),
        courriel=compte.courriel,
        date_naissance=candidat.date_naissance,
        mot_de_passe=compte.mot_de_passe,
    )


def changer_par_lien(
    db: Session, jeton: str, *, mot_de_passe: str, appareil: str, avis: Message, maintenant: datetime
) -> bool:
    """Faux si le lien a servi ou expiré entre-temps."""
    qui = titulaire_du_lien(db, jeton, maintenant=maintenant)
    if qui is None:
        return False
    _changer(db, qui.compte_id, mot_de_passe, avis, maintenant)
    reconnaitre(db, qui.compte_id, appareil, maintenant=maintenant)
    return True


def changer_connecte(
    db: Session,
    compte_id: str,
    *,
    verifiee: str,
    mot_de_passe: str,
    session: str,
    appareil: str,
    avis: Message,
    duree: timedelta = DUREE,
    maintenant: datetime,
) -> bool:
    """`session` : la nouvelle session de ce navigateur, la seule qui reste. Faux si l'ancien a changé entre-temps."""
    if db.scalar(select(Compte.mot_de_passe).where(Compte.id == compte_id)) != verifiee:
        return False
    _changer(db, compte_id, mot_de_passe, avis, maintenant)
    oublier(db, cle_ancien_mot_de_passe(compte_id))
    creer_session(db, compte_id, session, maintenant=maintenant, duree=duree)
    reconnaitre(db, compte_id, appareil, maintenant=maintenant)
    return True


def choisir_le_premier(
    db: Session, compte_id: str, *, mot_de_passe: str, session: str, appareil: str, avis: Message, maintenant: datetime
) -> bool:
    """L'élève entré par son papillon. Faux si le provisoire a été remplacé entre-temps."""
    compte = db.get_one(Compte, compte_id)
    if not compte.mot_de_passe_provisoire:
        return False
    _changer(db, compte_id, mot_de_passe, avis, maintenant)
    creer_session(db, compte_id, session, maintenant=maintenant)
    reconnaitre(db, compte_id, appareil, maintenant=maintenant)
    return True


def poser_un_provisoire(db: Session, compte_id: str, mot_de_passe: str) -> None:
    """Celui d'un papillon qu'on imprime : l'ancien ne sert plus, ni aucune session ni aucun lien."""
    compte = db.get_one(Compte, compte_id)
    compte.mot_de_passe, compte.mot_de_passe_provisoire = mot_de_passe, True
    fermer_les_sessions(db, compte_id)
    db.execute(
        delete(Jeton).where(
            Jeton.compte_id == compte_id, Jeton.usage.in_((UsageJeton.APPAREIL, UsageJeton.MOT_DE_PASSE))
        )
    )


def _titulaire_agent(db: Session, compte: Compte) -> Titulaire | None:
    agent = db.get(Agent, compte.id)
    if compte.role is RoleCompte.CANDIDAT or agent is None or agent.desactive_le is not None:
        return None
    return Titulaire(compte.id, (agent.nom, agent.prenoms), compte.courriel, None, compte.mot_de_passe, est_agent=True)


def cle_ancien_mot_de_passe(compte_id: str) -> str:
    return empreinte(f"ancien-mot-de-passe:{compte_id}")


def _changer(db: Session, compte_id: str, mot_de_passe: str, avis: Message, maintenant: datetime) -> None:
    compte = db.get_one(Compte, compte_id)
    compte.mot_de_passe = mot_de_passe
    compte.mot_de_passe_change_le = maintenant
    compte.mot_de_passe_provisoire = False
    fermer_les_sessions(db, compte_id)
    # Les autres liens en attente ne servent plus, les navigateurs reconnus devront l'être à nouveau.
    db.execute(
        update(Jeton)
        .where(Jeton.compte_id == compte_id, Jeton.usage == UsageJeton.MOT_DE_PASSE, Jeton.utilise_le.is_(None))
        .values(utilise_le=maintenant)
    )
    db.execute(
        delete(Jeton).where(
            Jeton.compte_id == compte_id, Jeton.usage.in_((UsageJeton.APPAREIL, UsageJeton.SECOND_FACTEUR))
        )
    )
    ecrire_a(db, compte, avis, nature="mot_de_passe_change", maintenant=maintenant)
    if compte.role is not RoleCompte.CANDIDAT:
        consigner(
            db,
            acteur=compte_id,
            nature="changer_son_mot_de_passe",
            objet="agent",
            objet_id=compte_id,
            maintenant=maintenant,
        )
