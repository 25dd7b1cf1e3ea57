"""Au guichet, un agent remplit les onglets d'un candidat qui est devant lui : les mêmes pages, pour ce seul dossier.

Le passage tient à la session de l'agent et à une candidature ; il finit de lui-même. Rien d'autre du compte ne s'ouvre.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.comptes.models import Candidat, Compte, RoleCompte
from app.comptes.valeurs import AgentConnecte, Visiteur
from app.infra.database import Base

DUREE = timedelta(hours=2)
PAGES = re.compile(r"/candidatures/([0-9a-z]{1,32})/(?:onglets/[a-z]+|enregistrement|apercu|specialites|reprise)")
"""ce qu'un passage ouvre : les onglets et l'enregistrement, ni les pièces, ni le compte, ni la désinscription"""


class PassageAuGuichet(Base):
    __tablename__ = "passage_au_guichet"

    session: Mapped[str] = mapped_column(ForeignKey("session_web.empreinte", ondelete="CASCADE"), primary_key=True)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), index=True)
    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    academie_code: Mapped[str] = mapped_column(String(8))
    expire_le: Mapped[datetime]


def ouvrir_un_passage(
    db: Session, session: str, *, candidature_id: str, compte_id: str, academie: str, maintenant: datetime
) -> None:
    """Un seul à la fois par agent. L'appelant a vérifié que cette candidature est dans sa portée."""
    fermer_le_passage(db, session)
    db.add(
        PassageAuGuichet(
            session=session,
            candidature_id=candidature_id,
            compte_id=compte_id,
            academie_code=academie,
            expire_le=maintenant + DUREE,
        )
    )


def fermer_le_passage(db: Session, session: str) -> None:
    db.execute(delete(PassageAuGuichet).where(PassageAuGuichet.session == session))


def candidature_demandee(chemin: str) -> str:
    """L'id dans l'adresse, si c'est une page que le guichet ouvre ; vide sinon."""
    page = PAGES.fullmatch(chemin)
    return page[1] if page else ""


def candidat_au_guichet(
    db: Session, qui: AgentConnecte, candidature_id: str, *, maintenant: datetime
) -> Visiteur | None:
    """Le candidat, tel que les onglets le connaissent. Nul dès que l'agent n'a plus la fonction ou l'académie."""
    if qui.role is not RoleCompte.GESTIONNAIRE:
        return None
    ligne = db.execute(
        select(Compte, Candidat)
        .join(Candidat, Candidat.compte_id == Compte.id)
        .join(PassageAuGuichet, PassageAuGuichet.compte_id == Compte.id)
        .where(
            PassageAuGuichet.session == qui.session,
            PassageAuGuichet.candidature_id == candidature_id,
            PassageAuGuichet.academie_code.in_(qui.academies),
            PassageAuGuichet.expire_le > maintenant,
        )
    ).one_or_none()
    if ligne is None:
        return None
    compte, candidat = ligne
    return Visiteur(
        compte_id=compte.id,
        role=compte.role,
        courriel=compte.courriel,
        numero_candidat=candidat.numero_candidat or "",
        nom_famille=candidat.nom_famille,
        nom_usage=candidat.nom_usage,
        prenoms=candidat.prenoms,
        date_naissance=candidat.date_naissance,
        session=qui.session,
        vue_le=qui.vue_le,
        agent_id=qui.compte_id,
        dossier=candidature_id,
    )
