"""Une erreur d'un fichier d'élèves : sa colonne, la valeur lue, ce qu'on attendait."""

from dataclasses import dataclass

LIGNE_ENTIERE = "(ligne entière)"


class FichierIllisible(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


@dataclass(frozen=True, slots=True)
class Erreur:
    colonne: str
    valeur: str
    attendu: str
