"""Ce qu'un essai garde jusqu'à la publication : le fichier, ses erreurs, ce qui manque. Scellé."""

from dataclasses import dataclass

import msgspec

from app.gestion.publications.tableau import Erreur
from app.gestion.publications.valeurs import Essai
from app.infra.cle import derive, desceller, sceller

USAGE = "publications"


@dataclass(frozen=True, slots=True)
class CompteRendu:
    texte: str = ""
    """le fichier, décodé"""
    erreurs: tuple[Erreur, ...] = ()
    avis: tuple[str, ...] = ()
    manquants: tuple[str, ...] = ()
    """« 02146028333 ACCRALL Dack »"""


def compte_rendu(texte: str, essai: Essai) -> CompteRendu:
    return CompteRendu(texte, essai.erreurs, essai.avis, tuple(inscrit.reference for inscrit in essai.manquants))


def sceller_le_compte_rendu(cle: bytes, rendu: CompteRendu) -> bytes:
    return sceller(derive(cle, USAGE), msgspec.json.encode(rendu))


def ouvrir_le_compte_rendu(cle: bytes, contenu: bytes | None) -> CompteRendu:
    """Vide quand le fichier a fini de servir."""
    clair = desceller(derive(cle, USAGE), contenu) if contenu else None
    return msgspec.json.decode(clair, type=CompteRendu) if clair else CompteRendu()
