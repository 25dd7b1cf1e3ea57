"""Les genres de publication, dans l'ordre d'une session, et qui publie quoi."""

from collections.abc import Sequence

from app.comptes.models import RoleCompte
from app.documents.models import TypeDocument
from app.gestion.publications.genre import Genre
from app.gestion.publications.genres import amenagements, convocations, releves

GENRES: Sequence[Genre] = (convocations, releves, amenagements)
LIBRES = "libres"
"""les PDF préparés par le service : pas de modèle à remplir, leur propre écran"""
RESERVES = {TypeDocument.AMENAGEMENTS: RoleCompte.AMENAGEMENTS}
"""Des données de santé : la seule fonction « aménagements » les publie et les voit. Le reste est au gestionnaire."""


def types_de(role: RoleCompte) -> tuple[TypeDocument, ...]:
    return tuple(type_ for type_ in TypeDocument if RESERVES.get(type_, RoleCompte.GESTIONNAIRE) == role)


def genres_de(role: RoleCompte) -> tuple[Genre, ...]:
    return tuple(genre for genre in GENRES if RESERVES.get(genre.type_, RoleCompte.GESTIONNAIRE) == role)


def slug_de(type_: TypeDocument) -> str:
    return next((genre.slug for genre in GENRES if genre.type_ is type_), LIBRES)
