"""Épreuves dispensées par un titre, la VAE ou une attestation de blocs (D. 337-18 ; arrêté du 23 juin 2014)."""

from collections.abc import Iterator

from app.regles.acquis import est_attestation_de_ce_cap, reperes_a_dire, reperes_presentes
from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.droit import Droit, RefusDeDroit, preuves
from app.regles.eligibilite import textes
from app.regles.motifs import motif_de_dispense, note_ecrite, textes_de_l_acquis, textes_du_droit
from app.regles.referentiel import Acquis
from app.regles.reperes import LANGUE
from app.regles.vocabulaire import PositionEpreuve

Examen = Iterator[Droit | RefusDeDroit]


def examiner_titre(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Examen:
    if declare.annee is not None and declare.annee > dossier.contexte.date_inscription.year:
        yield RefusDeDroit(None, acquis.code, "Un titre ne compte qu’une fois obtenu : vérifiez l’année.", ())
        return
    yield from _examiner_matieres(dossier, acquis, declare)
    yield from _examiner_regles(dossier, acquis, declare)
    yield from _examiner_epreuves(dossier, acquis, declare)


def _examiner_matieres(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Examen:
    for matiere in reperes_presentes(dossier):
        preuve = acquis.preuves.get(matiere)
        sous_condition = matiere in acquis.matieres_sous_condition
        if sous_condition and matiere not in declare.matieres_justifiees:
            yield _condition_non_remplie(dossier, acquis, matiere)
        elif sous_condition or matiere in acquis.matieres:
            est_certain = preuve.est_certaine if preuve else acquis.est_verifie
            yield _droit(dossier, acquis, declare, matiere, est_certain=est_certain)
        elif matiere in acquis.matieres_incertaines:
            motif = (
                "Reste à passer : aucun texte lu ne dit si votre titre en dispense. "
                "Le service des examens peut en décider autrement."
            )
            lus = textes(dossier, "DISPENSE_PSE") if matiere == "PSE" else ()
            yield RefusDeDroit(matiere, acquis.code, motif, lus)


def _condition_non_remplie(dossier: Dossier, acquis: Acquis, matiere: str) -> RefusDeDroit:
    if matiere == LANGUE:
        motif = "votre titre doit comporter une épreuve dans une langue autre que le français."
        return RefusDeDroit(LANGUE, acquis.code, f"Reste à passer : {motif}", textes(dossier, "DISPENSE_LANGUE"))
    motif = "votre titre doit comporter une épreuve passée en français, ou vous devez justifier du niveau A2."
    return RefusDeDroit(matiere, acquis.code, f"Reste à passer : {motif}", textes(dossier, "DISPENSE_EUROPE"))


def _examiner_regles(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Examen:
    """Épreuves professionnelles qu'un titre dispense dans cette seule spécialité."""
    for regle in acquis.regles:
        for repere in reperes_presentes(dossier):
            if regle.specialite == dossier.brouillon.specialite and repere in regle.epreuves:
                yield _droit(dossier, acquis, declare, repere, est_certain=regle.est_verifiee)


def _examiner_epreuves(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> Examen:
    """Épreuves que le candidat coche lui-même (VAE, attestation de blocs). Ne rien cocher se peut : l'unité validée
    a pu disparaître du règlement d'examen (D. 337-18, 4e alinéa)."""
    a_dire = reperes_a_dire(dossier, acquis)
    if a_dire and not set(a_dire) & set(declare.epreuves):
        motif = "Vous n’avez coché aucune épreuve : cet acquis ne dispense de rien pour l’instant."
        yield RefusDeDroit(None, acquis.code, motif, textes_de_l_acquis(dossier, acquis))
    for repere in a_dire:
        if repere not in declare.epreuves:
            continue
        obstacle = _obstacle(dossier, acquis, declare, repere) if est_attestation_de_ce_cap(acquis) else ""
        if obstacle:
            yield RefusDeDroit(repere, acquis.code, f"Reste à passer : {obstacle}", textes_de_l_acquis(dossier, acquis))
        else:
            est_certain = acquis.est_verifie and not _attestation_trop_ancienne(dossier, acquis, declare)
            yield _droit(dossier, acquis, declare, repere, est_certain=est_certain)


def _obstacle(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare, repere: str) -> str:
    """D. 337-18, 3e alinéa : l'attestation prend le relais des notes, pour les unités notées 10 au moins."""
    regles = dossier.reglement.regles_acquis
    if declare.annee is None:
        return "renseignez l’année de l’attestation."
    if declare.annee + regles.duree_report >= dossier.contexte.annee:
        return (
            f"jusqu’à la session {declare.annee + regles.duree_report}, c’est votre note qui se garde. "
            "Déclarez-la avec « Ajourné à cette spécialité »."
        )
    note = declare.notes.get(repere, regles.note_minimale_attestation)
    if note < regles.note_minimale_attestation:
        minimum = note_ecrite(regles.note_minimale_attestation)
        return f"l’attestation ne porte que sur les épreuves notées {minimum} sur 20 au moins."
    return ""


def _attestation_trop_ancienne(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> bool:
    """Avant la session 2020 l'attestation n'allait qu'à la formation continue et à la VAE : au service de voir."""
    premiere = dossier.reglement.regles_acquis.premiere_session_attestation
    return est_attestation_de_ce_cap(acquis) and declare.annee is not None and declare.annee < premiere


def _droit(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare, repere: str, *, est_certain: bool) -> Droit:
    return Droit(
        repere=repere,
        code_acquis=acquis.code,
        position=PositionEpreuve.DISPENSE,
        est_certain=est_certain,
        est_demande=repere not in declare.repasse,
        motif=motif_de_dispense(dossier, acquis, declare, est_certain=est_certain),
        textes=textes_du_droit(dossier, acquis, repere),
        pieces=preuves(dossier, acquis),
        note=None,
        annee=declare.annee,
        academie=declare.academie,
        derniere_session=None,
    )
