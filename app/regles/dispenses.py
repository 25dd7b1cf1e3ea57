"""Des acquis déclarés aux épreuves dispensées ou dont la note est gardée, chacune avec sa raison.

Tout droit est « à la demande » (D. 337-17, D. 337-18) : il se décoche. Plusieurs acquis s'additionnent.
Ce qu'aucun texte lu n'accorde reste à passer, et on le dit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.regles.acquis import (
    acquis_coches,
    acquis_declares,
    acquis_proposes,
    conditions_proposees,
    est_de_la_session,
    est_recevable,
    familles_proposees,
    reperes_a_dire,
    reperes_ouverts,
    reperes_presentes,
)
from app.regles.decisions import decision_sur, trancher
from app.regles.dossier import AcquisDeclare, Dossier, une_fois
from app.regles.droit import Droit, RefusDeDroit
from app.regles.motifs import textes_de_l_acquis
from app.regles.referentiel import Acquis, Texte
from app.regles.report_notes import examiner_notes
from app.regles.titres import examiner_titre
from app.regles.vocabulaire import EffetAcquis, PositionEpreuve

__all__ = [
    "Droit",
    "RefusDeDroit",
    "acquis_proposes",
    "conditions_proposees",
    "droits",
    "droits_a_decider",
    "droits_de",
    "droits_en_attente",
    "droits_retenus",
    "familles_proposees",
    "refus_de_droit",
    "refus_decides",
    "reperes_a_dire",
    "reperes_ouverts",
]


@une_fois
def droits(dossier: Dossier) -> tuple[Droit, ...]:
    """Tous les droits, décochés compris, dans l'ordre des épreuves et non des acquis."""
    rangs = {repere: rang for rang, repere in enumerate(reperes_presentes(dossier))}
    tous = (droit for acquis, declare in acquis_declares(dossier) for droit in _droits(dossier, acquis, declare))
    return tuple(sorted(tous, key=lambda droit: (rangs[droit.repere], *_preference(droit), droit.est_demande)))


def droits_de(dossier: Dossier, declare: AcquisDeclare) -> tuple[Droit, ...]:
    """Les cases d'un acquis : « Vous serez dispensé de passer les épreuves suivantes… »"""
    acquis = dossier.reglement.acquis.get(declare.code)
    if acquis is None or not est_recevable(dossier, acquis):
        return ()
    rangs = {repere: rang for rang, repere in enumerate(reperes_presentes(dossier))}
    return tuple(sorted(_droits(dossier, acquis, declare), key=lambda droit: rangs[droit.repere]))


@une_fois
def droits_retenus(dossier: Dossier) -> Mapping[str, Droit]:
    """Le droit qui fait la position de chaque épreuve : un droit certain d'abord, puis une dispense plutôt
    qu'une note gardée, puis la dernière note (D. 337-17, 2e alinéa)."""
    retenus: dict[str, Droit] = {}
    for droit in sorted(droits(dossier), key=_preference):
        if droit.est_demande:
            retenus[droit.repere] = droit
    return retenus


def droits_a_decider(dossier: Dossier) -> tuple[Droit, ...]:
    """Ceux que le candidat demande et que le règlement ne fonde pas à lui seul, déjà décidés ou non. Une épreuve
    qu'un droit certain couvre n'attend rien."""
    sans_decision = replace(dossier, contexte=replace(dossier.contexte, decisions=()))
    demandes = [droit for droit in droits(sans_decision) if droit.est_demande]
    couvertes = {droit.repere for droit in demandes if droit.est_certain}
    return tuple(droit for droit in demandes if droit.repere not in couvertes)


def droits_en_attente(dossier: Dossier) -> tuple[Droit, ...]:
    """Deux droits sur la même épreuve : l'un confirmé, l'autre n'attend plus."""
    couvertes = {repere for repere, droit in droits_retenus(dossier).items() if droit.est_certain}
    return tuple(
        droit
        for droit in droits_a_decider(dossier)
        if droit.repere not in couvertes and decision_sur(dossier, droit) is None
    )


def refus_decides(dossier: Dossier) -> dict[str, RefusDeDroit]:
    """Repère → ce que le service a refusé, et qu'aucun autre droit ne couvre."""
    if not dossier.contexte.decisions:
        return {}
    return {refus.repere: refus for refus in refus_de_droit(dossier) if refus.est_decide and refus.repere}


def _preference(droit: Droit) -> tuple[bool, bool, int, float, str, str]:
    return (
        droit.est_certain,
        droit.position is PositionEpreuve.DISPENSE,
        droit.annee or 0,
        -1 if droit.note is None else droit.note,
        droit.code_acquis,
        droit.academie or "",
    )


def refus_de_droit(dossier: Dossier) -> tuple[RefusDeDroit, ...]:
    """Ce qui reste à passer malgré les acquis déclarés, avec la raison."""
    refuses: list[RefusDeDroit] = []
    for acquis, declare in acquis_coches(dossier):
        if est_recevable(dossier, acquis):
            examen = _examiner(dossier, acquis, declare)
            refuses += (issue for issue in examen if isinstance(issue, RefusDeDroit))
        elif dossier.specialite is not None:
            refuses.append(RefusDeDroit(None, acquis.code, *_irrecevable(dossier, acquis)))
    couverts = droits_retenus(dossier)
    return tuple(issue for issue in refuses if issue.repere not in couverts)


def _irrecevable(dossier: Dossier, acquis: Acquis) -> tuple[str, tuple[Texte, ...]]:
    if est_de_la_session(dossier, acquis):
        return "Cet acquis ne dispense d’aucune épreuve de la spécialité que vous présentez.", ()
    lus = textes_de_l_acquis(dossier, acquis)
    if acquis.jusqu_a is not None and dossier.contexte.annee > acquis.jusqu_a:
        return f"Cet acquis ne se déclare plus : il servait jusqu’à la session {acquis.jusqu_a}.", lus
    return f"Cet acquis ne se déclare qu’à partir de la session {acquis.depuis}.", lus


def _droits(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Iterator[Droit]:
    return (issue for issue in _examiner(dossier, acquis, declare) if isinstance(issue, Droit))


def _examiner(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Iterator[Droit | RefusDeDroit]:
    examiner = examiner_notes if acquis.effet is EffetAcquis.REPORT_NOTES else examiner_titre
    return (trancher(dossier, issue) for issue in examiner(dossier, acquis, declare))
