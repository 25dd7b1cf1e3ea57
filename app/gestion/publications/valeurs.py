"""Ce que rend un essai à blanc, et ce que disent les cellules : dates, heures, durées, notes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.gestion.publications.attendus import Annuaire, Inscrit
from app.gestion.publications.tableau import Colonne, Erreur, Ligne, Tableau, cle

NUMERO = Colonne("N° candidat", ("numéro candidat", "numéro de candidat", "no candidat", "n° de candidat"))
INSCRIPTION = Colonne("N° inscription", ("numéro inscription", "n° d’inscription", "no inscription"), est_requise=False)
NOM = Colonne("Nom", ("nom de famille",), est_requise=False)
PRENOMS = Colonne("Prénoms", ("prénom",), est_requise=False)
EPREUVE = Colonne("Épreuve", ("code épreuve", "code"))
INTITULE = Colonne("Intitulé", ("intitulé de l’épreuve", "libellé"), est_requise=False)
QUI = (NUMERO, INSCRIPTION, NOM, PRENOMS)

JOUR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 00:00(?::00)?)?")
JOUR_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
HEURE = re.compile(r"(\d{1,2}) ?(?:h|H|:) ?(\d{2})?(?::00)?(?: ?min)?")
DUREE_MINUTES = re.compile(r"(\d{1,3}) ?(?:min|mn|minutes?)")
NOTE = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?(?: ?/ ?20)?")


@dataclass(frozen=True, slots=True)
class Envoi:
    """Un document à publier."""

    candidature_id: str
    version_id: str
    donnees: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Essai:
    envois: tuple[Envoi, ...] = ()
    erreurs: tuple[Erreur, ...] = ()
    avis: tuple[str, ...] = ()
    """ce qui n'empêche pas de publier"""
    manquants: tuple[Inscrit, ...] = ()
    """attendus, et absents du fichier"""


@dataclass(frozen=True, slots=True)
class Reconnue:
    ligne: Ligne
    inscrit: Inscrit


def reconnaitre(tableau: Tableau, tous: Sequence[Inscrit]) -> tuple[list[Reconnue], list[Erreur]]:
    """De qui parle chaque ligne. Un nom écrit en face d'un autre numéro arrête tout : c'est un décalage de lignes."""
    annuaire = Annuaire(tous)
    reconnues, erreurs = [], []
    for ligne in tableau.lignes:
        trouve = annuaire.trouver(ligne[NUMERO], ligne[INSCRIPTION])
        if isinstance(trouve, str):
            colonne = INSCRIPTION if "inscription" in trouve else NUMERO
            erreurs.append(ligne.erreur(colonne, trouve))
        elif ligne[NOM] and cle(ligne[NOM]) != cle(trouve.nom):
            erreurs.append(ligne.erreur(NOM, f"{trouve.nom}, le nom du candidat {trouve.numero_candidat}"))
        else:
            reconnues.append(Reconnue(ligne, trouve))
    return reconnues, erreurs


def ligne_du_modele(inscrit: Inscrit, *suite: str) -> list[str]:
    """Les cellules de `QUI`, puis le reste."""
    return [inscrit.numero_candidat, inscrit.numero_inscription, inscrit.nom, inscrit.prenoms, *suite]


def par_candidature(reconnues: Sequence[Reconnue]) -> dict[str, list[Reconnue]]:
    groupes: dict[str, list[Reconnue]] = {}
    for reconnue in reconnues:
        groupes.setdefault(reconnue.inscrit.candidature_id, []).append(reconnue)
    return groupes


def avis_des_colonnes(tableau: Tableau) -> tuple[str, ...]:
    return tuple(f"La colonne « {titre} » n’est pas lue." for titre in tableau.inconnues)


def jour(texte: str) -> date | None:
    if lu := JOUR.fullmatch(texte):
        morceaux = (lu[3], lu[2], lu[1])
    elif lu := JOUR_ISO.fullmatch(texte):
        morceaux = (lu[1], lu[2], lu[3])
    else:
        return None
    if not texte.isascii():
        return None
    try:
        return date(*(int(morceau) for morceau in morceaux))
    except ValueError:
        return None


def heure(texte: str) -> int | None:
    """Minutes depuis minuit."""
    lu = HEURE.fullmatch(texte) if texte.isascii() else None
    if lu is None or int(lu[1]) > 23 or int(lu[2] or 0) > 59:
        return None
    return int(lu[1]) * 60 + int(lu[2] or 0)


def minutes(texte: str) -> int | None:
    """« 2 h », « 1 h 30 », « 01:30 », « 45 min » : de cinq minutes à douze heures."""
    if texte.isascii() and (lu := DUREE_MINUTES.fullmatch(texte)):
        total: int | None = int(lu[1])
    else:
        total = heure(texte)
    return total if total is not None and 5 <= total <= 12 * 60 else None


def note(texte: str) -> str | None:
    """« 12,5 », sur 20, deux décimales au plus ; telle qu'on l'écrit en français."""
    lu = NOTE.fullmatch(texte) if texte.isascii() else None
    if lu is None:
        return None
    valeur = float(f"{lu[1]}.{lu[2] or 0}")
    return note_ecrite(valeur) if valeur <= 20 else None


def note_ecrite(valeur: float) -> str:
    return f"{valeur:.2f}".rstrip("0").rstrip(".").replace(".", ",")
