"""Le mail par lequel le candidat apprend ce que le service a fait de sa candidature."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature, VersionCandidature
from app.comptes.models import Compte
from app.comptes.valeurs import Message
from app.infra.outbox import poster


def ecrire_au_candidat(
    db: Session, ligne: Candidature, courrier: Message, nature: str, *, maintenant: datetime
) -> None:
    """Dans la transaction de l'acte. Qui n'a pas d'adresse ne reçoit rien."""
    if destinataire := _adresse_mail(db, ligne):
        poster(
            db,
            destinataire=destinataire,
            sujet=courrier.sujet,
            texte=courrier.texte,
            html=courrier.html,
            nature=nature,
            maintenant=maintenant,
            compte_id=ligne.compte_id,
            candidature_id=ligne.id,
        )


def _adresse_mail(db: Session, ligne: Candidature) -> str:
    """Celle de la dernière version, sinon celle du compte ; vide pour qui n'en a pas."""
    reponses = db.scalar(
        select(VersionCandidature.brouillon).where(
            VersionCandidature.candidature_id == ligne.id, VersionCandidature.numero == ligne.version
        )
    )
    adresse = (reponses or {}).get("courriel") or db.get_one(Compte, ligne.compte_id).courriel
    return adresse if "@" in adresse else ""
