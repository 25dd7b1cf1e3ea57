"""Ce que disent les documents, sans mise en page : leurs pages web le lisent sans charger le moteur PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.candidatures.fiche import Fiche, PieceFiche
from app.documents.dates import echeance, est_mineur, fenetre
from app.documents.donnees import Amenagements, Convocation, FichierLibre, ReleveNotes, lues
from app.documents.models import TypeDocument
from app.documents.queries import DocumentLu
from app.documents.reclamees import lots, presentation_de_la_relance, reclamees_de
from app.referentiel.models import RegimeConfirmation
from app.regles.vocabulaire import ModeDepot
from app.web.gabarits import instant_paris


@dataclass(frozen=True, slots=True)
class Envoi:
    """Ce qui se remet de la même façon, pour la même date."""

    titre: str
    consigne: str
    """vide quand le titre suffit"""
    groupes: tuple[tuple[str, tuple[PieceFiche, ...]], ...]


GENRES = {
    TypeDocument.CONVOCATION: Convocation,
    TypeDocument.RELEVE_NOTES: ReleveNotes,
    TypeDocument.AMENAGEMENTS: Amenagements,
    TypeDocument.LIBRE: FichierLibre,
}
"""ce que portent les documents publiés par un agent"""


def contenu_de(document: DocumentLu) -> dict[str, object]:
    """Ce que lit la page web d'un document, selon son type."""
    if genre := GENRES.get(document.type):
        return {"contenu": lues(document.donnees, genre)}
    dates = (document.version_inscription, document.publie_le, document.remplace_version)
    if document.type is TypeDocument.RELANCE_PIECES:
        reclamees = reclamees_de(document.donnees)
        return {
            "presentation": presentation_de_la_relance(len(reclamees), *dates),
            "lots": lots(reclamees, document.publie_le),
        }
    pieces = document.fiche.pieces
    return {
        "est_papier": est_papier(document.fiche),
        "signataires": signataires(document.fiche, document.enregistree_le),
        "presentation": presentation(len(pieces), *dates),
        "envois": tuple(envois(pieces, document.depot_ouvre_le, document.depot_ferme_le)),
    }


def est_papier(fiche: Fiche) -> bool:
    """La confirmation revient signée ; sinon, enregistrer vaut signature."""
    return fiche.regime == RegimeConfirmation.PAPIER


def signataires(fiche: Fiche, enregistree_le: datetime) -> tuple[str, ...]:
    if est_mineur(fiche.date_naissance, enregistree_le):
        return ("Signature du candidat", "Signature du représentant légal (candidat mineur)")
    return ("Signature du candidat",)


def envois(pieces: Sequence[PieceFiche], depot_ouvre_le: datetime, depot_ferme_le: datetime) -> Iterator[Envoi]:
    fin = f"{echeance(depot_ferme_le)} (heure de Paris)"
    titres = {
        ModeDepot.EN_LIGNE: f"À déposer en ligne {fenetre(depot_ouvre_le, depot_ferme_le)}",
        ModeDepot.COURRIER: f"À envoyer par courrier avant le {fin}",
        ModeDepot.AUTRE: f"À remettre autrement avant le {fin}",
    }
    consignes = {
        ModeDepot.EN_LIGNE: "Dans votre espace candidat, menu « Mes justificatifs ».",
        ModeDepot.COURRIER: "À l’adresse postale de retour du service des examens.",
        ModeDepot.AUTRE: "",
    }
    for mode in ModeDepot:
        concernees = [piece for piece in pieces if piece.mode == mode]
        if concernees:
            yield Envoi(titres[mode], consignes[mode], _par_groupe(concernees))


def _par_groupe(pieces: Sequence[PieceFiche]) -> tuple[tuple[str, tuple[PieceFiche, ...]], ...]:
    """Les groupes dans l'ordre où la fiche les cite."""
    rangs: dict[str, int] = {}
    for piece in pieces:
        rangs.setdefault(piece.groupe, len(rangs))
    rangees = sorted(pieces, key=lambda piece: rangs[piece.groupe])
    return tuple(
        (groupe[0].groupe_libelle, groupe)
        for groupe in (tuple(membres) for _, membres in groupby(rangees, key=lambda piece: piece.groupe))
    )


def presentation(nombre: int, version_inscription: int, publiee_le: datetime, remplace_version: int | None) -> str:
    demande = {
        0: "aucune pièce justificative ne vous est demandée",
        1: "1 pièce justificative vous est demandée",
    }.get(nombre, f"{nombre} pièces justificatives vous sont demandées")
    phrases = [
        f"Pour votre inscription (version {version_inscription:02}), {demande}.",
        f"Demande établie le {instant_paris(publiee_le)}.",
    ]
    if remplace_version is not None:
        phrases.append(f"Elle annule et remplace la version {remplace_version:02}.")
    return " ".join(phrases)
