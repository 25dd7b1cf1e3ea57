"""Les comptes de « cyclades demo » : le candidat du guide, et un compte tout neuf."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.comptes.adresses import normaliser
from app.comptes.creation import compte_actif
from app.comptes.models import Candidat, Compte
from app.comptes.numeros import nouveau_numero, reserver_numero
from app.regles.vocabulaire import Civilite

NUMERO_DU_GUIDE = "02146028333"


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
