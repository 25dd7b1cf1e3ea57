"""Une raison de ne pas pouvoir enregistrer, à montrer à côté de sa question."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anomalie:
    onglet: str
    champ: str
    """attribut du brouillon, suivi s'il y en a plusieurs de ce qui le désigne : annee-CAP_AUTRE, option-EP2A"""
    message: str
