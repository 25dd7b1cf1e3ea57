"""Onglets 3 et 5 : la qualification présentée, puis les choix d'épreuves qui en découlent."""

from collections.abc import Iterator

from app.regles.anomalie import Anomalie
from app.regles.choix_epreuves import (
    ChoixEpreuves,
    choix_a_faire,
    langue_choisie,
    langue_facultative_choisie,
)
from app.regles.dossier import Dossier
from app.regles.eligibilite import motif_de_fermeture, specialites_proposees
from app.regles.forme_passage import derogation_demandee, derogation_possible, formes_permises
from app.regles.referentiel import ChoixSpecialite
from app.regles.vocabulaire import PositionEpreuve


def anomalies_qualification(dossier: Dossier) -> Iterator[Anomalie]:
    yield from _specialite(dossier)
    for choix in dossier.specialite.choix if dossier.specialite else ():
        if _manque(dossier, choix):
            yield _qualification(f"choix-{choix.code}", f"Renseignez votre réponse à « {choix.libelle} ».")
    permises = formes_permises(dossier)
    if permises and dossier.brouillon.forme_passage not in permises:
        yield _qualification("forme_passage", "Renseignez la forme de passage.")
    if derogation_possible(dossier) and dossier.brouillon.derogation is None:
        yield _qualification("derogation", "Renseignez si vous demandez une dérogation à la forme de passage.")
    if derogation_demandee(dossier) and dossier.brouillon.motif_derogation not in dossier.reglement.derogations:
        yield _qualification("motif_derogation", "Renseignez le motif de la dérogation.")


def _specialite(dossier: Dossier) -> Iterator[Anomalie]:
    code = dossier.brouillon.specialite
    if dossier.specialite is not None:
        motif = motif_de_fermeture(dossier, dossier.specialite)
        if motif:
            yield _qualification("specialite", f"Renseignez une autre spécialité. {motif}")
        return
    motifs = (f" {s.motif}" for s in specialites_proposees(dossier) if s.code == code)
    motif = next(motifs, "")
    yield _qualification("specialite", f"Renseignez une autre spécialité.{motif}" if motif else _SPECIALITE)


_SPECIALITE = "Renseignez votre spécialité."


def _manque(dossier: Dossier, choix: ChoixSpecialite) -> bool:
    reponse = dossier.brouillon.choix.get(choix.code)
    return choix.est_obligatoire and reponse not in {valeur.code for valeur in choix.valeurs}


def _qualification(champ: str, message: str) -> Anomalie:
    return Anomalie("qualification", champ, message)


def anomalies_epreuves(dossier: Dossier) -> Iterator[Anomalie]:
    brouillon, a_faire = dossier.brouillon, choix_a_faire(dossier)
    for code, _, options in a_faire.options:
        if brouillon.options.get(code) not in {option.code for option in options}:
            yield _epreuves(f"option-{code}", f"Renseignez l’option de {code}.")
    if a_faire.langues and langue_choisie(dossier) is None:
        yield _epreuves("langue", "Renseignez la langue vivante.")
    if a_faire.eps and brouillon.eps not in (PositionEpreuve.INSCRIT, PositionEpreuve.DISPENSE):
        yield _epreuves("eps", "Renseignez si vous passez l’EPS.")
    if a_faire.activites and brouillon.activite_eps not in {activite.code for activite in a_faire.activites}:
        yield _epreuves("activite_eps", "Renseignez l’épreuve d’EPS.")
    if a_faire.progressive and not {e.repere for e in a_faire.progressive} & set(brouillon.epreuves_presentees or ()):
        yield _epreuves("epreuves_presentees", "Renseignez au moins une épreuve à présenter à cette session.")
    yield from _facultatives(dossier, a_faire)


def _facultatives(dossier: Dossier, a_faire: ChoixEpreuves) -> Iterator[Anomalie]:
    proposees = {facultative.cle: facultative for facultative in a_faire.facultatives}
    choisies = [proposees[cle] for cle in dict.fromkeys(dossier.brouillon.facultatives) if cle in proposees]
    maximum = dossier.reglement.facultatives_maximum
    if len(choisies) > maximum:
        yield _epreuves("facultatives", f"Renseignez {maximum} épreuves facultatives au plus.")
    if any(choisie.se_choisit_en_langue for choisie in choisies) and langue_facultative_choisie(dossier) is None:
        message = "Renseignez la langue de l’épreuve facultative, différente de la langue obligatoire."
        yield _epreuves("langue_facultative", message)


def _epreuves(champ: str, message: str) -> Anomalie:
    return Anomalie("epreuves", champ, message)
