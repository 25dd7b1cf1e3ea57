"""Confirmer ou refuser une dispense « à confirmer par le service des examens » : l'acte, ses traces, son mail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.decisions import DecisionRendue, rendre
from app.candidatures.queries import dossier_de_version
from app.comptes.valeurs import Message
from app.gestion.candidatures.courrier import ecrire_au_candidat
from app.gestion.candidatures.dossier import candidature_a_portee
from app.gestion.candidatures.registre import consigner_un_acte
from app.gestion.candidatures.version_de_plus import VersionDepassee, derniere_version, rejuger_et_figer
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.referentiel.reglements import ReglementPublie
from app.regles.calendrier import session_est_close
from app.regles.dispenses import droits_a_decider
from app.regles.dossier import DecisionDispense, Dossier
from app.regles.droit import Droit
from app.regles.reperes import codes_affiches
from app.regles.vocabulaire import EtatCandidature


@dataclass(frozen=True, slots=True)
class Verdict:
    est_accordee: bool
    motif: str = ""


def decision(dossier: Dossier, droit: Droit, *, est_accordee: bool) -> DecisionDispense:
    return DecisionDispense(
        dossier.brouillon.specialite or "",
        droit.code_acquis,
        droit.repere,
        droit.annee,
        droit.academie,
        droit.note,
        est_accordee,
    )


def decider(
    db: Session,
    candidature_id: str,
    verdicts: Mapping[int, Verdict],
    *,
    lue: int,
    par: ReglementPublie,
    lettre: Message | None,
    academies: Collection[str],
    agent_id: str,
    maintenant: datetime,
) -> None:
    """`verdicts` : rang du droit parmi ceux que la page a montrés → ce qui en est décidé. `lettre` : nulle si aucune
    position ne change. Tout ou rien ; `VersionDepassee` si le dossier n'est plus celui que l'agent a lu."""
    ligne = candidature_a_portee(db, candidature_id, academies)
    if ligne is None or ligne.etat is not EtatCandidature.INSCRIT or not verdicts:
        raise VersionDepassee
    service = db.get_one(PeriodeInscription, ligne.periode_id)
    if session_est_close(db.get_one(SessionExamen, service.session_examen_id).annee, maintenant):
        raise VersionDepassee
    dossier = dossier_de_version(db, ligne, derniere_version(db, ligne, lue=lue), par.reglement)
    droits = droits_a_decider(dossier)
    codes = codes_affiches(par.reglement, dossier.specialite) if dossier.specialite else {}
    for rang, verdict in verdicts.items():
        if rang >= len(droits):
            raise VersionDepassee
        rendue = decision(dossier, droits[rang], est_accordee=verdict.est_accordee)
        rendre(db, ligne.id, rendue, motif=verdict.motif, agent_id=agent_id, maintenant=maintenant)
    rejuger_et_figer(
        db,
        ligne,
        lue=lue,
        par=par,
        agent_id=agent_id,
        nature="dispense_decidee",
        motif=" ; ".join(_dit(codes[droits[rang].repere], verdict) for rang, verdict in verdicts.items()),
        maintenant=maintenant,
    )
    for rang, verdict in verdicts.items():
        nature = "confirmer_une_dispense" if verdict.est_accordee else "refuser_une_dispense"
        detail = f"{droits[rang].code_acquis} {droits[rang].repere}"
        consigner_un_acte(db, ligne.id, nature, agent_id=agent_id, detail=detail, maintenant=maintenant)
    if lettre:
        ecrire_au_candidat(db, ligne, lettre, "dispense", maintenant=maintenant)


def decisions_rendues(db: Session, candidature_id: str) -> dict[DecisionDispense, DecisionRendue]:
    """Celles qui valent, d'un dossier déjà lu dans la portée de l'agent."""
    lignes = db.scalars(
        select(DecisionRendue).where(
            DecisionRendue.candidature_id == candidature_id, DecisionRendue.remplacee_le.is_(None)
        )
    )
    return {ligne.valeur: ligne for ligne in lignes}


def _dit(code: str, verdict: Verdict) -> str:
    """« EG4 confirmée », « EP3 refusée, motif » : ce que le candidat lit dans son histoire."""
    fin = "confirmée" if verdict.est_accordee else "refusée"
    return f"{code} {fin}{f', {verdict.motif}' if verdict.motif else ''}"
