"""Ce que le service des examens décide d'un droit que les textes lus ne suffisent pas à fonder.

Une décision vaut pour ce qui était déclaré : changer de titre, d'année ou de note rend le droit à confirmer. Un droit
devenu certain au référentiel n'attend plus de décision.
"""

from dataclasses import replace

from app.regles.dossier import DecisionDispense, Dossier
from app.regles.droit import Droit, RefusDeDroit
from app.regles.motifs import A_CONFIRMER, CONFIRME, motif_de_refus


def trancher(dossier: Dossier, issue: Droit | RefusDeDroit) -> Droit | RefusDeDroit:
    """Le droit tel que le service l'a confirmé, ou le refus qu'il en a fait ; tel quel si rien n'est décidé."""
    if isinstance(issue, RefusDeDroit) or issue.est_certain:
        return issue
    decision = decision_sur(dossier, issue)
    if decision is None:
        return issue
    if decision.est_accordee:
        return replace(issue, est_certain=True, motif=issue.motif.replace(A_CONFIRMER, CONFIRME))
    motif = motif_de_refus(issue.position)
    return RefusDeDroit(issue.repere, issue.code_acquis, motif, issue.textes, est_decide=True)


def decision_sur(dossier: Dossier, droit: Droit) -> DecisionDispense | None:
    """La dernière rendue."""
    memes = (decision for decision in reversed(dossier.contexte.decisions) if _porte_sur(decision, dossier, droit))
    return next(memes, None)


def _porte_sur(decision: DecisionDispense, dossier: Dossier, droit: Droit) -> bool:
    return (
        decision.specialite == (dossier.brouillon.specialite or "")
        and (decision.code_acquis, decision.repere) == (droit.code_acquis, droit.repere)
        and (decision.annee, decision.academie, decision.note) == (droit.annee, droit.academie, droit.note)
    )
