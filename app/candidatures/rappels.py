"""Les rappels à qui n'a pas fini : 7, 2 et 1 jours avant la clôture, une fois chacun.

Un rappel envoyé est une ligne, écrite avec son courriel : deux passages, ou deux processus, n'en font qu'un. Après
un arrêt, seul part le rappel le plus proche de la clôture. Une clôture repoussée est une autre échéance : elle a les
siens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jinja2 import Environment
from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.candidatures import serialisation
from app.candidatures.models import EN_COURS_ETATS, Candidature, VersionCandidature
from app.comptes.models import Compte
from app.comptes.valeurs import Message
from app.infra.clock import en_paris
from app.infra.database import Base, Database
from app.infra.outbox import poster
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import horaire, nom_academie, nom_session
from app.referentiel.models import PeriodeInscription
from app.referentiel.queries import periode

PALIERS = (1, 2, 7)
"""jours avant la clôture, du plus pressant au plus lointain"""
LOT = 50


class RappelEnvoye(Base):
    __tablename__ = "rappel_envoye"

    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), primary_key=True)
    echeance: Mapped[datetime] = mapped_column(primary_key=True)
    """la clôture annoncée"""
    palier: Mapped[int] = mapped_column(primary_key=True)
    envoye_le: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Rappel:
    """Ce qu'il faut dire à qui, tant que rien ne change avant l'envoi."""

    candidature_id: str
    palier: int
    periode: FichePeriode
    est_enregistree: bool
    """vrai : ce sont des modifications qui ne sont pas enregistrées"""


async def envoyer_les_rappels(
    database: Database, gabarits: Environment, url_publique: str, maintenant: datetime
) -> int:
    """Rend le nombre de courriels mis en boîte."""
    dus = await database.lire(a_rappeler, maintenant)
    envoyes = 0
    for debut in range(0, len(dus), LOT):
        lettres = [(rappel, composer(gabarits, url_publique, rappel)) for rappel in dus[debut : debut + LOT]]
        envoyes += await database.ecrire(rappeler, lettres, maintenant=maintenant)
    return envoyes


def a_rappeler(db: Session, maintenant: datetime) -> tuple[Rappel, ...]:
    """Ceux dont un rappel est dû et n'est pas parti. Commencé après le jour d'un rappel, on attend le suivant."""
    bientot = maintenant + timedelta(days=max(PALIERS) + 1)
    fermetures = db.scalars(
        select(PeriodeInscription.id).where(
            PeriodeInscription.ouvre_le <= maintenant,
            PeriodeInscription.ferme_le > maintenant,
            PeriodeInscription.ferme_le <= bientot,
        )
    ).all()
    return tuple(rappel for periode_id in fermetures for rappel in _de_la_periode(db, periode_id, maintenant))


def rappeler(db: Session, lettres: Sequence[tuple[Rappel, Message]], *, maintenant: datetime) -> int:
    """Tout est revu ici : entre la lecture et l'envoi, on s'inscrit, on supprime, le service prolonge."""
    envoyes = 0
    for rappel, message in lettres:
        echeance = rappel.periode.ferme_le
        ligne = db.execute(
            select(Candidature, Compte.courriel)
            .join(Compte, Compte.id == Candidature.compte_id)
            .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
            .where(
                Candidature.id == rappel.candidature_id,
                Candidature.etat.in_(EN_COURS_ETATS),
                PeriodeInscription.ferme_le == echeance,
            )
        ).one_or_none()
        if ligne is None or maintenant >= echeance:
            continue
        candidature, adresse = ligne
        deja = db.get(RappelEnvoye, (candidature.id, echeance, rappel.palier))
        if deja is not None or est_a_jour(db, candidature):
            continue
        db.add(
            RappelEnvoye(candidature_id=candidature.id, echeance=echeance, palier=rappel.palier, envoye_le=maintenant)
        )
        poster(
            db,
            destinataire=adresse,
            sujet=message.sujet,
            texte=message.texte,
            html=message.html,
            nature="rappel",
            maintenant=maintenant,
            compte_id=candidature.compte_id,
            candidature_id=candidature.id,
        )
        envoyes += 1
    return envoyes


def composer(gabarits: Environment, url_publique: str, rappel: Rappel) -> Message:
    cloture = horaire(rappel.periode.ferme_le, rappel.periode.academie)
    quoi = (
        "Vos modifications ne sont pas enregistrées" if rappel.est_enregistree else "Votre inscription n’est pas finie"
    )
    sujet = f"[CYCLADES] {quoi} : clôture le {cloture.paris}"
    contexte = {
        "sujet": sujet,
        "est_enregistree": rappel.est_enregistree,
        "cloture": cloture,
        "inscription": f"{nom_session(rappel.periode.session)}, {nom_academie(rappel.periode.academie)}",
        "service": rappel.periode.service,
        "lien": f"{url_publique}/candidatures/{rappel.candidature_id}",
    }
    texte = gabarits.get_template("courriels/rappel.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/rappel.html").render(contexte))


def moment(echeance: datetime, jours: int) -> datetime:
    """La même heure à Paris, `jours` jours plus tôt : un changement d'heure ne décale pas le rappel."""
    return (en_paris(echeance) - timedelta(days=jours)).astimezone(UTC)


def palier_du(echeance: datetime, maintenant: datetime) -> int | None:
    if maintenant >= echeance:
        return None
    return next((palier for palier in PALIERS if maintenant >= moment(echeance, palier)), None)


def est_a_jour(db: Session, candidature: Candidature) -> bool:
    """Le brouillon ne dit rien de plus que la dernière version enregistrée."""
    enregistre = db.scalar(
        select(VersionCandidature.brouillon).where(
            VersionCandidature.candidature_id == candidature.id, VersionCandidature.numero == candidature.version
        )
    )
    if enregistre is None:
        return False
    ecrit, fige = (serialisation.de_json(reponses) for reponses in (candidature.brouillon, enregistre))
    return ecrit.avec(saisies={}, vus=()) == fige.avec(saisies={}, vus=())


def _de_la_periode(db: Session, periode_id: str, maintenant: datetime) -> list[Rappel]:
    fiche = periode(db, periode_id)
    palier = palier_du(fiche.ferme_le, maintenant) if fiche else None
    if fiche is None or palier is None:
        return []
    deja = select(RappelEnvoye.candidature_id).where(
        RappelEnvoye.candidature_id == Candidature.id,
        RappelEnvoye.echeance == fiche.ferme_le,
        RappelEnvoye.palier == palier,
    )
    lignes = db.scalars(
        select(Candidature).where(
            Candidature.periode_id == periode_id,
            Candidature.etat.in_(EN_COURS_ETATS),
            Candidature.cree_le < moment(fiche.ferme_le, palier),
            or_(Candidature.version == 0, Candidature.garde_le > Candidature.enregistree_le),
            ~deja.exists(),
        )
    )
    return [Rappel(c.id, palier, fiche, c.version > 0) for c in lignes if not est_a_jour(db, c)]
