"""Se désinscrire (guide, chapitre 13) : le candidat individuel seul, et tant que le service est ouvert."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import charger, exiger_ouverte, noter
from app.candidatures.models import Candidature, VersionCandidature
from app.comptes.valeurs import Message
from app.infra.outbox import poster
from app.referentiel.models import PeriodeInscription
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import EtatCandidature, InscritPar


class DesinscriptionRefusee(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Rien n'est enregistré, ou c'est l'établissement qui inscrit ce candidat."""


def desinscrire(
    db: Session,
    compte_id: str,
    candidature_id: str,
    *,
    reglement: Reglement,
    courrier: Message,
    maintenant: datetime,
) -> None:
    """L'état reste pour le gestionnaire : « Désinscrit par le candidat ». Envoyé deux fois, ne compte qu'une fois.

    Le mail va à l'adresse de la dernière version. `ServiceFerme` à l'instant de clôture et après.
    """
    ligne = charger(db, compte_id, candidature_id)
    if ligne.etat is EtatCandidature.DESINSCRIT:
        return
    version = db.scalar(
        select(VersionCandidature).where(
            VersionCandidature.candidature_id == candidature_id, VersionCandidature.numero == ligne.version
        )
    )
    par_lui_meme = ligne.etablissement_uai is None and est_individuel(
        reglement, version.brouillon.get("categorie") if version else None
    )
    if version is None or not par_lui_meme:
        raise DesinscriptionRefusee
    exiger_ouverte(db.get_one(PeriodeInscription, ligne.periode_id), maintenant)
    retiree = db.scalar(
        update(Candidature)
        .where(
            Candidature.id == candidature_id,
            Candidature.compte_id == compte_id,
            Candidature.etat == EtatCandidature.INSCRIT,
        )
        .values(etat=EtatCandidature.DESINSCRIT, desinscrite_le=maintenant)
        .returning(Candidature.id)
    )
    if retiree is None:
        raise DesinscriptionRefusee
    poster(
        db,
        destinataire=version.brouillon["courriel"],
        sujet=courrier.sujet,
        texte=courrier.texte,
        html=courrier.html,
        nature="desinscription",
        maintenant=maintenant,
        compte_id=compte_id,
        candidature_id=candidature_id,
    )
    noter(db, candidature_id, compte_id, "desinscrite", detail=f"version {ligne.version}", maintenant=maintenant)


def est_individuel(reglement: Reglement, categorie: str | None) -> bool:
    """Le candidat s'inscrit lui-même ; un élève ou un apprenti passe par son établissement."""
    trouvee = reglement.categories.get(categorie or "")
    return trouvee is not None and trouvee.inscrit_par is InscritPar.CANDIDAT
