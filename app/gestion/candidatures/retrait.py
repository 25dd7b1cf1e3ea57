"""Retirer une dérogation accordée : ce qu'elle portait tombe avec elle, et le candidat le sait.

Une seconde candidature commencée grâce à elle est écartée ; la forme progressive redevient globale, par une version
de plus de ce qui est enregistré.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.derogations import Derogation, NatureDerogation
from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.valeurs import Message
from app.gestion.candidatures.courrier import ecrire_au_candidat
from app.gestion.candidatures.dossier import candidature_a_portee
from app.gestion.candidatures.ecart import Ecart, MotifEcart, ecarter
from app.gestion.candidatures.registre import consigner_un_acte
from app.gestion.candidatures.version_de_plus import VersionDepassee, rejuger_et_figer
from app.referentiel.models import Academie, PeriodeInscription
from app.referentiel.reglements import ReglementPublie
from app.regles.vocabulaire import EtatCandidature


class DejaRetiree(Exception):  # noqa: N818 — un refus de la règle, pas une panne
    """Retirée, ou employée autrement que ne le disait la page."""


@dataclass(frozen=True, slots=True)
class Portee:
    """Ce qui repose aujourd'hui sur une dérogation."""

    derogation_id: str
    nature: NatureDerogation
    accordee_le: datetime
    motif: str
    seconde: str
    """la seconde candidature en cours, commencée grâce à elle ; vide sinon"""
    seconde_etat: EtatCandidature | None
    seconde_numero: str
    seconde_academie: str
    est_a_portee: bool
    """faux : la seconde candidature est d'une académie qui n'est pas celle de l'agent"""

    @property
    def marque(self) -> str:
        """Ce que la page a montré : l'acte ne se fait que si rien n'a changé."""
        return f"{self.seconde}:{self.seconde_etat or ''}"


def portee(db: Session, candidature_id: str, derogation_id: str, academies: Collection[str]) -> Portee | None:
    """Nul si elle est retirée, inconnue, ou d'un candidat hors de portée."""
    ligne = candidature_a_portee(db, candidature_id, academies)
    derogation = db.get(Derogation, derogation_id)
    if ligne is None or derogation is None or derogation.retiree_le is not None:
        return None
    if (derogation.compte_id, derogation.session_examen_id) != (ligne.compte_id, ligne.session_examen_id):
        return None
    if derogation.nature is NatureDerogation.FORME_PASSAGE and derogation.candidature_id != ligne.id:
        return None
    seconde = db.execute(
        select(Candidature.id, Candidature.etat, Candidature.numero_inscription, Academie.nom, Academie.code)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
        .where(Candidature.derogation_specialite == derogation.id, Candidature.etat.in_(EN_COURS_ETATS))
    ).one_or_none()
    return Portee(
        derogation.id,
        derogation.nature,
        derogation.accordee_le,
        derogation.motif,
        seconde.id if seconde else "",
        seconde.etat if seconde else None,
        (seconde.numero_inscription or "") if seconde else "",
        seconde.nom if seconde else "",
        est_a_portee=seconde is None or seconde.code in academies,
    )


def retirer(
    db: Session,
    candidature_id: str,
    derogation_id: str,
    motif: str,
    *,
    marque: str,
    lue: int,
    par: ReglementPublie | None,
    courrier: Message,
    academies: Collection[str],
    agent_id: str,
    maintenant: datetime,
) -> None:
    """`lue` : la version que la page a montrée, 0 si rien n'est enregistré ; `par` : son règlement. Tout ou rien :
    `DejaRetiree` ou `VersionDepassee` si le dossier n'est plus celui que l'agent a lu."""
    vue = portee(db, candidature_id, derogation_id, academies)
    ligne = candidature_a_portee(db, candidature_id, academies)
    if vue is None or ligne is None or not vue.est_a_portee or vue.marque != marque:
        raise DejaRetiree
    if ligne.version != lue:
        raise VersionDepassee
    db.execute(
        update(Derogation)
        .where(Derogation.id == derogation_id)
        .values(retiree_le=maintenant, retiree_par=agent_id, motif_retrait=motif)
        .execution_options(synchronize_session=False)
    )
    if vue.nature is NatureDerogation.FORME_PASSAGE and ligne.etat is EtatCandidature.INSCRIT and par:
        rejuger_et_figer(
            db,
            ligne,
            lue=lue,
            par=par,
            agent_id=agent_id,
            nature="forme_rejugee",
            motif="la dérogation de forme est retirée",
            maintenant=maintenant,
        )
    noter(
        db,
        ligne.id,
        agent_id,
        "derogation_retiree",
        detail=f"{vue.nature.libelle}. {motif}",
        maintenant=maintenant,
    )
    consigner_un_acte(
        db, ligne.id, "retirer_une_derogation", agent_id=agent_id, detail=vue.nature.value, maintenant=maintenant
    )
    if vue.seconde and vue.seconde_etat:
        _ecarter_la_seconde(db, vue, motif, courrier, academies, agent_id, maintenant)
    else:
        ecrire_au_candidat(db, ligne, courrier, "derogation_retiree", maintenant=maintenant)


def _ecarter_la_seconde(
    db: Session,
    vue: Portee,
    motif: str,
    courrier: Message,
    academies: Collection[str],
    agent_id: str,
    maintenant: datetime,
) -> None:
    """Le même mail dit le retrait et l'écart."""
    ecart = Ecart(MotifEcart.DEROGATION, motif)
    fait = vue.seconde_etat is not None and ecarter(
        db,
        vue.seconde,
        ecart,
        attendu=vue.seconde_etat,
        academies=academies,
        agent_id=agent_id,
        courrier=courrier,
        maintenant=maintenant,
    )
    if not fait:
        raise DejaRetiree
