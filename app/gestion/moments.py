"""Un instant se tape en jour et heure de Paris, qui fait foi ; ce que le changement d'heure brouille se refuse."""

from dataclasses import dataclass
from datetime import datetime

from app.infra.clock import HeureImpossible, en_paris, instant_de_paris
from app.web.forms import Champ, DateFR, Formulaire, HeureFR


@dataclass(frozen=True, slots=True)
class Moment:
    nom: str
    titre: str
    quoi: str
    de_quoi: str

    def champs(self) -> dict[str, Champ]:
        return {
            f"{self.nom}_jour": DateFR(
                self.titre, sujet=f"le jour {self.de_quoi}", requis=True, exemple="30/11/2026", aide="jj/mm/aaaa"
            ),
            f"{self.nom}_heure": HeureFR("Heure de Paris", sujet=f"l’heure {self.de_quoi}", requis=True),
        }


def instant_lu(formulaire: Formulaire, moment: Moment) -> datetime | None:
    """L'instant tapé ; nul si son jour ou son heure est fautif. Une heure impossible est dite à côté de l'heure."""
    formulaire.valide()
    jour, heure = formulaire[f"{moment.nom}_jour"].data, formulaire[f"{moment.nom}_heure"].data
    if jour is None or heure is None or formulaire[f"{moment.nom}_jour"].errors:
        return None
    try:
        return instant_de_paris(jour, heure)
    except HeureImpossible as refus:
        formulaire.ajouter_erreur(f"{moment.nom}_heure", f"Changez l’heure {moment.de_quoi} : {refus}")
        return None


def valeurs_du_moment(moment: Moment, instant: datetime) -> dict[str, object]:
    local = en_paris(instant)
    return {f"{moment.nom}_jour": local.date(), f"{moment.nom}_heure": local.time()}
