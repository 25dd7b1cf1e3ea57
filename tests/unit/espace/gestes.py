"""Ce que fait Dack avant d'ouvrir son espace : s'inscrire, modifier, enregistrer, par les vraies pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.referentiel.models import PeriodeInscription
from tests.depart import TOULOUSE, ouvrir_un_brouillon, reponses
from tests.instance import DACK, Personne, lignes
from tests.unit.client import Navigateur, Page
from tests.unit.espace.conftest import Portail


def brouillon(portail: Portail, jusqu_a: str = "recapitulatif", personne: Personne = DACK, **autres: Any) -> str:
    return ouvrir_un_brouillon(portail.donnees, reponses(jusqu_a, **autres), personne, instant=portail.horloge.instant)


def inscrire(portail: Portail, **autres: Any) -> str:
    """Dack, connecté et inscrit en version 01."""
    candidature = brouillon(portail, **autres)
    enregistrer(portail.connecter(DACK), candidature)
    return candidature


def enregistrer(navigateur: Navigateur, candidature: str) -> Page:
    navigateur.get(f"/candidatures/{candidature}/onglets/recapitulatif")
    navigateur.envoyer(bouton="Enregistrer")
    return navigateur.suivre()


def changer(navigateur: Navigateur, candidature: str, telephone: str = "05 61 00 00 00") -> None:
    """Une réponse change à l'onglet 1 ; rien n'est encore enregistré."""
    navigateur.get(f"/candidatures/{candidature}/onglets/identification")
    navigateur.envoyer({"telephone_fixe": telephone}, bouton="Suivant")


def fermer_le(portail: Portail, ouvre_le: datetime, ferme_le: datetime) -> None:
    """Le service de Toulouse s'ouvre et se ferme à ces instants."""

    def acte(db: Session) -> None:
        db.execute(
            update(PeriodeInscription)
            .where(PeriodeInscription.academie_code == TOULOUSE)
            .values(ouvre_le=ouvre_le, ferme_le=ferme_le)
        )

    portail.ecrire(acte)


def une(portail: Portail, requete: str, **valeurs: Any) -> dict[str, Any]:
    (ligne,) = lignes(portail.donnees, requete, **valeurs)
    return ligne
