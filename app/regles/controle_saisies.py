"""Ce qui a été tapé sans être lisible : gardé tel quel au brouillon, à corriger avant d'enregistrer.

Une valeur dont la question ne se pose plus (titre décoché, langue dispensée) ne bloque rien : le candidat ne la
verrait nulle part.
"""

from collections.abc import Callable, Iterator, Mapping

from app.regles.acquis import acquis_declares
from app.regles.anomalie import Anomalie
from app.regles.choix_epreuves import choix_a_faire
from app.regles.dossier import Dossier
from app.regles.forme_passage import derogation_demandee, derogation_possible


def anomalies_saisies(dossier: Dossier) -> Iterator[Anomalie]:
    for onglet, saisies in dossier.brouillon.saisies.items():
        if onglet not in _EST_POSEE:
            continue
        for champ, valeurs in saisies.items():
            tape = next((valeur for valeur in valeurs if valeur.strip()), "")
            if tape and _EST_POSEE[onglet](dossier, champ):
                yield Anomalie(onglet, champ, f"Corrigez « {tape} » : cette valeur n’a pas pu être lue.")


def _toujours(dossier: Dossier, champ: str) -> bool:
    return True


def _dans_qualification(dossier: Dossier, champ: str) -> bool:
    attribut, _, code = champ.partition("-")
    if attribut == "choix":
        return dossier.specialite is not None and any(choix.code == code for choix in dossier.specialite.choix)
    if attribut == "derogation":
        return derogation_possible(dossier)
    return attribut != "motif_derogation" or derogation_demandee(dossier)


def _dans_acquis(dossier: Dossier, champ: str) -> bool:
    attribut, _, reste = champ.partition("-")
    if attribut in ("familles", "titres"):
        return True
    return reste.partition("-")[0] in {acquis.code for acquis, _ in acquis_declares(dossier)}


def _dans_epreuves(dossier: Dossier, champ: str) -> bool:
    a_faire = choix_a_faire(dossier)
    attribut, _, code = champ.partition("-")
    posees = {
        "option": any(code == choix.code for choix in a_faire.options),
        "langue": bool(a_faire.langues),
        "eps": a_faire.eps,
        "activite_eps": bool(a_faire.activites),
        "epreuves_presentees": bool(a_faire.progressive),
        "facultatives": bool(a_faire.facultatives),
        "langue_facultative": bool(a_faire.langues_facultatives) and "LV" in dossier.brouillon.facultatives,
    }
    return posees.get(attribut, False)


_EST_POSEE: Mapping[str, Callable[[Dossier, str], bool]] = {
    "identification": _toujours,
    "informations": _toujours,
    "qualification": _dans_qualification,
    "acquis": _dans_acquis,
    "epreuves": _dans_epreuves,
}
