"""Ce que le candidat a encore à faire de ses pièces, et jusqu'à quand : sa carte et ses échéances en disent autant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.candidatures.fiche import PieceFiche
from app.regles.vocabulaire import StatutPiece


@dataclass(frozen=True, slots=True)
class PieceSuivie:
    piece: PieceFiche
    statut: StatutPiece
    est_envoyee: bool = False
    """validée par le candidat : c'est au service d'agir"""
    est_deposee: bool = False
    """un fichier y est"""
    rouverte_jusqu_a: datetime | None = None
    """non conforme : la nouvelle limite, après la fermeture du dépôt"""

    @property
    def est_a_fournir(self) -> bool:
        """Une facultative que le candidat n'a pas ne le retient pas."""
        est_vide = self.statut is StatutPiece.AUCUN and not (self.est_deposee or self.est_envoyee)
        return est_vide and self.piece.est_obligatoire

    @property
    def est_a_remplacer(self) -> bool:
        return self.statut is StatutPiece.NON_CONFORME

    @property
    def est_a_valider(self) -> bool:
        return self.est_deposee and not self.est_envoyee and self.statut is StatutPiece.AUCUN

    @property
    def est_a_controler(self) -> bool:
        return self.statut is StatutPiece.RECUE or (self.est_envoyee and self.statut is StatutPiece.AUCUN)

    @property
    def est_a_lui(self) -> bool:
        """Le candidat a encore un geste à faire."""
        return self.est_a_fournir or self.est_a_remplacer or self.est_a_valider

    def limite(self, depot_ferme_le: datetime) -> datetime:
        """Fin exclue."""
        return max(self.rouverte_jusqu_a or depot_ferme_le, depot_ferme_le)


@dataclass(frozen=True, slots=True)
class Attendues:
    """Les pièces sur lesquelles il peut encore agir à cet instant, et celles qui ne dépendent plus de lui."""

    limite: datetime | None
    """la plus proche ; nulle : il ne reste rien à faire, ou plus rien de possible"""
    a_fournir: int
    a_remplacer: int
    a_valider: int
    trop_tard: int
    a_controler: int

    @property
    def envoi(self) -> str:
        """« fournir 2 pièces justificatives et en remplacer 1 » ; vide : aucun fichier ne manque."""
        if not self.a_fournir:
            return f"remplacer {_compter(self.a_remplacer)}" if self.a_remplacer else ""
        fournir = f"fournir {_compter(self.a_fournir)}"
        return f"{fournir} et en remplacer {self.a_remplacer}" if self.a_remplacer else fournir


def attendues(pieces: Sequence[PieceSuivie], depot_ferme_le: datetime, maintenant: datetime) -> Attendues:
    a_lui = [piece for piece in pieces if piece.est_a_lui]
    possibles = [piece for piece in a_lui if maintenant < piece.limite(depot_ferme_le)]
    return Attendues(
        limite=min((piece.limite(depot_ferme_le) for piece in possibles), default=None),
        a_fournir=_combien(piece.est_a_fournir for piece in possibles),
        a_remplacer=_combien(piece.est_a_remplacer for piece in possibles),
        a_valider=_combien(piece.est_a_valider for piece in possibles),
        trop_tard=len(a_lui) - len(possibles),
        a_controler=_combien(piece.est_a_controler for piece in pieces),
    )


def _combien(oui: Iterable[bool]) -> int:
    return sum(oui)


def _compter(nombre: int) -> str:
    return f"{nombre} pièces justificatives" if nombre > 1 else "1 pièce justificative"
