"""Ce qu'une relance réclame, figé avec elle : quelle pièce, ce qui ne va pas, jusqu'à quand.

Le PDF, sa page web et le mail disent les mêmes phrases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from app.documents.dates import echeance
from app.regles.vocabulaire import ModeDepot
from app.web.gabarits import instant_paris


@dataclass(frozen=True, slots=True)
class PieceReclamee:
    code: str
    libelle: str
    mode: ModeDepot
    est_non_conforme: bool
    est_deposee: bool
    """un fichier est là, mais le candidat n'a pas dit « J'ai fourni toutes mes pièces »"""
    message: str
    """celui du gestionnaire ; vide s'il n'a rien écrit"""
    limite: datetime
    """fin exclue : celle du dépôt, ou celle qu'un gestionnaire a donnée à cette pièce"""
    documents_acceptes: tuple[str, ...] = ()

    @property
    def raison(self) -> str:
        if self.est_non_conforme:
            return f"Non conforme. {self.message}".strip()
        if self.est_deposee:
            return "Déposée, mais pas encore envoyée : cliquez sur « J’ai fourni toutes mes pièces »."
        return "Pas encore déposée." if self.mode is ModeDepot.EN_LIGNE else "Pas encore reçue par le service."


@dataclass(frozen=True, slots=True)
class Lot:
    """Les pièces à remettre de la même façon, pour la même date."""

    titre: str
    consigne: str
    pieces: tuple[PieceReclamee, ...]


def en_donnees(pieces: Sequence[PieceReclamee]) -> dict[str, Any]:
    return {"pieces": msgspec.to_builtins(pieces)}


def reclamees_de(donnees: Mapping[str, Any] | None) -> tuple[PieceReclamee, ...]:
    return msgspec.convert((donnees or {}).get("pieces", []), tuple[PieceReclamee, ...])


def lots(pieces: Sequence[PieceReclamee], publiee_le: datetime) -> tuple[Lot, ...]:
    """Par façon de remettre, puis par date ; dans l'ordre de la demande."""
    cles = dict.fromkeys((piece.mode, piece.limite) for piece in pieces)
    rangees = sorted(cles, key=lambda cle: (list(ModeDepot).index(cle[0]), cle[1]))
    return tuple(
        Lot(*_titre(mode, limite, publiee_le), tuple(p for p in pieces if (p.mode, p.limite) == (mode, limite)))
        for mode, limite in rangees
    )


def presentation_de_la_relance(
    nombre: int, version_inscription: int, publiee_le: datetime, remplace_version: int | None
) -> str:
    reclame = (
        f"{nombre} pièces justificatives de votre dossier d’inscription (version {version_inscription:02}) manquent "
        "ou ne conviennent pas."
        if nombre > 1
        else f"Une pièce justificative de votre dossier d’inscription (version {version_inscription:02}) manque ou ne "
        "convient pas."
    )
    phrases = [reclame, f"Relance établie le {instant_paris(publiee_le)}."]
    if remplace_version is not None:
        phrases.append(f"Elle annule et remplace la version {remplace_version:02}.")
    return " ".join(phrases)


def _titre(mode: ModeDepot, limite: datetime, publiee_le: datetime) -> tuple[str, str]:
    fin = f"{echeance(limite)} (heure de Paris)"
    if limite <= publiee_le:
        quoi = "Le dépôt en ligne est fermé" if mode is ModeDepot.EN_LIGNE else "La date limite est passée"
        return f"{quoi} depuis le {fin}", "Écrivez ou téléphonez sans attendre au service des examens."
    return {
        ModeDepot.EN_LIGNE: (
            f"À déposer en ligne jusqu’au {fin}",
            "Dans votre espace candidat, menu « Mes justificatifs », puis « J’ai fourni toutes mes pièces ».",
        ),
        ModeDepot.COURRIER: (f"À envoyer par courrier avant le {fin}", "À l’adresse postale de retour du service."),
        ModeDepot.AUTRE: (f"À remettre autrement avant le {fin}", ""),
    }[mode]
