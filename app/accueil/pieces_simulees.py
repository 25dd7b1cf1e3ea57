"""Les pièces d'une simulation. On ne sait ni l'âge ni la nationalité : on essaie, et ce qui varie est dit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.accueil.aide import situation
from app.regles.dossier import Contexte, Dossier
from app.regles.pieces import pieces_demandees
from app.regles.referentiel import ConditionPiece, Reglement
from app.regles.simulation import AGE, dossier_simule

MINEUR, JEUNE = 16, 20
ETRANGER = "XX"  # toute nationalité qui n'est pas la française


@dataclass(frozen=True, slots=True)
class PieceSimulee:
    libelle: str
    selon: str
    """à qui elle est demandée, quand cela ne se sait pas ; vide : à ce candidat, en tout cas"""
    est_certaine: bool


def pieces_simulees(texte: str, reglement: Reglement, contexte: Contexte) -> tuple[PieceSimulee, ...]:
    dossiers = tuple(_possibles(texte, reglement, contexte))
    essais = [{demandee.piece.code for demandee in pieces_demandees(dossier)} for dossier in dossiers]
    toujours = set.intersection(*essais)
    parfois = set.union(*essais)
    return tuple(
        PieceSimulee(
            libelle=piece.libelle,
            selon="" if piece.code in toujours else _selon(piece.condition, reglement),
            est_certaine=piece.est_verifiee,
        )
        for piece in reglement.pieces.values()
        if piece.code in parfois
    )


def _selon(condition: ConditionPiece, reglement: Reglement) -> str:
    """Sans ce que la simulation sait déjà : le statut et la spécialité."""
    return situation(replace(condition, statuts=(), specialites=()), reglement)


def _possibles(texte: str, reglement: Reglement, contexte: Contexte) -> Iterator[Dossier]:
    adulte = dossier_simule(texte, reglement, contexte, age=AGE)
    yield adulte
    yield dossier_simule(texte, reglement, contexte, age=JEUNE)
    if adulte.categorie and adulte.categorie.mineur_admis:
        yield dossier_simule(texte, reglement, contexte, age=MINEUR)
    yield adulte.avec(nationalite=ETRANGER)
    yield adulte.avec(amenagement_epreuves=True)
    for choix in adulte.specialite.choix if adulte.specialite else ():
        yield from (adulte.avec(choix={choix.code: option.code}) for option in choix.valeurs)
