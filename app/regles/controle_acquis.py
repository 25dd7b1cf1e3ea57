"""Onglet 4 : ce qu'un acquis déclaré demande de dire. N'avoir rien à déclarer n'est jamais une anomalie."""

from collections.abc import Iterator

from app.regles.acquis import acquis_declares, acquis_proposes, familles_proposees, reperes_a_dire
from app.regles.anomalie import Anomalie
from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.referentiel import Acquis
from app.regles.report_notes import NOTE_MAX
from app.regles.vocabulaire import EffetAcquis


def anomalies_acquis(dossier: Dossier) -> Iterator[Anomalie]:
    declares = acquis_declares(dossier)
    for famille in familles_proposees(dossier):
        cochee = famille.code in dossier.brouillon.familles
        if cochee and not any(acquis.famille == famille.code for acquis, _ in declares):
            seul = len(acquis_proposes(dossier, famille.code)) == 1
            champ = "familles" if seul else f"titres-{famille.code}"
            yield _acquis(champ, f"Renseignez votre titre, ou décochez « {famille.libelle} ».")
    for acquis, declare in declares:
        yield from _declare(dossier, acquis, declare)


def _declare(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Iterator[Anomalie]:
    code = acquis.code
    quand = "l’année d’obtention" if acquis.effet is EffetAcquis.DISPENSE else "l’année de la session"
    if "annee" in acquis.demande and not _annee_possible(dossier, declare.annee):
        yield _acquis(f"annee-{code}", f"Renseignez {quand}, {_bornes(dossier)}.")
    if "academie" in acquis.demande and not declare.academie:
        yield _acquis(f"academie-{code}", "Renseignez l’académie.")
    if "specialite" in acquis.demande and not declare.specialite:
        yield _acquis(f"specialite-{code}", "Renseignez la spécialité présentée alors.")
    if "notes" in acquis.demande:
        yield from _notes(dossier, acquis, declare)


def _notes(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Iterator[Anomalie]:
    for repere in reperes_a_dire(dossier, acquis):
        note, annee = declare.notes.get(repere), declare.annees_notes.get(repere)
        if note is not None and not 0 <= note <= NOTE_MAX:
            yield _acquis(f"note-{acquis.code}-{repere}", f"Renseignez une note de 0 à {NOTE_MAX}.")
        if note is not None and annee is not None and not _annee_possible(dossier, annee):
            message = f"Renseignez la session de cette note, {_bornes(dossier)}."
            yield _acquis(f"annee_note-{acquis.code}-{repere}", message)


def _annee_possible(dossier: Dossier, annee: int | None) -> bool:
    """Ni avant d'être né, ni après le jour où l'on s'inscrit."""
    premiere, derniere = dossier.identite.date_naissance.year, dossier.contexte.date_inscription.year
    return annee is not None and premiere <= annee <= derniere


def _bornes(dossier: Dossier) -> str:
    return f"{dossier.contexte.date_inscription.year} au plus tard"


def _acquis(champ: str, message: str) -> Anomalie:
    return Anomalie("acquis", champ, message)
