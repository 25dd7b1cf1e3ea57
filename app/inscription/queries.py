"""Les listes qu'un onglet propose et qui ne sont pas dans le règlement : pays, académies, communes d'un code postal."""

from sqlalchemy.orm import Session

from app.inscription.onglet import Listes
from app.inscription.onglets import acquis, identification
from app.referentiel import lieux
from app.referentiel.queries import academies
from app.web.forms import Option


def listes(db: Session, onglet: str, *, code_postal: str = "", recherche: str = "") -> Listes:
    """Seulement celles de cet onglet."""
    if onglet == identification.slug:
        return Listes(
            pays=tuple(Option(pays.code, pays.libelle) for pays in lieux.pays(db)),
            nationalites=tuple(Option(pays.code, pays.nationalite) for pays in lieux.nationalites(db)),
            localites=tuple(dict.fromkeys(c.nom_affiche for c in lieux.localites(db, code_postal))),
        )
    if onglet == acquis.slug:
        return Listes(academies=tuple(Option(academie.code, academie.nom) for academie in academies(db)))
    return Listes(recherche=recherche)
