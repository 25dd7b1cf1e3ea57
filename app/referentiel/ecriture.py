"""Amener une table à ce que disent les fichiers, en n'écrivant que ce qui change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.infra.database import Base
from app.referentiel.lignes import Ligne

LOT = 2000  # lignes par envoi : la mémoire reste bornée, l'acte reste un seul


@dataclass(frozen=True, slots=True)
class Changements:
    """Nombres de lignes d'une table."""

    ajoutes: int
    modifies: int
    retires: int

    @property
    def est_vide(self) -> bool:
        return not (self.ajoutes or self.modifies or self.retires)


def mettre_a_jour(db: Session, tables: Mapping[str, Sequence[Ligne]]) -> dict[str, Changements]:
    """`tables` dans l'ordre des renvois : on ajoute de la première à la dernière, on retire dans l'autre sens."""
    bilan: dict[str, Changements] = {}
    a_retirer: list[tuple[Table, list[tuple[Any, ...]]]] = []
    for nom, voulues in tables.items():
        table = Base.metadata.tables[nom]
        existantes = _existantes(db, table)
        nouvelles: list[Ligne] = []
        changees: list[Ligne] = []
        for ligne in voulues:
            ancienne = existantes.pop(_cle(table, ligne), None)
            if ancienne is None:
                nouvelles.append(ligne)
            elif ancienne != tuple(ligne[colonne.name] for colonne in table.columns):
                changees.append(ligne)
        _inserer(db, table, nouvelles)
        _modifier(db, table, changees)
        a_retirer.append((table, list(existantes)))
        bilan[nom] = Changements(len(nouvelles), len(changees), len(existantes))
    for table, cles in reversed(a_retirer):
        _retirer(db, table, cles)
    return bilan


def comparer(db: Session, tables: Mapping[str, Sequence[Ligne]]) -> dict[str, Changements]:
    """Ce que `mettre_a_jour` changerait, sans rien écrire."""
    bilan: dict[str, Changements] = {}
    for nom, voulues in tables.items():
        table = Base.metadata.tables[nom]
        existantes = _existantes(db, table)
        ajoutes = modifies = 0
        for ligne in voulues:
            ancienne = existantes.pop(_cle(table, ligne), None)
            ajoutes += ancienne is None
            modifies += ancienne is not None and ancienne != tuple(ligne[colonne.name] for colonne in table.columns)
        bilan[nom] = Changements(ajoutes, modifies, len(existantes))
    return bilan


def _existantes(db: Session, table: Table) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    noms = [colonne.name for colonne in table.columns]
    rangs = [noms.index(colonne.name) for colonne in table.primary_key]
    return {tuple(ligne[r] for r in rangs): tuple(ligne) for ligne in db.execute(select(table))}


def _cle(table: Table, ligne: Ligne) -> tuple[Any, ...]:
    return tuple(ligne[colonne.name] for colonne in table.primary_key)


def _inserer(db: Session, table: Table, lignes: list[Ligne]) -> None:
    for lot in _lots(lignes):
        db.execute(insert(table), lot)


def _modifier(db: Session, table: Table, lignes: list[Ligne]) -> None:
    cle = {colonne.name for colonne in table.primary_key}
    autres = [colonne.name for colonne in table.columns if colonne.name not in cle]
    if not autres:
        return
    requete = (
        update(table)
        .where(and_(*(table.c[nom] == bindparam(f"cle_{nom}") for nom in cle)))
        .values({nom: bindparam(f"val_{nom}") for nom in autres})
    )
    prefixes = {nom: "cle_" if nom in cle else "val_" for nom in (*cle, *autres)}
    for lot in _lots(lignes):
        db.connection().execute(requete, [{prefixes[nom] + nom: ligne[nom] for nom in prefixes} for ligne in lot])


def _retirer(db: Session, table: Table, cles: list[tuple[Any, ...]]) -> None:
    colonnes = [colonne.name for colonne in table.primary_key]
    requete = delete(table).where(and_(*(table.c[nom] == bindparam(f"cle_{nom}") for nom in colonnes)))
    for lot in _lots(cles):
        parametres = [{f"cle_{nom}": v for nom, v in zip(colonnes, cle, strict=True)} for cle in lot]
        db.connection().execute(requete, parametres)


def _lots(valeurs: Iterable[Any]) -> Iterable[list[Any]]:
    iterateur = iter(valeurs)
    while lot := list(islice(iterateur, LOT)):
        yield lot
