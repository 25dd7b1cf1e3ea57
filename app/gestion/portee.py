"""Ce qu'un agent atteint : ses académies, ou l'instance entière pour qui l'administre. Chaque requête en est bornée."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from app.comptes.models import RoleCompte
from app.comptes.valeurs import AgentConnecte

Academies = Collection[str] | None
"""Nul : toutes."""


def academies_de(qui: AgentConnecte) -> Academies:
    return None if qui.role is RoleCompte.ADMINISTRATEUR else qui.academies


def dans_la_portee(
    colonne: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], academies: Academies
) -> ColumnElement[bool]:
    return true() if academies is None else colonne.in_(academies)
