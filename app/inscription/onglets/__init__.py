"""Les onglets, dans l'ordre du guide : la numérotation, la barre, précédent et suivant lisent ce seul tuple."""

from app.inscription.onglet import Onglet
from app.inscription.onglets import (
    acquis,
    epreuves,
    identification,
    informations,
    numero,
    qualification,
    recapitulatif,
)

ONGLETS: tuple[Onglet, ...] = (
    identification,
    informations,
    qualification,
    acquis,
    epreuves,
    recapitulatif,
    numero,
)
PAR_SLUG = {onglet.slug: onglet for onglet in ONGLETS}
