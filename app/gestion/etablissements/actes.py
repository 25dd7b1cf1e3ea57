"""Les établissements d'une académie : les déclarer, y inviter des personnes, leur retirer l'accès."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import Candidature
from app.comptes.adresses import normaliser
from app.comptes.agents import NouvelAgent, Refus, creer_agent, desactiver, inviter
from app.comptes.models import Agent, AgentEtablissement, Candidat, Compte, RoleCompte
from app.comptes.valeurs import Message
from app.import_scolaire.models import Eleve
from app.infra.registre import consigner
from app.referentiel.models import Academie, Etablissement, TypeEtablissement
from app.web.coordonnees import telephone_lisible


@dataclass(frozen=True, slots=True)
class Fiche:
    uai: str
    type: TypeEtablissement
    nom: str
    adresse: str
    code_postal: str
    ville: str
    telephone: str
    academie: str
    verifie_le: datetime | None
    personnes: int = 0

    @property
    def telephone_lisible(self) -> str:
        return telephone_lisible(self.telephone) if self.telephone else ""


@dataclass(frozen=True, slots=True)
class Personne:
    compte_id: str
    nom: str
    prenoms: str
    courriel: str
    est_active: bool


@dataclass(frozen=True, slots=True)
class EleveParti:
    candidature_id: str
    nom: str
    prenoms: str
    numero_candidat: str
    parti_le: datetime


def etablissements_de(db: Session, academies: Collection[str]) -> tuple[Fiche, ...]:
    nombre = (
        select(AgentEtablissement.uai, func.count().label("n"))
        .join(Agent, Agent.compte_id == AgentEtablissement.compte_id)
        .where(Agent.desactive_le.is_(None))
        .group_by(AgentEtablissement.uai)
        .subquery()
    )
    lignes = db.execute(
        select(Etablissement, Academie.nom, func.coalesce(nombre.c.n, 0))
        .join(Academie, Academie.code == Etablissement.academie_code)
        .outerjoin(nombre, nombre.c.uai == Etablissement.uai)
        .where(Etablissement.academie_code.in_(academies))
        .order_by(Etablissement.academie_code, Etablissement.ville, Etablissement.nom)
    )
    return tuple(_fiche(etablissement, nom, personnes) for etablissement, nom, personnes in lignes)


def etablissement_de(db: Session, academies: Collection[str], uai: str) -> Fiche | None:
    """Nul s'il n'est pas d'une de ces académies."""
    ligne = db.execute(
        select(Etablissement, Academie.nom)
        .join(Academie, Academie.code == Etablissement.academie_code)
        .where(Etablissement.uai == uai, Etablissement.academie_code.in_(academies))
    ).one_or_none()
    return _fiche(*ligne) if ligne else None


def personnes_de(db: Session, uai: str) -> tuple[Personne, ...]:
    lignes = db.execute(
        select(Compte.id, Agent.nom, Agent.prenoms, Compte.courriel, Compte.active_le)
        .join(Agent, Agent.compte_id == Compte.id)
        .join(AgentEtablissement, AgentEtablissement.compte_id == Compte.id)
        .where(AgentEtablissement.uai == uai, Agent.desactive_le.is_(None))
        .order_by(Agent.nom, Agent.prenoms, Compte.id)
    )
    return tuple(
        Personne(id_, nom, prenoms, courriel, active is not None) for id_, nom, prenoms, courriel, active in lignes
    )


def eleves_partis(db: Session, uai: str) -> tuple[EleveParti, ...]:
    """Retirés d'un import par leur établissement : leur compte attend qu'on en décide."""
    lignes = db.execute(
        select(Eleve.candidature_id, Candidat.nom_famille, Candidat.prenoms, Candidat.numero_candidat, Eleve.parti_le)
        .join(Candidature, Candidature.id == Eleve.candidature_id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(Eleve.uai == uai, Eleve.parti_le.is_not(None))
        .order_by(Candidat.nom_famille, Candidat.prenoms, Eleve.candidature_id)
    )
    return tuple(
        EleveParti(candidature_id, nom, prenoms, numero or "", parti_le)
        for candidature_id, nom, prenoms, numero, parti_le in lignes
        if parti_le
    )


def rendre_le_compte(
    db: Session, uai: str, academies: Collection[str], candidature_id: str, *, acteur: str, maintenant: datetime
) -> bool:
    """L'élève parti garde son compte comme individuel et peut s'inscrire lui-même. Faux s'il n'est pas parti d'ici."""
    etablissement = _le_mien(db, uai, academies)
    lien = db.scalar(
        delete(Eleve)
        .where(Eleve.candidature_id == candidature_id, Eleve.uai == uai, Eleve.parti_le.is_not(None))
        .returning(Eleve.candidature_id)
    )
    if lien is None:
        return False
    candidature = db.get_one(Candidature, candidature_id)
    candidature.etablissement_uai = None
    noter(db, candidature_id, acteur, "compte_rendu", maintenant=maintenant)
    _consigner(db, "rendre_un_compte_d_eleve", candidature.compte_id, etablissement, acteur, maintenant)
    return True


def declarer(
    db: Session, uai: str, saisie: dict[str, str], *, academie: str, acteur: str, maintenant: datetime
) -> None:
    """`Refus` si cet UAI est déjà déclaré, par cette académie ou par une autre."""
    if db.get(Etablissement, uai) is not None:
        raise Refus("Cet établissement est déjà déclaré")
    db.add(Etablissement(uai=uai, academie_code=academie, cree_le=maintenant, **saisie))
    consigner(
        db,
        acteur=acteur,
        nature="declarer_un_etablissement",
        objet="etablissement",
        objet_id=uai,
        academie=academie,
        maintenant=maintenant,
    )


def inviter_une_personne(
    db: Session,
    uai: str,
    academies: Collection[str],
    *,
    courriel: str,
    nom: str,
    prenoms: str,
    jeton: str,
    message: Message,
    acteur: str,
    maintenant: datetime,
) -> bool:
    """Un lien neuf à qui n'a pas encore ouvert son compte ; cet établissement de plus à qui l'a déjà.

    Vrai si un lien est parti. `Refus` si l'adresse est celle d'un candidat ou d'un agent du service des examens.
    """
    etablissement = _le_mien(db, uai, academies)
    deja = db.execute(
        select(Compte, Agent)
        .join(Agent, Agent.compte_id == Compte.id)
        .where(Compte.identifiant == normaliser(courriel), Compte.role == RoleCompte.ETABLISSEMENT)
    ).one_or_none()
    if deja is None:
        nouveau = NouvelAgent(courriel, nom, prenoms, RoleCompte.ETABLISSEMENT, etablissements=(uai,))
        compte_id, est_ouvert = creer_agent(db, nouveau, maintenant=maintenant), False
    else:
        compte, agent = deja
        compte_id, est_ouvert = compte.id, compte.active_le is not None and agent.desactive_le is None
        agent.desactive_le = None
        if db.get(AgentEtablissement, (compte_id, uai)) is None:
            db.add(AgentEtablissement(compte_id=compte_id, uai=uai))
    db.flush()
    if not est_ouvert:
        inviter(db, courriel, jeton=jeton, message=message, maintenant=maintenant)
    _consigner(db, "inviter_une_personne", compte_id, etablissement, acteur, maintenant)
    return not est_ouvert


def renouveler_l_invitation(
    db: Session,
    uai: str,
    academies: Collection[str],
    compte_id: str,
    *,
    jeton: str,
    message: Message,
    acteur: str,
    maintenant: datetime,
) -> bool:
    """Téléphone perdu, lien périmé. Faux si la personne n'est pas de cet établissement."""
    etablissement, compte = _le_mien(db, uai, academies), _personne(db, uai, compte_id)
    if compte is None:
        return False
    inviter(db, compte.courriel, jeton=jeton, message=message, maintenant=maintenant)
    _consigner(db, "renouveler_une_invitation", compte_id, etablissement, acteur, maintenant)
    return True


def retirer_l_acces(
    db: Session, uai: str, academies: Collection[str], compte_id: str, *, acteur: str, maintenant: datetime
) -> bool:
    """À cet établissement seulement ; qui n'en a plus aucun ne se connecte plus."""
    etablissement, compte = _le_mien(db, uai, academies), _personne(db, uai, compte_id)
    if compte is None:
        return False
    db.execute(
        delete(AgentEtablissement).where(AgentEtablissement.compte_id == compte_id, AgentEtablissement.uai == uai)
    )
    if not db.scalar(select(func.count()).where(AgentEtablissement.compte_id == compte_id)):
        desactiver(db, compte.courriel, maintenant=maintenant)
    _consigner(db, "retirer_l_acces", compte_id, etablissement, acteur, maintenant)
    return True


def _le_mien(db: Session, uai: str, academies: Collection[str]) -> Etablissement:
    etablissement = db.scalar(
        select(Etablissement).where(Etablissement.uai == uai, Etablissement.academie_code.in_(academies))
    )
    if etablissement is None:
        raise Refus("Cet établissement n’est pas de votre académie")
    return etablissement


def _personne(db: Session, uai: str, compte_id: str) -> Compte | None:
    return db.scalar(
        select(Compte)
        .join(AgentEtablissement, AgentEtablissement.compte_id == Compte.id)
        .where(Compte.id == compte_id, AgentEtablissement.uai == uai)
    )


def _consigner(
    db: Session, nature: str, compte_id: str, etablissement: Etablissement, acteur: str, maintenant: datetime
) -> None:
    consigner(
        db,
        acteur=acteur,
        nature=nature,
        objet="compte",
        objet_id=compte_id,
        academie=etablissement.academie_code,
        detail=etablissement.uai,
        maintenant=maintenant,
    )


def _fiche(e: Etablissement, academie: str, personnes: int = 0) -> Fiche:
    return Fiche(
        e.uai, e.type, e.nom, e.adresse, e.code_postal, e.ville, e.telephone, academie, e.verifie_le, personnes
    )
