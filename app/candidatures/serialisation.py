"""Le brouillon en JSON et retour. Une valeur qui ne se relit plus est laissée de côté, jamais le brouillon entier."""

import logging
from dataclasses import fields
from typing import Any, get_type_hints

import msgspec

from app.regles.dossier import Brouillon

journal = logging.getLogger(__name__)
TYPES = get_type_hints(Brouillon)


def en_json(brouillon: Brouillon) -> dict[str, Any]:
    """Sans les réponses absentes : le brouillon d'un débutant tient en une ligne."""
    vide = Brouillon()
    return {
        champ.name: msgspec.to_builtins(getattr(brouillon, champ.name))
        for champ in fields(Brouillon)
        if getattr(brouillon, champ.name) != getattr(vide, champ.name)
    }


def de_json(valeurs: dict[str, Any]) -> Brouillon:
    reponses: dict[str, Any] = {}
    for nom, valeur in valeurs.items():
        if nom not in TYPES:
            continue
        try:
            reponses[nom] = msgspec.convert(valeur, TYPES[nom])
        except msgspec.ValidationError:
            journal.warning("unreadable draft field %s", nom)
    return Brouillon(**reponses)
