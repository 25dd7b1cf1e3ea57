"""Un formulaire envoyé après la fin de la session n'est pas perdu : scellé trente minutes, rendu après connexion.

La clé est dans le cookie du navigateur qui l'a envoyé : la base seule ne permet pas de le lire.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.comptes.models import FormulaireScelle
from app.comptes.sessions import compte_de_la_session
from app.infra.cle import derive, desceller, sceller
from app.infra.identifiants import empreinte

DELAI_REPRISE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Reprise:
    adresse: str
    champs: tuple[tuple[str, str], ...]


def garder_formulaire(db: Session, secret: str, reprise: Reprise, *, session: str | None, maintenant: datetime) -> None:
    """`session` : empreinte de celle qui a fini ; elle dit à quel compte, et à lui seul, rendre ces réponses."""
    db.add(
        FormulaireScelle(
            empreinte=empreinte(secret),
            adresse=reprise.adresse,
            contenu=sceller(_cle(secret), json.dumps(reprise.champs).encode()),
            compte_id=compte_de_la_session(db, session) if session else None,
            expire_le=maintenant + DELAI_REPRISE,
        )
    )


def formulaire_garde(db: Session, secret: str, compte_id: str, *, maintenant: datetime) -> Reprise | None:
    ligne = db.scalar(
        select(FormulaireScelle).where(
            FormulaireScelle.empreinte == empreinte(secret),
            FormulaireScelle.expire_le > maintenant,
            or_(FormulaireScelle.compte_id.is_(None), FormulaireScelle.compte_id == compte_id),
        )
    )
    clair = desceller(_cle(secret), ligne.contenu) if ligne else None
    if ligne is None or clair is None:
        return None
    return Reprise(ligne.adresse, tuple((nom, valeur) for nom, valeur in json.loads(clair)))


def oublier_formulaire(db: Session, secret: str) -> None:
    db.execute(delete(FormulaireScelle).where(FormulaireScelle.empreinte == empreinte(secret)))


def purger_formulaires(db: Session, maintenant: datetime) -> None:
    db.execute(delete(FormulaireScelle).where(FormulaireScelle.expire_le <= maintenant))


def _cle(secret: str) -> bytes:
    return derive(secret.encode("utf-8", "surrogatepass"), "formulaire-scelle")
