"""Les comptes de « cyclades demo » : le candidat du guide, un compte tout neuf, et le service des examens."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.comptes.adresses import normaliser
from app.comptes.agents import NouvelAgent, SecondFacteur, accepter, creer_agent, inviter
from app.comptes.creation import compte_actif
from app.comptes.models import Candidat, Compte, RoleCompte
from app.comptes.numeros import nouveau_numero, reserver_numero
from app.comptes.totp import codes_de_secours, empreinte_de_secours, sceller_secret, secret_de
from app.comptes.valeurs import Message
from app.infra.identifiants import empreinte, jeton
from app.regles.vocabulaire import Civilite

NUMERO_DU_GUIDE = "02146028333"
AGENTS = {
    "gestionnaire": NouvelAgent("regine@exemple.fr", "EXEMPLE", "Régine", RoleCompte.GESTIONNAIRE, ("16",)),
    "gestionnaire_creteil": NouvelAgent("basile@exemple.fr", "EXEMPLE", "Basile", RoleCompte.GESTIONNAIRE, ("24",)),
    "lecteur": NouvelAgent("lecture@exemple.fr", "EXEMPLE", "Lou", RoleCompte.LECTEUR, ("16",)),
    "amenagements": NouvelAgent("amenagements@exemple.fr", "EXEMPLE", "Amal", RoleCompte.AMENAGEMENTS, ("16",)),
    "administrateur": NouvelAgent("administration@exemple.fr", "EXEMPLE", "Andrée", RoleCompte.ADMINISTRATEUR),
}


def comptes_de_demonstration(db: Session, empreinte_mot_de_passe: str, maintenant: datetime) -> dict[str, str]:
    """Rôle de démonstration → identifiant de connexion. Refaite, la démonstration retrouve ses comptes."""
    reserver_numero(db, NUMERO_DU_GUIDE)
    # État civil du guide (chapitres 3 et 4) : May-sur-Orne est aujourd'hui une commune déléguée.
    dack = Candidat(
        numero_candidat=NUMERO_DU_GUIDE,
        civilite=Civilite.MONSIEUR,
        nom_famille="ACCRALL",
        prenoms="Dack",
        date_naissance=date(2004, 11, 28),
        pays_naissance="FR",
        departement_naissance="14",
        commune_naissance="14408",
        commune_naissance_type="commune-deleguee",
        lieu_naissance="MAY-SUR-ORNE",
    )
    neuf = Candidat(
        civilite=Civilite.MADAME,
        nom_famille="EXEMPLE",
        prenoms="Camille",
        date_naissance=date(2001, 5, 30),
        pays_naissance="BE",
        lieu_naissance="Namur",
    )
    return {
        "candidat": _compte(db, "accrall@exemple.fr", dack, empreinte_mot_de_passe, maintenant),
        "candidat_neuf": _compte(db, "camille@exemple.fr", neuf, empreinte_mot_de_passe, maintenant),
    }


def _compte(db: Session, courriel: str, candidat: Candidat, empreinte_mot_de_passe: str, maintenant: datetime) -> str:
    if compte_actif(db, normaliser(courriel)) is None:
        compte = Compte(
            identifiant=normaliser(courriel),
            courriel=courriel,
            mot_de_passe=empreinte_mot_de_passe,
            cree_le=maintenant,
            active_le=maintenant,
        )
        db.add(compte)
        db.flush()
        candidat.compte_id = compte.id
        candidat.numero_candidat = candidat.numero_candidat or nouveau_numero(db, maintenant=maintenant)
        db.add(candidat)
    return courriel


def agents_de_demonstration(
    db: Session, cle: bytes, empreinte_mot_de_passe: str, maintenant: datetime
) -> dict[str, tuple[str, str]]:
    """Rôle de démonstration → identifiant et secret TOTP, celui de cette instance. Refaite, rien ne change."""
    return {
        role: (agent.courriel, creer_un_agent(db, agent, cle, empreinte_mot_de_passe, maintenant))
        for role, agent in AGENTS.items()
    }


def creer_un_agent(
    db: Session, nouveau: NouvelAgent, cle: bytes, empreinte_mot_de_passe: str, maintenant: datetime
) -> str:
    secret = secret_de(cle, "demonstration", nouveau.courriel)
    if compte_actif(db, normaliser(nouveau.courriel)) is None:
        compte_id, lien = creer_agent(db, nouveau, maintenant=maintenant), empreinte(jeton())
        inviter(db, nouveau.courriel, jeton=lien, maintenant=maintenant)
        db.flush()
        secours = [empreinte_de_secours(cle, compte_id, code) for code in codes_de_secours(cle, compte_id)]
        accepter(
            db,
            lien,
            mot_de_passe=empreinte_mot_de_passe,
            facteur=SecondFacteur(sceller_secret(cle, compte_id, secret), 0, secours),
            avis=Message("", "", ""),  # ne part que pour un compte déjà ouvert
            maintenant=maintenant,
        )
    return secret
