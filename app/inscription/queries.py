"""Les listes qu'un onglet propose et qui ne sont pas dans le règlement : pays, académies, communes d'un code postal."""

from sqlalchemy.orm import Session

from app.inscription.nations import Nations
from app.inscription.onglet import Listes
from app.inscription.onglets import acquis, identification
from app.referentiel import lieux
from app.referentiel.queries import academies
from app.web.forms import Option


def listes(db: Session, nations: Nations, onglet: str, *, code_postal: str = "", recherche: str = "") -> Listes:
    """Seulement celles de cet onglet."""
    if onglet == identification.slug:
        pays, nationalites = nations.lire(db)
        return Listes(
            pays=pays,
            nationalites=nationalites,
            localites=tuple(dict.fromkeys(c.nom_affiche for c in lieux.localites(db, code_postal))),
        )
    if onglet == acquis.slug:
        return Listes(academies=tuple(Option(academie.code, academie.nom) for academie in academies(db)))
    return Listes(recherche=recherche)
