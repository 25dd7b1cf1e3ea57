"""La demande de pièces justificatives : par mode de dépôt, par date limite, puis par groupe (guide, chapitre 12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.candidatures.fiche import Fiche, PieceFiche
from app.documents import parties
from app.documents.dates import echeance, fenetre
from app.documents.mise_en_page import DROITE, GAUCHE, LARGEUR, PETITE, Cellule, Feuille
from app.documents.models import TypeDocument
from app.regles.vocabulaire import ModeDepot
from app.web.gabarits import instant_paris

TITRE = TypeDocument.DEMANDE_PIECES.libelle
CODE = 26.0


@dataclass(frozen=True, slots=True)
class Envoi:
    """Ce qui se remet de la même façon, pour la même date."""

    titre: str
    consigne: str
    """vide quand le titre suffit"""
    groupes: tuple[tuple[str, tuple[PieceFiche, ...]], ...]


def demande_pieces(
    fiche: Fiche,
    *,
    numero_inscription: str,
    version: int,
    version_inscription: int,
    publiee_le: datetime,
    depot_ouvre_le: datetime,
    depot_ferme_le: datetime,
    code: str,
    adresse_verification: str,
    remplace_version: int | None,
) -> bytes:
    """`version` est celle du document, `version_inscription` celle de l'inscription dont il découle."""
    feuille = parties.ouvrir(TITRE, fiche, numero_inscription, version, publiee_le, code)
    feuille.paragraphe(presentation(len(fiche.pieces), version_inscription, publiee_le, remplace_version))
    for envoi in envois(fiche.pieces, depot_ouvre_le, depot_ferme_le):
        _poser(feuille, envoi)
    feuille.titre("Adresse postale de retour")
    feuille.paragraphe(f"{fiche.service.nom}\n{parties.adresse(fiche.service)}")
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


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
        f"Pour votre inscription (version {version_inscription}), {demande}.",
        f"Demande établie le {instant_paris(publiee_le)}.",
    ]
    if remplace_version is not None:
        phrases.append(f"Elle annule et remplace la version {remplace_version}.")
    return " ".join(phrases)


def _poser(feuille: Feuille, envoi: Envoi) -> None:
    feuille.titre(envoi.titre, suite=24)
    if envoi.consigne:
        feuille.paragraphe(envoi.consigne)
    for libelle, pieces in envoi.groupes:
        feuille.reserver(14)
        feuille.y += 2
        feuille.paragraphe(libelle, gras=True)
        for piece in pieces:
            _piece(feuille, piece)


def _piece(feuille: Feuille, piece: PieceFiche) -> None:
    x = GAUCHE + 6 + CODE
    feuille.rangee(
        [
            Cellule("□", GAUCHE, 5, taille=11),
            Cellule(piece.code, GAUCHE + 6, CODE - 2, gras=True),
            Cellule(parties.piece_en_mots(piece), x, DROITE - x),
        ],
        marge=0.6,
    )
    if piece.documents_acceptes:
        texte = "Documents acceptés : " + " ; ".join(piece.documents_acceptes) + "."
        feuille.rangee([Cellule(texte, x, LARGEUR - x + GAUCHE, gris=True, taille=PETITE)])
