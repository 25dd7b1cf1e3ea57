"""Un droit tiré d'un acquis, ou la raison de n'en pas avoir."""

from dataclasses import dataclass

from app.regles.dossier import Dossier
from app.regles.referentiel import Acquis, Texte
from app.regles.vocabulaire import PositionEpreuve


@dataclass(frozen=True, slots=True)
class Droit:
    repere: str
    code_acquis: str
    position: PositionEpreuve
    """DISPENSE ou BENEFICE"""
    est_certain: bool
    """faux : proposé, mais le service des examens décide"""
    est_demande: bool
    """faux : décoché, l'épreuve se repasse"""
    motif: str
    textes: tuple[Texte, ...]
    pieces: tuple[str, ...]
    """codes des preuves qui seront demandées"""
    note: float | None
    annee: int | None
    academie: str | None
    derniere_session: int | None
    """dernière session où la note sert ; `None` pour une dispense, qui ne s'use pas"""


@dataclass(frozen=True, slots=True)
class RefusDeDroit:
    """Ce que l'acquis ne donne pas, et pourquoi. `repere` absent : l'acquis entier ne sert pas."""

    repere: str | None
    code_acquis: str
    motif: str
    textes: tuple[Texte, ...]
    est_decide: bool = False
    """vrai : le service des examens l'a refusé"""


def preuves(dossier: Dossier, acquis: Acquis) -> tuple[str, ...]:
    """Pièces que cet acquis fait demander."""
    return tuple(
        piece.code
        for piece in dossier.reglement.pieces.values()
        if acquis.famille in piece.condition.familles_acquis or acquis.code in piece.condition.acquis
    )
