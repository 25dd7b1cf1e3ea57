"""Inscrire quelqu'un qui est venu au guichet : son compte, sa candidature, et le passage vers ses onglets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures import serialisation
from app.candidatures.actions import commencer, exiger_ouverte, noter
from app.candidatures.annuaire import mots
from app.candidatures.models import EN_COURS_ETATS
from app.comptes.adresses import normaliser
from app.comptes.courriels import ecrire_a
from app.comptes.creation import compte_actif
from app.comptes.guichet import ouvrir_un_passage
from app.comptes.models import Candidat, Compte, Jeton, RoleCompte, UsageJeton
from app.comptes.numeros import nouveau_numero
from app.comptes.valeurs import EtatCivil, Message
from app.gestion.candidatures.dossier import candidature_a_portee
from app.gestion.candidatures.registre import consigner_un_acte
from app.referentiel.models import PeriodeInscription
from app.regles.dossier import Brouillon

FRANCE = "FR"
DELAI_MOT_DE_PASSE = timedelta(hours=48)
SANS_MOT_DE_PASSE = "!"
"""n'est l'empreinte d'aucun mot de passe : le lien envoyé, ou le service, en donnera un"""


class AutrePersonne(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """L'adresse mail est celle du compte de quelqu'un d'autre."""


class HorsDePortee(Exception):  # noqa: N818 — idem
    """Ce service d'inscription n'est pas à cet agent."""


@dataclass(frozen=True, slots=True)
class Venue:
    """La personne au guichet, pièce d'identité en main."""

    etat_civil: EtatCivil
    courriel: str
    """vide : elle n'en a pas, le service reçoit ses mails pour elle"""
    periode_id: str


@dataclass(frozen=True, slots=True)
class AuGuichet:
    """Qui reçoit."""

    agent_id: str
    session: str
    academies: tuple[str, ...]


def recevoir(db: Session, venue: Venue, qui: AuGuichet, *, jeton: str, lien: Message, maintenant: datetime) -> str:
    """L'id de la candidature, ouverte et commencée. `jeton` : l'empreinte de ce que porte le lien.

    Un compte de la même personne est repris : elle a pu le créer chez elle. `DejaCommencee` si elle s'inscrit déjà.
    """
    service = _service(db, venue.periode_id, qui.academies)
    compte = _compte(db, venue, service, jeton, lien, maintenant)
    depart = Brouillon(courriel=compte.courriel, pays_adresse=FRANCE)
    candidature_id = commencer(
        db, compte.id, service.id, brouillon=serialisation.en_json(depart), maintenant=maintenant
    )
    noter(db, candidature_id, qui.agent_id, "ouverte_au_guichet", maintenant=maintenant)
    consigner_un_acte(db, candidature_id, "ouvrir_au_guichet", agent_id=qui.agent_id, maintenant=maintenant)
    _passage(db, candidature_id, compte.id, service.academie_code, qui, maintenant)
    return candidature_id


def reprendre(db: Session, candidature_id: str, qui: AuGuichet, *, maintenant: datetime) -> bool:
    """Le candidat revient finir ou changer son inscription. `ServiceFerme` hors des dates ; faux hors de portée."""
    ligne = candidature_a_portee(db, candidature_id, qui.academies)
    if ligne is None or ligne.etat not in EN_COURS_ETATS:
        return False
    service = db.get_one(PeriodeInscription, ligne.periode_id)
    exiger_ouverte(service, maintenant)
    consigner_un_acte(db, ligne.id, "reprendre_au_guichet", agent_id=qui.agent_id, maintenant=maintenant)
    _passage(db, ligne.id, ligne.compte_id, service.academie_code, qui, maintenant)
    return True


def _passage(
    db: Session, candidature_id: str, compte_id: str, academie: str, qui: AuGuichet, maintenant: datetime
) -> None:
    ouvrir_un_passage(
        db,
        qui.session,
        candidature_id=candidature_id,
        compte_id=compte_id,
        academie=academie,
        maintenant=maintenant,
    )


def _service(db: Session, periode_id: str, academies: Collection[str]) -> PeriodeInscription:
    service = db.scalar(
        select(PeriodeInscription).where(
            PeriodeInscription.id == periode_id, PeriodeInscription.academie_code.in_(academies)
        )
    )
    if service is None:
        raise HorsDePortee
    return service


def _compte(
    db: Session, venue: Venue, service: PeriodeInscription, jeton: str, lien: Message, maintenant: datetime
) -> Compte:
    """Actif tout de suite : l'agent a vu la pièce d'identité, il n'y a pas d'adresse à prouver."""
    civil = venue.etat_civil
    if venue.courriel and (deja := compte_actif(db, normaliser(venue.courriel))):
        if not _est_la_meme_personne(db, deja, civil):
            raise AutrePersonne
        return deja
    numero = nouveau_numero(db, maintenant=maintenant)
    compte = Compte(
        identifiant=normaliser(venue.courriel) if venue.courriel else f"guichet-{numero}",
        courriel=venue.courriel or service.courriel,
        mot_de_passe=SANS_MOT_DE_PASSE,
        cree_le=maintenant,
        active_le=maintenant,
    )
    db.add(compte)
    db.flush()
    db.add(
        Candidat(
            compte_id=compte.id,
            numero_candidat=numero,
            civilite=civil.civilite,
            nom_famille=civil.nom_famille,
            nom_usage=civil.nom_usage,
            prenoms=civil.prenoms,
            date_naissance=civil.date_naissance,
            pays_naissance=civil.pays_naissance,
            departement_naissance=civil.departement_naissance,
            commune_naissance=civil.commune_naissance,
            commune_naissance_type=civil.commune_naissance_type,
            lieu_naissance=civil.lieu_naissance,
        )
    )
    db.flush()
    if venue.courriel:
        db.add(
            Jeton(
                empreinte=jeton,
                compte_id=compte.id,
                usage=UsageJeton.MOT_DE_PASSE,
                cree_le=maintenant,
                expire_le=maintenant + DELAI_MOT_DE_PASSE,
            )
        )
        ecrire_a(db, compte, lien, nature="guichet", maintenant=maintenant, secret=True)
    return compte


def _est_la_meme_personne(db: Session, compte: Compte, civil: EtatCivil) -> bool:
    connu = db.get(Candidat, compte.id)
    return (
        compte.role is RoleCompte.CANDIDAT
        and connu is not None
        and mots(connu.nom_famille) == mots(civil.nom_famille)
        and connu.date_naissance == civil.date_naissance
    )
