"""Notes gardées d'une session antérieure (D. 337-17 ; arrêté du 10 mai 2017).

Aucun seuil : une note de 4 se garde. Cinq ans, note par note et session par session, à la demande. La note
reportée est celle que le candidat déclare : le portail n'applique pas les tables de correspondance d'une
spécialité rénovée.
"""

from collections.abc import Iterator

from app.regles.acquis import reperes_a_dire, reperes_presentes
from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.droit import Droit, RefusDeDroit, preuves
from app.regles.eligibilite import textes
from app.regles.motifs import motif_de_report, note_ecrite, textes_de_l_acquis, textes_du_droit
from app.regles.referentiel import Acquis, Texte
from app.regles.reperes import LANGUE
from app.regles.vocabulaire import PlaceLangue, PositionEpreuve

NOTE_MAX = 20


def examiner_notes(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Iterator[Droit | RefusDeDroit]:
    for repere, note in declare.notes.items():
        if not 0 <= note <= NOTE_MAX:
            continue
        if repere in reperes_a_dire(dossier, acquis):
            yield _examiner(dossier, acquis, declare, repere, note)
        elif repere in dossier.reglement.matieres or repere in reperes_presentes(dossier):
            motif, lus = _hors_portee(dossier, acquis, repere)
            yield RefusDeDroit(repere, acquis.code, f"Reste à passer : {motif}", lus)


def _hors_portee(dossier: Dossier, acquis: Acquis, repere: str) -> tuple[str, tuple[Texte, ...]]:
    lus = textes_de_l_acquis(dossier, acquis)
    if repere not in dossier.reglement.matieres:
        return "d’une spécialité à l’autre, seules les notes des épreuves générales se gardent.", lus
    if acquis.matieres and repere not in acquis.matieres:
        return "la note de cette épreuve ne se garde pas avec cet acquis.", lus
    return "cette épreuve n’est pas une épreuve obligatoire de la spécialité que vous présentez.", ()


def _examiner(
    dossier: Dossier, acquis: Acquis, declare: AcquisDeclare, repere: str, note: float
) -> Droit | RefusDeDroit:
    annee = declare.annees_notes.get(repere, declare.annee)
    obstacle = _obstacle(dossier, declare, repere, note, annee)
    if obstacle or annee is None:
        return RefusDeDroit(repere, acquis.code, f"Reste à passer : {obstacle}", textes_de_l_acquis(dossier, acquis))
    derniere_session = annee + dossier.reglement.regles_acquis.duree_report
    preuve = acquis.preuves.get(repere)
    est_certain = preuve.est_certaine if preuve else acquis.est_verifie
    return Droit(
        repere=repere,
        code_acquis=acquis.code,
        position=PositionEpreuve.BENEFICE,
        est_certain=est_certain,
        est_demande=repere not in declare.repasse,
        motif=motif_de_report(
            dossier, declare, note=note, annee=annee, derniere_session=derniere_session, est_certain=est_certain
        ),
        textes=textes_du_droit(dossier, acquis, repere) or textes(dossier, "REPORT_CHOIX"),
        pieces=preuves(dossier, acquis),
        note=note,
        annee=annee,
        academie=declare.academie,
        derniere_session=derniere_session,
    )


def _obstacle(dossier: Dossier, declare: AcquisDeclare, repere: str, note: float, annee: int | None) -> str:
    """Vide si la note se garde à cette session."""
    duree = dossier.reglement.regles_acquis.duree_report
    if annee is None:
        return "renseignez la session de la note."
    if annee > dossier.contexte.date_inscription.year:
        return "une note ne se garde qu’une fois obtenue : vérifiez la session."
    if annee + duree < dossier.contexte.annee:
        return f"la note de {annee} ({note_ecrite(note)} sur 20) ne servait que jusqu’à la session {annee + duree}."
    if repere == LANGUE and _langue_absente_de(dossier, declare):
        return "la spécialité que vous aviez présentée ne comporte pas d’épreuve obligatoire de langue vivante."
    return ""


def _langue_absente_de(dossier: Dossier, declare: AcquisDeclare) -> bool:
    """La langue doit figurer dans les deux spécialités (arrêté du 10 mai 2017, article 1er). On ne l'oppose au
    candidat que si l'autre spécialité est connue et sa place de langue vérifiée."""
    autre = dossier.reglement.specialites.get(declare.specialite or "")
    return (
        autre is not None and autre.langue_vivante_est_verifiee and autre.langue_vivante is not PlaceLangue.OBLIGATOIRE
    )
