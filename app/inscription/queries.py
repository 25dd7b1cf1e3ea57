"""Les listes qu'un onglet propose et qui ne sont pas dans le règlement : pays, académies, communes d'un code postal."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.candidatures.queries import CandidatureLue, candidature_de
from app.inscription.nations import Nations
from app.inscription.onglet import Listes
from app.inscription.onglets import acquis, identification
from app.referentiel import lieux
from app.referentiel.queries import academies
from app.web.forms import Option


def candidature_et_listes(
    db: Session,
    nations: Nations,
    compte_id: str,
    candidature_id: str,
    onglet: str,
    *,
    code_postal: str,
    recherche: str,
    maintenant: datetime,
) -> tuple[CandidatureLue, Listes] | None:
    """`code_postal` : celui qui vient d'être tapé ; vide, celui du brouillon."""
    lue = candidature_de(db, compte_id, candidature_id, maintenant=maintenant)
    if lue is None:
        return None
    code_postal = code_postal or lue.brouillon.code_postal
    return lue, listes(db, nations, onglet, code_postal=code_postal, recherche=recherche)


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
