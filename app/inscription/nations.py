"""Pays et nationalités proposés à l’onglet 1 : cinq cents lignes, relues à chaque édition du référentiel seulement."""

from sqlalchemy.orm import Session

from app.referentiel import lieux
from app.referentiel.queries import edition_en_vigueur
from app.web.forms import Option

Options = tuple[Option, ...]


class Nations:
    """La racine de composition en crée une par serveur. L'édition en vigueur, elle, se relit toujours : la ligne de
    commande charge à côté du serveur."""

    def __init__(self) -> None:
        self._gardees: tuple[str, Options, Options] = ("", (), ())

    def lire(self, db: Session) -> tuple[Options, Options]:
        edition = edition_en_vigueur(db)
        gardee, pays, nationalites = self._gardees
        if not edition or edition != gardee:
            pays = tuple(Option(pays.code, pays.libelle) for pays in lieux.pays(db))
            nationalites = tuple(Option(pays.code, pays.nationalite) for pays in lieux.nationalites(db))
            self._gardees = (edition, pays, nationalites)
        return pays, nationalites
