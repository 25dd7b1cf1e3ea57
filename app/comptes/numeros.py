"""Le n° de candidat : 0, les deux derniers chiffres de l'année, huit chiffres. « 02146028333 » au guide."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.comptes.models import Compteur
from app.infra.clock import en_paris


def nouveau_numero(db: Session, *, maintenant: datetime) -> str:
    """Le compteur ne recule jamais : le numéro d'un compte effacé n'est pas redonné."""
    annee = f"{en_paris(maintenant).year % 100:02}"
    compteur = _compteur(db, annee)
    compteur.valeur += 1
    return f"0{annee}{compteur.valeur:08}"


def reserver_numero(db: Session, numero: str) -> None:
    """Un numéro venu d'ailleurs ne sera pas donné à un autre."""
    compteur = _compteur(db, numero[1:3])
    compteur.valeur = max(compteur.valeur, int(numero[3:]))


def _compteur(db: Session, annee: str) -> Compteur:
    nom = f"numero_candidat_{annee}"
    compteur = db.get(Compteur, nom)
    if compteur is None:
        compteur = Compteur(nom=nom, valeur=0)
        db.add(compteur)
    return compteur
