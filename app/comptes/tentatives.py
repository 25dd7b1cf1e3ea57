"""Ralentir sans enfermer : les essais sont comptés en base, et chacun de trop fait attendre un peu plus.

L'essai est pris avant d'être jugé, dans la même écriture que le contrôle : cent requêtes ensemble ne profitent pas
de ce qu'aucune n'a encore échoué. Un essai refusé n'est pas compté : insister n'allonge pas l'attente d'autrui.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.comptes.models import Tentative
from app.infra.cle import derive

OUBLI = timedelta(days=7)
"""sans essai pendant ce temps, plus rien n'est compté"""


@dataclass(frozen=True, slots=True)
class Bareme:
    libres: int
    """essais sans attente"""
    pas: timedelta
    """première attente ; elle double à chaque essai suivant"""
    plafond: timedelta
    oubli: timedelta = timedelta(hours=24)
    """sans essai pendant ce temps, le compte repart de zéro"""

    def attente(self, essais: int) -> timedelta:
        if essais < self.libres:
            return timedelta(0)
        return min(self.pas * (1 << min(essais - self.libres, 20)), self.plafond)


def cle_de_tentative(cle_instance: bytes, portee: str, valeur: str) -> str:
    """Une adresse réseau ou mail ne se retrouve pas en hachant toutes celles qui existent : il faut la clé."""
    texte = f"{portee}:{valeur}".encode("utf-8", "surrogatepass")
    return hmac.digest(derive(cle_instance, "tentatives"), texte, "sha256").hex()


def prendre_un_essai(db: Session, baremes: Mapping[str, Bareme], *, maintenant: datetime) -> datetime | None:
    """L'instant du prochain essai permis si l'un des comptes est épuisé ; sinon l'essai est pris, et c'est None."""
    lignes = {cle: db.get(Tentative, cle) for cle in baremes}
    attentes = [ligne.prochaine_le for ligne in lignes.values() if ligne and ligne.prochaine_le > maintenant]
    if attentes:
        return max(attentes)
    for cle, bareme in baremes.items():
        ligne = lignes[cle]
        if ligne is None:
            ligne = Tentative(cle=cle, essais=0, derniere_le=maintenant, prochaine_le=maintenant)
            db.add(ligne)
        elif maintenant - ligne.derniere_le >= bareme.oubli:
            ligne.essais = 0
        ligne.essais += 1
        ligne.derniere_le = maintenant
        ligne.prochaine_le = maintenant + bareme.attente(ligne.essais)
    return None


def oublier(db: Session, *cles: str) -> None:
    db.execute(delete(Tentative).where(Tentative.cle.in_(cles)))


def purger_tentatives(db: Session, maintenant: datetime) -> None:
    db.execute(delete(Tentative).where(Tentative.derniere_le <= maintenant - OUBLI))
