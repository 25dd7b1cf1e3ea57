"""Décider d'une demande de correction, ou corriger un état civil sans demande : tout ou rien, une seule fois.

Une candidature en cours garde ses anciennes versions au nom d'alors, et en reçoit une de plus au nom corrigé.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.comptes.etat_civil import etat_civil_de, poser_etat_civil
from app.comptes.models import DemandeCorrection, EtatDemande
from app.comptes.valeurs import EtatCivil, Message
from app.gestion.corrections.lecture import Personne, a_portee, personne_de
from app.gestion.corrections.nouvelle_version import dater_une_version
from app.infra.outbox import poster
from app.infra.registre import consigner
from app.regles.referentiel import Reglement

NATURE_MAIL = "correction"


@dataclass(frozen=True, slots=True)
class Qui:
    """Qui agit, et sur quoi."""

    agent_id: str
    academies: tuple[str, ...]


class DejaDecidee(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Un autre agent a répondu, ou l'état civil a changé depuis que la page a été lue."""


def refuser(db: Session, demande_id: str, *, reponse: str, lettre: Message, qui: Qui, maintenant: datetime) -> None:
    demande = _decider(db, demande_id, EtatDemande.REFUSEE, reponse, qui, maintenant)
    personne = _a_portee(db, demande.compte_id, qui)
    champ = demande.champ.libelle
    noter(db, personne.principale.id, qui.agent_id, "correction_refusee", detail=champ, maintenant=maintenant)
    _consigner(db, "refuser_une_correction", personne, demande.champ.value, qui, maintenant)
    _ecrire(db, personne, lettre, maintenant)


def accepter(
    db: Session,
    demande_id: str,
    *,
    changement: Mapping[str, Any],
    lu: EtatCivil,
    reglements: Mapping[int, Reglement],
    lettre: Message,
    qui: Qui,
    maintenant: datetime,
) -> None:
    demande = _decider(db, demande_id, EtatDemande.ACCEPTEE, "", qui, maintenant)
    _corriger(
        db,
        demande.compte_id,
        changement=changement,
        lu=lu,
        motif="à votre demande",
        nature="accepter_une_correction",
        reglements=reglements,
        lettre=lettre,
        qui=qui,
        maintenant=maintenant,
    )


def corriger(
    db: Session,
    compte_id: str,
    *,
    changement: Mapping[str, Any],
    lu: EtatCivil,
    motif: str,
    reglements: Mapping[int, Reglement],
    lettre: Message,
    qui: Qui,
    maintenant: datetime,
) -> None:
    """Sans demande. `lu` : l'état civil que l'agent avait sous les yeux."""
    _corriger(
        db,
        compte_id,
        changement=changement,
        lu=lu,
        motif=motif,
        nature="corriger_une_identite",
        reglements=reglements,
        lettre=lettre,
        qui=qui,
        maintenant=maintenant,
    )


def _decider(
    db: Session, demande_id: str, etat: EtatDemande, reponse: str, qui: Qui, maintenant: datetime
) -> DemandeCorrection:
    """Le premier des deux agents l'emporte ; l'autre n'écrit rien."""
    decidee = db.scalar(
        update(DemandeCorrection)
        .where(
            DemandeCorrection.id == demande_id,
            DemandeCorrection.etat == EtatDemande.DEMANDEE,
            DemandeCorrection.compte_id.in_(a_portee(qui.academies)),
        )
        .values(etat=etat, reponse=reponse, decidee_le=maintenant)
        .returning(DemandeCorrection.id)
        .execution_options(synchronize_session=False)
    )
    if decidee is None:
        raise DejaDecidee
    return db.scalars(select(DemandeCorrection).where(DemandeCorrection.id == demande_id)).one()


def _corriger(
    db: Session,
    compte_id: str,
    *,
    changement: Mapping[str, Any],
    lu: EtatCivil,
    motif: str,
    nature: str,
    reglements: Mapping[int, Reglement],
    lettre: Message,
    qui: Qui,
    maintenant: datetime,
) -> None:
    personne = _a_portee(db, compte_id, qui)
    ancien = etat_civil_de(db, compte_id)
    if ancien != lu:
        raise DejaDecidee
    nouveau = replace(lu, **changement)
    poser_etat_civil(db, compte_id, nouveau)
    db.flush()
    datees = dater_une_version(
        db,
        compte_id,
        agent_id=qui.agent_id,
        motif=motif,
        reglements=reglements,
        age_change=nouveau.date_naissance != lu.date_naissance,
        maintenant=maintenant,
    )
    if personne.principale.id not in datees:
        noter(db, personne.principale.id, qui.agent_id, "identite_corrigee", detail=motif, maintenant=maintenant)
    _consigner(db, nature, personne, " ".join(sorted(changement)), qui, maintenant)
    _ecrire(db, personne, lettre, maintenant)


def _a_portee(db: Session, compte_id: str, qui: Qui) -> Personne:
    personne = personne_de(db, compte_id, qui.academies)
    if personne is None:
        raise DejaDecidee
    return personne


def _ecrire(db: Session, personne: Personne, lettre: Message, maintenant: datetime) -> None:
    poster(
        db,
        destinataire=personne.fiche.courriel,
        sujet=lettre.sujet,
        texte=lettre.texte,
        html=lettre.html,
        nature=NATURE_MAIL,
        maintenant=maintenant,
        compte_id=personne.compte_id,
        candidature_id=personne.principale.id,
    )


def _consigner(db: Session, nature: str, personne: Personne, detail: str, qui: Qui, maintenant: datetime) -> None:
    """Les noms des champs, jamais ce qui y est écrit."""
    une = personne.principale
    consigner(
        db,
        acteur=qui.agent_id,
        nature=nature,
        objet="candidature",
        objet_id=une.id,
        academie=une.academie_code,
        detail=detail,
        maintenant=maintenant,
    )
