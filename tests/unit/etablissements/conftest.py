"""Le portail entier, vu d'un établissement et de la gestion."""

from tests.unit.inscription.conftest import portail

__all__ = ["portail"]
