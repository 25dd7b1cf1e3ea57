"""Retrouver une candidature par le nom : des mots sans accents ni casse, tenus avec l'état civil.

La base ne sait pas ôter un accent de la même façon partout : les clés se calculent ici, et s'indexent. Elles suivent
l'état civil d'où qu'on l'écrive (compte, correction, import d'un établissement) ; aucun acte n'a à y penser.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, delete, event, insert, inspect, select, update
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.candidatures.models import Candidature
from app.comptes.models import Candidat
from app.infra.database import Base

LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE", "ẞ": "SS", "ß": "SS", "Ø": "O", "Ł": "L", "Đ": "D"})
NOMS = ("nom_famille", "nom_usage", "prenoms")
MOT_MAX = 100


class MotDuNom(Base):
    """Un mot du nom d'un candidat, pour une de ses candidatures : la recherche lit dans l'ordre de cette clé."""

    __tablename__ = "mot_du_nom"
    __table_args__ = (Index(None, "candidature_id", "mot"),)

    periode_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    mot: Mapped[str] = mapped_column(String(MOT_MAX), primary_key=True)
    cle_nom: Mapped[str] = mapped_column(String(220), primary_key=True)
    candidature_id: Mapped[str] = mapped_column(ForeignKey("candidature.id", ondelete="CASCADE"), primary_key=True)


def mots(texte: str) -> list[str]:
    """« Mbemba-N’Goma Zoé » : MBEMBA, N, GOMA, ZOE."""
    majuscules = texte.upper().translate(LIGATURES)
    decompose = unicodedata.normalize("NFD", majuscules)
    return re.findall(r"[^\W_]+", "".join(c for c in decompose if not unicodedata.combining(c)))


def cle(nom_famille: str, prenoms: str) -> str:
    return " ".join(mots(f"{nom_famille} {prenoms}"))[:220]


def mots_cherches(nom_famille: str, nom_usage: str, prenoms: str) -> set[str]:
    """Chaque mot, et les composés d'un seul tenant : « ngoma », « jeanpierre » et « leguennec » se trouvent aussi."""
    tout = f"{nom_famille} {nom_usage} {prenoms}"
    composes, seuls = [nom_famille, nom_usage, *tout.split(), *re.split(r"[\s-]+", tout)], mots(tout)
    return {mot[:MOT_MAX] for mot in (*seuls, *("".join(mots(compose)) for compose in composes)) if mot}


def lignes_de_mots(candidature_id: str, periode_id: str, noms: tuple[str, str, str]) -> list[dict[str, str]]:
    nom_famille, nom_usage, prenoms = noms
    return [
        {
            "periode_id": periode_id,
            "mot": mot,
            "cle_nom": cle(nom_famille, prenoms),
            "candidature_id": candidature_id,
        }
        for mot in sorted(mots_cherches(nom_famille, nom_usage, prenoms))
    ]


@event.listens_for(Candidature, "before_insert")
def _nommer(_: Mapper[Any], base: Connection, candidature: Candidature) -> None:
    if noms := _noms(base, candidature.compte_id):
        candidature.cle_nom = cle(noms[0], noms[2])


@event.listens_for(Candidature, "after_insert")
def _inscrire_les_mots(_: Mapper[Any], base: Connection, candidature: Candidature) -> None:
    if noms := _noms(base, candidature.compte_id):
        _ecrire(base, lignes_de_mots(candidature.id, candidature.periode_id, noms))


@event.listens_for(Candidat, "after_update")
def _renommer(_: Mapper[Any], base: Connection, candidat: Candidat) -> None:
    if not any(inspect(candidat).attrs[nom].history.has_changes() for nom in NOMS):
        return
    noms = (candidat.nom_famille, candidat.nom_usage, candidat.prenoms)
    siennes = base.execute(
        update(Candidature)
        .where(Candidature.compte_id == candidat.compte_id)
        .values(cle_nom=cle(noms[0], noms[2]))
        .returning(Candidature.id, Candidature.periode_id)
    ).all()
    base.execute(delete(MotDuNom).where(MotDuNom.candidature_id.in_([id_ for id_, _ in siennes])))
    for candidature_id, periode_id in siennes:
        _ecrire(base, lignes_de_mots(candidature_id, periode_id, noms))


def _noms(base: Connection, compte_id: str) -> tuple[str, str, str] | None:
    ligne = base.execute(
        select(Candidat.nom_famille, Candidat.nom_usage, Candidat.prenoms).where(Candidat.compte_id == compte_id)
    ).one_or_none()
    return (ligne[0], ligne[1], ligne[2]) if ligne else None


def _ecrire(base: Connection, lignes: Iterable[dict[str, str]]) -> None:
    if a_ecrire := list(lignes):
        base.execute(insert(MotDuNom), a_ecrire)
