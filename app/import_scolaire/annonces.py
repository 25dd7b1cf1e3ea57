"""Ce que l'essai dit d'un nouvel élève avant qu'on confirme : il retrouve son compte, ou s'est inscrit seul."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.import_scolaire.anciens import anciens_comptes, redoublants
from app.import_scolaire.doublons import deja_inscrits_seuls, reconnaitre
from app.import_scolaire.eleve import COMPTE, DOUBLE, Eleve

SEUL = "une inscription individuelle existe à cette session, à ce nom et à cette date de naissance"


def annoter(
    db: Session, uai: str, periode_id: str, nouveaux: Sequence[tuple[Eleve, dict[str, Any]]]
) -> Mapping[str, int]:
    """Écrit l'annonce sur la ligne ; rend combien retrouvent leur compte, leurs notes, et combien sont à vérifier."""
    eleves = [eleve for eleve, _ in nouveaux]
    comptes = anciens_comptes(db, uai, periode_id, eleves)
    ajournes = redoublants(db, periode_id, list(comptes.values()))
    seuls = deja_inscrits_seuls(db, periode_id, eleves)
    nombres: Counter[str] = Counter()
    for eleve, ligne in nouveaux:
        compte_id = comptes.pop((eleve.ine, eleve.cle), None) if eleve.ine else None
        if compte_id is not None:
            ajourne = ajournes.get(compte_id)
            notes = ajourne.reprise(eleve.specialite)[1] if ajourne else 0
            nombres["retrouves"] += 1
            nombres["redoublants"] += ajourne is not None
            ligne["changements"] = [[COMPTE, "", _retrouve(notes)]]
        elif reconnaitre(eleve) in seuls:
            nombres["doubles"] += 1
            ligne["changements"] = [[DOUBLE, "", SEUL]]
    return nombres


def _retrouve(notes: int) -> str:
    suite = f", et {notes} note{'s' if notes > 1 else ''} à garder ou à repasser" if notes else ""
    return f"retrouve le sien{suite}"
