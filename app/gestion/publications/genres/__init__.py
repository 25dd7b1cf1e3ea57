"""Les genres de publication, dans l'ordre d'une session, et qui publie quoi."""

from collections.abc import Sequence

from app.comptes.models import RoleCompte
from app.documents.models import TypeDocument
from app.gestion.publications.genre import Genre
from app.gestion.publications.genres import convocations, releves

GENRES: Sequence[Genre] = (convocations, releves)
PAR_SLUG = {genre.slug: genre for genre in GENRES}
PAR_TYPE = {genre.type_: genre for genre in GENRES}
RESERVES = {TypeDocument.AMENAGEMENTS: RoleCompte.AMENAGEMENTS}
"""Des données de santé : la seule fonction « aménagements » les publie et les voit. Le reste est au gestionnaire."""


def genres_de(role: RoleCompte) -> tuple[Genre, ...]:
    return tuple(genre for genre in GENRES if RESERVES.get(genre.type_, RoleCompte.GESTIONNAIRE) == role)
