"""Ce qui se déclare à l'onglet 4 : familles, titres et notes qui existent à cette session pour cette spécialité."""

from app.regles.dossier import AcquisDeclare, Dossier, une_fois
from app.regles.referentiel import Acquis, FamilleAcquis
from app.regles.reperes import generales, professionnelles, reperes
from app.regles.vocabulaire import EffetAcquis, Portee


def familles_proposees(dossier: Dossier) -> tuple[FamilleAcquis, ...]:
    """Celles dont un acquis au moins peut servir."""
    return tuple(famille for famille in dossier.reglement.familles.values() if acquis_proposes(dossier, famille.code))


def acquis_proposes(dossier: Dossier, famille: str) -> tuple[Acquis, ...]:
    """Un titre qui n'ouvre rien dans la spécialité présentée ne se propose pas."""
    return tuple(
        acquis
        for acquis in dossier.reglement.acquis.values()
        if acquis.famille == famille and est_recevable(dossier, acquis)
    )


def est_recevable(dossier: Dossier, acquis: Acquis) -> bool:
    return est_de_la_session(dossier, acquis) and bool(reperes_ouverts(dossier, acquis))


def est_de_la_session(dossier: Dossier, acquis: Acquis) -> bool:
    annee = dossier.contexte.annee
    return (acquis.depuis or annee) <= annee <= (acquis.jusqu_a or annee)


def reperes_ouverts(dossier: Dossier, acquis: Acquis) -> tuple[str, ...]:
    """Épreuves de la spécialité que cet acquis peut couvrir, d'office, sous condition ou sur déclaration."""
    regles = (regle for regle in acquis.regles if regle.specialite == dossier.brouillon.specialite)
    ouverts = {
        *acquis.matieres,
        *acquis.matieres_sous_condition,
        *(repere for regle in regles for repere in regle.epreuves),
        *reperes_a_dire(dossier, acquis),
    }
    return tuple(repere for repere in reperes_presentes(dossier) if repere in ouverts)


@une_fois
def reperes_presentes(dossier: Dossier) -> tuple[str, ...]:
    """Vide tant que la spécialité n'est pas choisie."""
    return reperes(dossier.reglement, dossier.specialite) if dossier.specialite else ()


def reperes_a_dire(dossier: Dossier, acquis: Acquis) -> tuple[str, ...]:
    """Épreuves à cocher, ou dont la note se saisit, quand l'acquis ne dit pas lui-même ce qu'il couvre."""
    specialite = dossier.specialite
    if specialite is None or not {"notes", "epreuves"} & set(acquis.demande):
        return ()
    match acquis.portee:
        case Portee.GENERALES:
            toutes = generales(dossier.reglement, specialite)
            return tuple(repere for repere in toutes if not acquis.matieres or repere in acquis.matieres)
        case Portee.PROFESSIONNELLES:
            return professionnelles(specialite)
        case _:
            return reperes_presentes(dossier)


def conditions_proposees(dossier: Dossier, acquis: Acquis) -> tuple[str, ...]:
    """Matières que le titre dispense si le candidat dit remplir la condition (épreuve de langue au titre…)."""
    ouverts = reperes_ouverts(dossier, acquis)
    return tuple(matiere for matiere in acquis.matieres_sous_condition if matiere in ouverts)


@une_fois
def acquis_declares(dossier: Dossier) -> tuple[tuple[Acquis, AcquisDeclare], ...]:
    """Les acquis qui comptent : connus, de la session, utiles à la spécialité, et dont la famille est cochée."""
    return tuple((acquis, declare) for acquis, declare in acquis_coches(dossier) if est_recevable(dossier, acquis))


def acquis_coches(dossier: Dossier) -> tuple[tuple[Acquis, AcquisDeclare], ...]:
    """Une famille ou un titre décoché met l'acquis de côté sans l'effacer."""
    connus = dossier.reglement.acquis
    return tuple(
        (connus[declare.code], declare)
        for declare in dossier.brouillon.acquis
        if declare.est_coche and declare.code in connus and connus[declare.code].famille in dossier.brouillon.familles
    )


def est_attestation_de_ce_cap(acquis: Acquis) -> bool:
    """Attestation de blocs de la spécialité présentée (D. 337-18, 3e alinéa)."""
    return acquis.famille == "MEME_CAP" and acquis.effet is EffetAcquis.DISPENSE
