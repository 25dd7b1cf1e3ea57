"""Les actes sur une candidature : la commencer, garder un onglet, la supprimer tant qu'elle n'est qu'un brouillon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from app.candidatures.derogations import derogation_a_prendre, prendre
from app.candidatures.models import EN_COURS_ETATS, Candidature, Evenement
from app.referentiel.models import PeriodeInscription
from app.regles.calendrier import EtatService, Periode, etat
from app.regles.dossier import POSES_PAR_L_ETABLISSEMENT
from app.regles.vocabulaire import EtatCandidature


class ServiceFerme(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Rien ne s'enregistre avant l'ouverture, ni à l'instant de fermeture, ni après."""


class CandidatureAbsente(Exception):  # noqa: N818 — idem
    """N'existe pas, ou n'est pas à ce compte : la même réponse."""


class DejaCommencee(Exception):  # noqa: N818 — idem
    """Une spécialité de CAP par session (code de l'éducation, D. 337-21)."""

    def __init__(self, candidature_id: str) -> None:
        super().__init__(candidature_id)
        self.candidature_id = candidature_id


@dataclass(frozen=True, slots=True)
class OngletGarde:
    """Une réponse gardée, ou mise à côté parce qu'une autre page avait déjà changé l'onglet."""

    revision: int
    est_depassee: bool = False


def commencer(
    db: Session, compte_id: str, periode_id: str, *, brouillon: Mapping[str, Any], maintenant: datetime
) -> str:
    """Ouvre un brouillon dans un service ouvert. Rend l'id de la candidature."""
    periode = db.get(PeriodeInscription, periode_id)
    if periode is None:
        raise CandidatureAbsente
    exiger_ouverte(periode, maintenant)
    en_cours = db.scalar(
        select(Candidature.id).where(
            Candidature.compte_id == compte_id,
            Candidature.session_examen_id == periode.session_examen_id,
            Candidature.derogation_specialite == "",
            Candidature.etat.in_(EN_COURS_ETATS),
        )
    )
    derogation = derogation_a_prendre(db, compte_id, periode.session_examen_id) if en_cours else None
    if en_cours and derogation is None:
        raise DejaCommencee(en_cours)
    candidature = Candidature(
        compte_id=compte_id,
        periode_id=periode_id,
        session_examen_id=periode.session_examen_id,
        derogation_specialite=derogation.id if derogation else "",
        brouillon=dict(brouillon),
        cree_le=maintenant,
    )
    db.add(candidature)
    db.flush()
    if derogation:
        prendre(db, derogation.id, candidature.id)
    noter(db, candidature.id, compte_id, "commencee", maintenant=maintenant)
    return candidature.id


def garder(
    db: Session,
    compte_id: str,
    candidature_id: str,
    *,
    onglet: str,
    champs: tuple[str, ...],
    valeurs: Mapping[str, Any],
    saisies: Mapping[str, list[str]],
    brutes: Mapping[str, list[str]],
    est_vu: bool,
    page: str,
    revision: int,
    maintenant: datetime,
) -> OngletGarde:
    """Remplace dans le brouillon les seuls `champs` de cet onglet : deux onglets gardés ensemble ne se gênent pas.

    `valeurs` : réponses valables ; `saisies` : ce qui est tapé et n'est pas encore valable ; `brutes` : tout, tel
    que tapé. Une page dépassée par une autre ne remplace rien : ses réponses sont gardées à côté.
    """
    candidature = charger(db, compte_id, candidature_id)
    exiger_ouverte(db.get_one(PeriodeInscription, candidature.periode_id), maintenant)
    trace = candidature.traces.get(onglet, {"revision": 0, "page": ""})
    enregistrees = {champ: candidature.brouillon[champ] for champ in champs if champ in candidature.brouillon}
    if candidature.etablissement_uai:  # posés par l'établissement, peut-être à l'instant : la page n'y peut rien
        poses = POSES_PAR_L_ETABLISSEMENT & set(champs)
        libres = {champ: valeur for champ, valeur in valeurs.items() if champ not in poses}
        valeurs = libres | {champ: enregistrees[champ] for champ in poses if champ in enregistrees}
    if _est_depassee(trace, page, revision) and enregistrees != dict(valeurs):
        candidature.concurrences = candidature.concurrences | {
            onglet: {"brutes": dict(brutes), "le": maintenant.isoformat()}
        }
        return OngletGarde(trace["revision"], est_depassee=True)

    brouillon = {champ: valeur for champ, valeur in candidature.brouillon.items() if champ not in champs}
    brouillon |= dict(valeurs)
    brouillon["saisies"] = _sans_vide(brouillon.get("saisies", {}) | {onglet: dict(saisies)})
    if est_vu and onglet not in brouillon.get("vus", []):
        brouillon["vus"] = [*brouillon.get("vus", []), onglet]
    candidature.brouillon = brouillon
    candidature.garde_le = maintenant
    candidature.traces = candidature.traces | {onglet: {"revision": trace["revision"] + 1, "page": page}}
    candidature.concurrences = {o: c for o, c in candidature.concurrences.items() if o != onglet}
    return OngletGarde(trace["revision"] + 1)


def ecarter_concurrence(db: Session, compte_id: str, candidature_id: str, onglet: str) -> None:
    """Le candidat garde ce qui était déjà au brouillon : les réponses de la page dépassée sont abandonnées."""
    candidature = charger(db, compte_id, candidature_id)
    candidature.concurrences = {o: c for o, c in candidature.concurrences.items() if o != onglet}


def supprimer_brouillon(db: Session, compte_id: str, candidature_id: str) -> None:
    """Seul un brouillon jamais enregistré s'efface ; `CandidatureAbsente` sinon."""
    candidature = charger(db, compte_id, candidature_id)
    if candidature.etat is not EtatCandidature.BROUILLON or candidature.version:
        raise CandidatureAbsente
    db.execute(delete(Evenement).where(Evenement.candidature_id == candidature_id))
    db.delete(candidature)


def charger(db: Session, compte_id: str, candidature_id: str) -> Candidature:
    """La candidature de ce compte, ou `CandidatureAbsente`."""
    candidature = db.scalar(_LA_SIENNE, {"candidature": candidature_id, "compte": compte_id})
    if candidature is None:
        raise CandidatureAbsente
    return candidature


_LA_SIENNE = select(Candidature).where(
    Candidature.id == bindparam("candidature"), Candidature.compte_id == bindparam("compte")
)


def exiger_ouverte(periode: PeriodeInscription, maintenant: datetime) -> None:
    if etat(Periode(periode.ouvre_le, periode.ferme_le), maintenant) is not EtatService.OUVERT:
        raise ServiceFerme


def noter(
    db: Session, candidature_id: str, compte_id: str, nature: str, *, detail: str = "", maintenant: datetime
) -> None:
    """Un fait de plus dans l'histoire du dossier."""
    db.add(
        Evenement(
            candidature_id=candidature_id, compte_id=compte_id, nature=nature, detail=detail, survenu_le=maintenant
        )
    )


def _est_depassee(trace: Mapping[str, Any], page: str, revision: int) -> bool:
    """Une autre page a gardé cet onglet depuis que celle-ci l'a lu."""
    return revision < int(trace["revision"]) and page != str(trace["page"])


def _sans_vide(saisies: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Any]:
    return {onglet: dict(champs) for onglet, champs in saisies.items() if champs}
