"""Onglet 6 : ne demande rien, montre tout. « Enregistrer » est un acte à part, voir actions.py."""

from collections.abc import Mapping
from typing import Any

from app.inscription.onglet import Listes
from app.regles.dossier import Brouillon, Dossier
from app.web.forms import Champ

slug = "recapitulatif"
titre = "Récapitulatif"
champs: tuple[str, ...] = ()


def questions(dossier: Dossier, listes: Listes) -> dict[str, Champ]:
    return {}


def valeurs(dossier: Dossier) -> Mapping[str, object]:
    return {}


def reporter(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    return dossier.brouillon
