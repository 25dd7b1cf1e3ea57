"""Écarter une candidature, et la rétablir : un motif, un mail, une trace. Rien ne s'efface."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.candidatures.actions import noter
from app.candidatures.derogations import Derogation
from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.valeurs import Message
from app.gestion.candidatures.courrier import ecrire_au_candidat
from app.gestion.candidatures.dossier import candidature_a_portee
from app.gestion.candidatures.registre import consigner_un_acte
from app.infra.database import Base
from app.infra.identifiants import nouvel_id
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import EtatCandidature


class MotifEcart(StrEnum):
    CONDITIONS = "conditions"
    PIECES = "pieces"
    DOUBLE = "double"
    DEMANDE = "demande"
    AUTRE = "autre"
    DEROGATION = "derogation"
    """ne se choisit pas : suit le retrait de la dérogation (voir retrait.py)"""

    @property
    def libelle(self) -> str:
        return {
            "conditions": "Les conditions d’inscription ne sont pas remplies",
            "pieces": "Des pièces obligatoires n’ont pas été fournies",
            "double": "L’inscription est en double",
            "demande": "Le candidat a demandé à ne plus être inscrit",
            "autre": "Autre motif",
            "derogation": "La dérogation qui permettait cette candidature est retirée",
        }[self.value]


class MiseALEcart(Base):
    __tablename__ = "mise_a_l_ecart"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=nouvel_id)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("compte.id"))
    motif: Mapped[MotifEcart]
    precision: Mapped[str]
    """ce que le candidat lit en plus du motif"""
    etat_avant: Mapped[EtatCandidature]
    ecartee_le: Mapped[datetime]
    retablie_le: Mapped[datetime | None]
    retablie_par: Mapped[str | None] = mapped_column(ForeignKey("compte.id"))


class AutreEnCours(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Le candidat s'est réinscrit à la même session depuis : une seule compte."""


class SansDerogation(Exception):  # noqa: N818 — idem
    """La dérogation qui permettait cette seconde candidature est retirée."""


@dataclass(frozen=True, slots=True)
class Ecart:
    motif: MotifEcart
    precision: str = ""


def ecarter(
    db: Session,
    candidature_id: str,
    ecart: Ecart,
    *,
    attendu: EtatCandidature,
    academies: Collection[str],
    agent_id: str,
    courrier: Message,
    maintenant: datetime,
) -> bool:
    """Faux : l'état n'est plus celui que l'agent a lu (désinscrit, déjà écarté), ou le dossier est hors de portée."""
    if attendu not in EN_COURS_ETATS:
        return False
    ecartee = _passer(db, candidature_id, attendu, EtatCandidature.ECARTE, academies)
    if ecartee is None:
        return False
    db.add(
        MiseALEcart(
            candidature_id=candidature_id,
            agent_id=agent_id,
            motif=ecart.motif,
            precision=ecart.precision,
            etat_avant=attendu,
            ecartee_le=maintenant,
        )
    )
    detail = f"{ecart.motif.libelle}. {ecart.precision}".strip()
    _rendre_compte(db, ecartee, "ecartee", detail, agent_id, courrier, maintenant)
    consigner_un_acte(db, candidature_id, "ecarter", agent_id=agent_id, detail=ecart.motif.value, maintenant=maintenant)
    return True


def retablir(
    db: Session,
    candidature_id: str,
    *,
    academies: Collection[str],
    agent_id: str,
    courrier: Message,
    maintenant: datetime,
) -> bool:
    """Dans l'état d'avant l'écart. Faux si elle n'est plus écartée ; `AutreEnCours` si une autre compte déjà,
    `SansDerogation` si celle qui la permettait est retirée."""
    ligne, ecart = candidature_a_portee(db, candidature_id, academies), dernier_ecart(db, candidature_id)
    if ligne is None or ecart is None:
        return False
    derogation = db.get(Derogation, ligne.derogation_specialite) if ligne.derogation_specialite else None
    if derogation is not None and derogation.retiree_le is not None:
        raise SansDerogation
    autre = select(Candidature.id).where(
        Candidature.compte_id == ligne.compte_id,
        Candidature.session_examen_id == ligne.session_examen_id,
        Candidature.derogation_specialite == ligne.derogation_specialite,
        Candidature.etat.in_(EN_COURS_ETATS),
    )
    if db.scalar(autre.limit(1)) is not None:
        raise AutreEnCours
    retablie = _passer(db, candidature_id, EtatCandidature.ECARTE, ecart.etat_avant, academies)
    if retablie is None:
        return False
    ecart.retablie_le, ecart.retablie_par = maintenant, agent_id
    _rendre_compte(db, retablie, "retablie", "", agent_id, courrier, maintenant)
    consigner_un_acte(
        db, candidature_id, "retablir", agent_id=agent_id, detail=ecart.etat_avant.value, maintenant=maintenant
    )
    return True


def dernier_ecart(db: Session, candidature_id: str) -> MiseALEcart | None:
    """Celui qui court encore."""
    return db.scalar(
        select(MiseALEcart).where(MiseALEcart.candidature_id == candidature_id, MiseALEcart.retablie_le.is_(None))
    )


def _passer(
    db: Session, candidature_id: str, de: EtatCandidature, a: EtatCandidature, academies: Collection[str]
) -> Candidature | None:
    services = select(PeriodeInscription.id).where(PeriodeInscription.academie_code.in_(academies))
    passee = db.scalar(
        update(Candidature)
        .where(Candidature.id == candidature_id, Candidature.etat == de, Candidature.periode_id.in_(services))
        .values(etat=a)
        .returning(Candidature.id)
        .execution_options(synchronize_session=False)
    )
    return db.get(Candidature, candidature_id, populate_existing=True) if passee else None


def _rendre_compte(
    db: Session, ligne: Candidature, nature: str, detail: str, agent_id: str, courrier: Message, maintenant: datetime
) -> None:
    noter(db, ligne.id, agent_id, nature, detail=detail, maintenant=maintenant)
    ecrire_au_candidat(db, ligne, courrier, nature, maintenant=maintenant)
