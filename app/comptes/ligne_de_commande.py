"""`cyclades agent …` : la première personne de la gestion, et celles qui ont perdu leur téléphone.

Qui sert le portail a la main sur la base : c'est lui qui donne les premiers droits. Le lien est imprimé, ou envoyé.
"""

from collections.abc import Sequence
from datetime import datetime

from jinja2 import Environment
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes import courriels
from app.comptes.adresses import normaliser
from app.comptes.agents import DELAI_INVITATION, NouvelAgent, Refus, creer_agent, desactiver, inviter
from app.comptes.models import Compte, RoleCompte
from app.comptes.valeurs import Message
from app.infra.database import Database
from app.infra.identifiants import empreinte, jeton
from app.infra.registre import consigner
from app.referentiel.models import Academie

COMMANDE = "commande"
SANS_ACADEMIE = (RoleCompte.ADMINISTRATEUR,)


async def creer(
    database: Database,
    nouveau: NouvelAgent,
    *,
    url_publique: str,
    gabarits: Environment | None,
    maintenant: datetime,
) -> str:
    """Le lien d'invitation. `gabarits` : pour l'envoyer par mail."""
    if "@" not in nouveau.courriel or not nouveau.courriel.isprintable():
        raise Refus(f"« {nouveau.courriel} » n’est pas une adresse mail.")
    if not nouveau.academies and nouveau.role not in SANS_ACADEMIE:
        raise Refus(f"Dites au moins une académie pour cette fonction ({nouveau.role.libelle}) : --academie 16.")
    if inconnues := await database.lire(_inconnues, nouveau.academies):
        raise Refus(f"Académie inconnue du référentiel : {', '.join(inconnues)}.")
    await database.ecrire(_creer, nouveau, maintenant=maintenant)
    return await reinviter(
        database, nouveau.courriel, url_publique=url_publique, gabarits=gabarits, maintenant=maintenant
    )


async def reinviter(
    database: Database, courriel: str, *, url_publique: str, gabarits: Environment | None, maintenant: datetime
) -> str:
    secret = jeton()
    lien = f"{url_publique}/gestion/invitation/{secret}"
    message = courriels.invitation(gabarits, lien, expire_le=maintenant + DELAI_INVITATION) if gabarits else None
    if not await database.ecrire(_inviter, courriel, jeton=empreinte(secret), message=message, maintenant=maintenant):
        raise Refus("Aucun agent n’a cette adresse.")
    return lien


async def fermer(database: Database, courriel: str, *, maintenant: datetime) -> None:
    if not await database.ecrire(_desactiver, courriel, maintenant=maintenant):
        raise Refus("Aucun agent n’a cette adresse.")


def _creer(db: Session, nouveau: NouvelAgent, *, maintenant: datetime) -> None:
    creer_agent(db, nouveau, maintenant=maintenant)
    _consigner(db, nouveau.courriel, "creer_un_agent", maintenant)


def _inviter(
    db: Session, courriel: str, *, jeton: str, message: Message | None, maintenant: datetime
) -> datetime | None:
    fin = inviter(db, courriel, jeton=jeton, message=message, maintenant=maintenant)
    if fin:
        _consigner(db, courriel, "inviter_un_agent", maintenant)
    return fin


def _desactiver(db: Session, courriel: str, *, maintenant: datetime) -> bool:
    fait = desactiver(db, courriel, maintenant=maintenant)
    if fait:
        _consigner(db, courriel, "desactiver_un_agent", maintenant)
    return fait


def _consigner(db: Session, courriel: str, nature: str, maintenant: datetime) -> None:
    """Qui a la main sur la machine n'a pas de compte : c'est « la commande » qui agit."""
    db.flush()
    compte_id = db.scalars(select(Compte.id).where(Compte.identifiant == normaliser(courriel))).first() or ""
    consigner(db, acteur=COMMANDE, nature=nature, objet="agent", objet_id=compte_id, maintenant=maintenant)


def _inconnues(db: Session, codes: Sequence[str]) -> list[str]:
    connues = set(db.scalars(select(Academie.code).where(Academie.code.in_(codes))))
    return sorted(set(codes) - connues)
