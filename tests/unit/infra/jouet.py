"""Deux tables à part du schéma du portail, et de quoi tenir l'écrivain occupé."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, ForeignKey, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.infra.database import Base, Database
from app.infra.ecrivain import Ecrivain
from tests.bases import adresse


class Jouets(DeclarativeBase):
    type_annotation_map = Base.type_annotation_map


class Etat(StrEnum):
    NEUF = "code_neuf"


class Ligne(Jouets):
    __tablename__ = "ligne"

    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str | None] = mapped_column(String, unique=True)
    texte: Mapped[str] = mapped_column(default="")
    le: Mapped[datetime | None]
    etat: Mapped[Etat | None]
    notes: Mapped[dict[str, Any] | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("ligne.id"))


class Compteur(Jouets):
    __tablename__ = "compteur"

    id: Mapped[int] = mapped_column(primary_key=True)
    valeur: Mapped[int]


class Refus(Exception):  # noqa: N818 — le refus d'une règle, comme les nôtres
    pass


def creer(db: Session) -> None:
    Jouets.metadata.create_all(db.connection())
    db.add(Compteur(id=1, valeur=0))


def ajouter(db: Session, texte: str = "", *, cle: str | None = None) -> int:
    """Deux écritures qui doivent exister ensemble : la ligne, et le compte qu'on en tient."""
    ligne = Ligne(texte=texte, cle=cle)
    db.add(ligne)
    db.get_one(Compteur, 1).valeur += 1
    db.flush()
    return ligne.id


def refuser(db: Session) -> None:
    ajouter(db, "écrite avant le refus")
    raise Refus


def compter(db: Session) -> tuple[int, int]:
    return db.scalar(select(func.count(Ligne.id))) or 0, db.get_one(Compteur, 1).valeur


def textes(db: Session) -> list[str]:
    return list(db.scalars(select(Ligne.texte).order_by(Ligne.id)))


@asynccontextmanager
async def base_ouverte(dossier: Path, *, lecteurs: int = 3) -> AsyncIterator[Database]:
    base = Database(adresse(dossier / "base.sqlite3"), lecteurs=lecteurs)
    try:
        await base.ecrire(creer)
        yield base
    finally:
        await base.fermer()


def ecrivain_occupe(base: Database) -> AbstractAsyncContextManager[None]:
    """Le temps du bloc, l'écrivain est dans un acte : ce qu'on lui confie attend."""
    return _pendant(base.ecrire)


def lecture_en_cours(base: Database, lecture: Callable[[Session], object]) -> AbstractAsyncContextManager[None]:
    """Le temps du bloc, un lecteur tient la vue qu'il a prise."""
    return _pendant(base.lire, lecture)


@asynccontextmanager
async def _pendant(
    confier: Callable[[Callable[[Session], None]], Coroutine[Any, Any, None]],
    d_abord: Callable[[Session], object] = lambda db: None,
) -> AsyncIterator[None]:
    commence, fini = threading.Event(), threading.Event()

    def tenir(db: Session) -> None:
        d_abord(db)
        commence.set()
        fini.wait(30)

    tache = asyncio.create_task(confier(tenir))
    await asyncio.to_thread(commence.wait, 30)
    try:
        yield
    finally:
        fini.set()
        await tache


def ecrivain(base: Database) -> Ecrivain:
    assert isinstance(base._ecritures, Ecrivain)
    return base._ecritures


def moteur_ecrivain(base: Database) -> Engine:
    return ecrivain(base)._moteur
