"""Deux versions côte à côte : une fonction de deux fiches, qui ne rend que ce qui diffère."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.candidatures.fiche import AcquisFiche, EpreuveFiche, Fiche, Ligne, PieceFiche


class Nature(StrEnum):
    AJOUTEE = "ajoutee"
    CHANGEE = "changee"
    RETIREE = "retiree"

    @property
    def libelle(self) -> str:
        return {"ajoutee": "Ajouté", "changee": "Changé", "retiree": "Retiré"}[self.value]


@dataclass(frozen=True, slots=True)
class Difference:
    libelle: str
    avant: str
    """plusieurs lignes séparées par « \\n » ; vide : n'y était pas, ou n'était pas renseigné"""
    apres: str
    nature: Nature


@dataclass(frozen=True, slots=True)
class Changements:
    """Une partie du récapitulatif où quelque chose diffère."""

    titre: str
    differences: tuple[Difference, ...]


def comparer(avant: Fiche, apres: Fiche) -> tuple[Changements, ...]:
    """Vide : les deux versions disent la même chose."""
    parties_avant, parties_apres = dict(_parties(avant)), dict(_parties(apres))
    titres = dict.fromkeys((*parties_avant, *parties_apres))
    toutes = (
        Changements(titre, tuple(_differences(parties_avant.get(titre, ()), parties_apres.get(titre, ()))))
        for titre in titres
    )
    return tuple(changements for changements in toutes if changements.differences)


def resumer(avant: Fiche, apres: Fiche) -> Iterator[str]:
    """Une ligne par effet d'une règle : « EG4 : Dispense → Inscrit Ponctuel », « pièce en plus : ACQDIP01 »."""
    if avant.specialite != apres.specialite:
        yield f"spécialité : {avant.specialite or 'aucune'} → {apres.specialite or 'aucune'}"
    if avant.forme_finale != apres.forme_finale:
        yield f"forme de passage finale : {avant.forme_finale or 'aucune'} → {apres.forme_finale or 'aucune'}"
    anciennes = {e.code: f"{e.position_libelle} {e.evaluation_libelle}".strip() for e in avant.epreuves}
    nouvelles = {e.code: f"{e.position_libelle} {e.evaluation_libelle}".strip() for e in apres.epreuves}
    for code in dict.fromkeys((*anciennes, *nouvelles)):
        if anciennes.get(code) != nouvelles.get(code):
            yield f"{code} : {anciennes.get(code, 'absente')} → {nouvelles.get(code, 'absente')}"
    siennes, demandees = {p.code for p in avant.pieces}, {p.code for p in apres.pieces}
    yield from (f"pièce en plus : {code}" for code in sorted(demandees - siennes))
    yield from (f"pièce en moins : {code}" for code in sorted(siennes - demandees))


def _parties(fiche: Fiche) -> Iterator[tuple[str, tuple[Ligne, ...]]]:
    for rubrique in fiche.rubriques:
        yield rubrique.titre, rubrique.lignes
    yield "Acquis déclarés", tuple(_acquis(acquis) for acquis in fiche.acquis)
    yield "Épreuves", tuple(_epreuve(epreuve) for epreuve in fiche.epreuves)
    yield "Pièces demandées", tuple(_piece(piece) for piece in fiche.pieces)


def _differences(avant: Iterable[Ligne], apres: Iterable[Ligne]) -> Iterator[Difference]:
    """Dans l'ordre de la version la plus récente, ce qu'elle n'a plus à la fin."""
    anciennes, nouvelles = _reperees(avant), _reperees(apres)
    for cle in dict.fromkeys((*nouvelles, *anciennes)):
        ancienne, nouvelle = anciennes.get(cle, ""), nouvelles.get(cle, "")
        if ancienne != nouvelle:
            yield Difference(cle[0], ancienne, nouvelle, _nature(ancienne, nouvelle))


def _reperees(lignes: Iterable[Ligne]) -> dict[tuple[str, int], str]:
    """Deux lignes de même libellé (deux acquis de même titre) se comparent à leur rang."""
    vues: Counter[str] = Counter()
    reperees: dict[tuple[str, int], str] = {}
    for ligne in lignes:
        reperees[ligne.libelle, vues[ligne.libelle]] = ligne.valeur
        vues[ligne.libelle] += 1
    return reperees


def _nature(avant: str, apres: str) -> Nature:
    if not avant:
        return Nature.AJOUTEE
    return Nature.CHANGEE if apres else Nature.RETIREE


def _acquis(acquis: AcquisFiche) -> Ligne:
    lignes = [acquis.type_de_droit]
    if acquis.epreuves:
        lignes.append(f"Épreuves couvertes : {', '.join(acquis.epreuves)}")
    if acquis.repassees:
        lignes.append(f"Épreuves repassées : {', '.join(acquis.repassees)}")
    return Ligne(acquis.titulaire, "\n".join(lignes))


def _epreuve(epreuve: EpreuveFiche) -> Ligne:
    """Le code repère l'épreuve : une autre option, une autre position sont des changements de la même épreuve."""
    position = ", ".join(mot for mot in (epreuve.position_libelle, epreuve.evaluation_libelle) if mot)
    return Ligne(epreuve.code, "\n".join(mot for mot in (epreuve.libelle, position, epreuve.motif) if mot))


def _piece(piece: PieceFiche) -> Ligne:
    mode = piece.mode_libelle if piece.est_obligatoire else f"{piece.mode_libelle}, facultative"
    acceptes = f"Documents acceptés : {' ; '.join(piece.documents_acceptes)}" if piece.documents_acceptes else ""
    return Ligne(f"{piece.code} : {piece.libelle}", "\n".join(mot for mot in (f"Demandée, {mode}", acceptes) if mot))
