"""La boîte d'envoi : un courriel est une ligne écrite dans la transaction de l'acte, postée ensuite.

Un acte défait n'envoie rien ; un acte validé finit par envoyer. Chaque tentative est réservée en base avant
l'envoi : au moins une fois, jamais en rafale, même si la base se remplit ou si le processus meurt entre les deux.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base
from app.infra.identifiants import nouvel_id

LOT = 20  # lettres réservées d'un coup
PREMIER_DELAI = timedelta(seconds=30)
DELAI_MAXIMAL = timedelta(hours=1)
ABANDON = timedelta(days=5)  # RFC 5321, 4.5.4.1 : on insiste quatre à cinq jours


class Courriel(Base):
    __tablename__ = "courriel"

    id: Mapped[str] = mapped_column(primary_key=True)
    nature: Mapped[str]
    destinataire: Mapped[str]
    sujet: Mapped[str]
    texte: Mapped[str]
    html: Mapped[str | None]
    secret: Mapped[bool]  # porte un lien ou un code : le corps est effacé dès qu'il ne sert plus
    compte_id: Mapped[str | None] = mapped_column(index=True)
    candidature_id: Mapped[str | None] = mapped_column(index=True)
    cree_le: Mapped[datetime]
    a_envoyer_le: Mapped[datetime]
    tentatives: Mapped[int] = mapped_column(default=0)
    envoye_le: Mapped[datetime | None]
    abandonne_le: Mapped[datetime | None]
    derniere_erreur: Mapped[str | None]  # classe et code seulement : un serveur cite souvent l'adresse

    __table_args__ = (Index(None, "envoye_le", "abandonne_le", "a_envoyer_le"),)


def poster(
    db: Session,
    *,
    destinataire: str,
    sujet: str,
    texte: str,
    html: str | None = None,
    nature: str,
    maintenant: datetime,
    compte_id: str | None = None,
    candidature_id: str | None = None,
    secret: bool = False,
) -> str:
    """À appeler dans l'acte dont ce courriel rend compte."""
    if any(saut in destinataire + sujet for saut in "\r\n"):
        raise ValueError("a header holds no line break")
    courriel = Courriel(
        id=nouvel_id(),
        nature=nature,
        destinataire=destinataire,
        sujet=sujet,
        texte=texte,
        html=html,
        secret=secret,
        compte_id=compte_id,
        candidature_id=candidature_id,
        cree_le=maintenant,
        a_envoyer_le=maintenant,
    )
    db.add(courriel)
    return courriel.id


@dataclass(frozen=True)
class Lettre:
    id: str
    destinataire: str
    sujet: str
    texte: str
    html: str | None
    cree_le: datetime


def effaces(db: Session, courriel_ids: Collection[str]) -> list[str]:
    """Parmi eux, ceux qui ne sont plus dans la boîte d'envoi, ou dont elle ne garde plus que la trace."""
    connus = set(db.scalars(select(Courriel.id).where(Courriel.destinataire != ""))) if courriel_ids else set()
    return [id_ for id_ in courriel_ids if id_ not in connus]


def il_en_reste(db: Session, *, maintenant: datetime) -> bool:
    return db.scalar(_dues(maintenant).limit(1)) is not None


def reserver(db: Session, *, maintenant: datetime) -> list[Lettre]:
    """Compte la tentative et repousse la suivante avant d'envoyer : qui meurt en route réessaiera plus tard."""
    lettres = []
    for courriel in db.scalars(_dues(maintenant).order_by(Courriel.a_envoyer_le).limit(LOT)):
        courriel.a_envoyer_le = maintenant + delai(courriel.tentatives)
        courriel.tentatives += 1
        lettres.append(
            Lettre(
                id=courriel.id,
                destinataire=courriel.destinataire,
                sujet=courriel.sujet,
                texte=courriel.texte,
                html=courriel.html,
                cree_le=courriel.cree_le,
            )
        )
    return lettres


def noter_envoi(db: Session, courriel_id: str, *, maintenant: datetime) -> None:
    """Un courriel effacé pendant son envoi, avec le compte dont il parlait, n'a plus rien à noter."""
    courriel = db.get(Courriel, courriel_id)
    if courriel is None:
        return
    courriel.envoye_le = maintenant
    courriel.derniere_erreur = None
    _oublier_le_secret(courriel)


def noter_echec(db: Session, courriel_id: str, erreur: str, *, definitif: bool, maintenant: datetime) -> None:
    courriel = db.get(Courriel, courriel_id)
    if courriel is None:
        return
    courriel.derniere_erreur = erreur
    courriel.a_envoyer_le = maintenant + delai(courriel.tentatives - 1)
    if definitif or maintenant - courriel.cree_le >= ABANDON:
        courriel.abandonne_le = maintenant
        _oublier_le_secret(courriel)


def delai(tentatives: int) -> timedelta:
    return min(PREMIER_DELAI * (1 << min(tentatives, 20)), DELAI_MAXIMAL)


def _dues(maintenant: datetime) -> Select[Courriel]:
    return select(Courriel).where(
        Courriel.envoye_le.is_(None), Courriel.abandonne_le.is_(None), Courriel.a_envoyer_le <= maintenant
    )


def _oublier_le_secret(courriel: Courriel) -> None:
    if courriel.secret:
        courriel.texte, courriel.html = "", None
