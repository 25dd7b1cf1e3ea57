"""« Enregistrer » : la version, les épreuves, les documents, les pièces, le mail et l'histoire, tout ou rien."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures import fiche as fiches
from app.candidatures import serialisation
from app.candidatures.actions import CandidatureAbsente, charger, exiger_ouverte, noter
from app.candidatures.epreuves import inscrire_les_epreuves
from app.candidatures.fiche import Fiche
from app.candidatures.models import Candidature, VersionCandidature
from app.candidatures.queries import candidature_de
from app.candidatures.redaction import rediger
from app.documents.actions import publier
from app.documents.models import TypeDocument
from app.infra.outbox import poster
from app.infra.registre import consigner
from app.inscription.onglets import recapitulatif
from app.inscription.parcours import parcours
from app.pieces.actions import demander
from app.referentiel.models import PeriodeInscription
from app.regles.controle import Anomalie
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import EtatCandidature


@dataclass(frozen=True, slots=True)
class Courrier:
    """Le mail qui rend compte d'un enregistrement."""

    sujet: str
    texte: str
    html: str


Composer = Callable[[Fiche, str, int, datetime], Courrier]
"""(fiche, n° d'inscription, version, instant) → mail"""


@dataclass(frozen=True, slots=True)
class Enregistree:
    numero_inscription: str
    version: int


class Incomplete(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Le dossier ne peut pas être enregistré tel quel."""

    def __init__(self, anomalies: tuple[Anomalie, ...]) -> None:
        super().__init__(f"{len(anomalies)} anomalies")
        self.anomalies = anomalies


class RecapitulatifDepasse(Exception):  # noqa: N818 — idem
    """Depuis que la page a été lue, un autre règlement est publié, ou le service a corrigé l'identité : à relire."""


def enregistrer(
    db: Session,
    compte_id: str,
    candidature_id: str,
    *,
    version_lue: int,
    reglement: Reglement,
    version_referentiel_id: int,
    composer: Composer,
    agent_id: str = "",
    maintenant: datetime,
) -> Enregistree:
    """Fige une version de plus. `version_lue` : la dernière version quand la page a été lue ; `agent_id` : au guichet,
    qui enregistre pour le candidat.

    Le même formulaire envoyé deux fois n'enregistre qu'une fois : le second envoi trouve la version déjà faite et
    la rend. Lève `ServiceFerme` à l'instant de fermeture et après, `Incomplete` si une réponse manque.
    """
    ligne = charger(db, compte_id, candidature_id)
    lue = candidature_de(db, compte_id, candidature_id, maintenant=maintenant)
    if ligne.version > version_lue and (lue is None or lue.est_a_jour):
        return Enregistree(ligne.numero_inscription or "", ligne.version)
    exiger_ouverte(db.get_one(PeriodeInscription, ligne.periode_id), maintenant)
    if lue is None:
        raise CandidatureAbsente
    if ligne.version > version_lue or lue.version_referentiel_id != version_referentiel_id:
        raise RecapitulatifDepasse
    dossier = lue.dossier(reglement)
    chemin = parcours(dossier, est_enregistre=lue.est_enregistree, est_a_jour=lue.est_a_jour)
    if chemin.anomalies or not chemin.est_accessible(recapitulatif.slug):
        raise Incomplete(chemin.anomalies)
    if lue.est_a_jour:
        return Enregistree(ligne.numero_inscription or "", ligne.version)

    ligne.numero_inscription = ligne.numero_inscription or _numero_suivant(db, compte_id)
    ligne.version += 1
    ligne.enregistree_le = maintenant
    ligne.etat = EtatCandidature.INSCRIT
    fiche = rediger(lue, dossier)
    ligne.dispense_a_confirmer = fiche.dispense_a_confirmer
    version = VersionCandidature(
        candidature_id=candidature_id,
        numero=ligne.version,
        version_referentiel_id=version_referentiel_id,
        brouillon=serialisation.en_json(lue.brouillon),
        fiche=fiches.en_json(fiche),
        enregistree_le=maintenant,
    )
    db.add(version)
    db.flush()
    inscrire_les_epreuves(db, version.id, fiche)
    _publier(db, ligne, version.id, fiche, maintenant)
    courrier = composer(fiche, ligne.numero_inscription, ligne.version, maintenant)
    poster(
        db,
        destinataire=lue.brouillon.courriel,
        sujet=courrier.sujet,
        texte=courrier.texte,
        html=courrier.html,
        nature="enregistrement",
        maintenant=maintenant,
        compte_id=compte_id,
        candidature_id=candidature_id,
    )
    _consigner(db, ligne, agent_id, maintenant)
    return Enregistree(ligne.numero_inscription, ligne.version)


def _consigner(db: Session, ligne: Candidature, agent_id: str, maintenant: datetime) -> None:
    """L'histoire dit si c'est le candidat, ou le service pour lui ; le registre, quel agent."""
    nature, detail = "enregistree_au_guichet" if agent_id else "enregistree", f"version {ligne.version}"
    noter(db, ligne.id, agent_id or ligne.compte_id, nature, detail=detail, maintenant=maintenant)
    if agent_id:
        consigner(
            db,
            acteur=agent_id,
            nature="enregistrer_au_guichet",
            objet="candidature",
            objet_id=ligne.id,
            academie=db.get_one(PeriodeInscription, ligne.periode_id).academie_code,
            detail=detail,
            maintenant=maintenant,
        )


def _numero_suivant(db: Session, compte_id: str) -> str:
    """001, 002… pour chaque candidat ; le numéro d'une désinscription ne se reprend pas."""
    dernier = db.scalar(select(func.max(Candidature.numero_inscription)).where(Candidature.compte_id == compte_id))
    return f"{int(dernier or 0) + 1:03}"


def _publier(db: Session, candidature: Candidature, version_id: str, fiche: Fiche, maintenant: datetime) -> None:
    """La confirmation suit chaque version ; la demande de pièces ne se republie que si la liste a changé."""
    publier(
        db,
        candidature_id=candidature.id,
        version_id=version_id,
        type=TypeDocument.CONFIRMATION,
        maintenant=maintenant,
    )
    if demander(db, candidature.id, fiche.pieces, maintenant) or candidature.version == 1:
        publier(
            db,
            candidature_id=candidature.id,
            version_id=version_id,
            type=TypeDocument.DEMANDE_PIECES,
            maintenant=maintenant,
        )
