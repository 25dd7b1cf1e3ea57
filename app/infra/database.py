"""La base : deux verbes, `lire` et `ecrire`, et le seul fichier qui nomme un dialecte.

Toute fonction qui touche la base est un simple `def f(db: Session, …)`. Ce qui passe la frontière est fait
d'identifiants et de valeurs : un acte recharge ses lignes, par leur propriétaire, dans sa transaction.

    candidature = await db.lire(sienne, compte_id, numero)
    await db.ecrire(desinscrire, compte_id, numero, maintenant=maintenant())

PostgreSQL sert plusieurs processus sur une même base, avec le même sens : voir postgresql.py.
"""

import asyncio
import enum
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

try:  # avant aiosqlite et tout moteur SQLAlchemy : leurs classes d'erreur doivent être les mêmes
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
except ImportError:  # pas de roue pour cette machine : le SQLite de Python, jugé plus bas
    pass
import sqlite3

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Index,
    MetaData,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeDecorator

from app.infra import postgresql
from app.infra.ecrivain import Ecrivain, Indisponible
from app.infra.lecteurs import Lecteurs

__all__ = [
    "Base",
    "Database",
    "Indisponible",
    "Instant",
    "conditions_postgresql",
    "copier_a_chaud",
    "defauts",
    "exiger_une_base_fidele",
    "moteur_de_lecture",
    "moteur_synchrone",
    "unique_si",
    "url_sqlite",
    "verifier_cles_etrangeres",
    "version_de_sqlite",
]

# Avant 3.51.3, une base en WAL ouverte par plusieurs connexions peut se corrompre (sqlite.org/wal.html).
SQLITE_SUR = (3, 51, 3)
ATTENTE = 10  # secondes à attendre une connexion avant de répondre 503
PRAGMAS = (
    "busy_timeout=5000",  # en premier : passer en WAL peut déjà attendre un verrou
    "journal_mode=WAL",
    "synchronous=FULL",  # ce qui est répondu survit à une coupure de courant
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",  # ce qui est effacé est mis à zéro dans la base, pas seulement oublié
)

P = ParamSpec("P")
T = TypeVar("T")
journal = logging.getLogger(__name__)


class Instant(TypeDecorator[datetime]):
    """Stocke l'UTC, rend un instant conscient de son fuseau, refuse un naïf."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant is timezone-aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 — attribut que SQLAlchemy lit sur la classe
        datetime: Instant,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        # Le code est stocké, jamais le nom Python ; une valeur de plus ne demande aucune migration.
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda codes: [code.value for code in codes],
        ),
    }


def unique_si(condition: TextClause, nom: str, *colonnes: str) -> Index:
    """Unique parmi les lignes où `condition` est vraie.

    Dire ici `postgresql_where` chargerait tout le dialecte de PostgreSQL, 2 Mo, dans un portail qui ne l'emploie pas :
    `conditions_postgresql` le dit au moment de migrer.
    """
    return Index(nom, *colonnes, unique=True, sqlite_where=condition)


def conditions_postgresql() -> None:
    """À faire avant de comparer ou d'écrire le schéma : les mêmes conditions valent sur PostgreSQL."""
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            if (condition := index.dialect_kwargs.get("sqlite_where")) is not None:
                index.dialect_kwargs["postgresql_where"] = condition


def url_sqlite(chemin: Path) -> str:
    return URL.create("sqlite", database=str(chemin)).render_as_string(hide_password=False)


class Database:
    """À fermer avant la fin de la boucle : `fermer` écrit ce qui a été accepté."""

    def __init__(self, url: str, *, lecteurs: int = 3) -> None:
        cible = make_url(url)
        self._ouverte = True
        self._lectures: Ecrivain | Lecteurs | postgresql.Lecteurs
        self._est_sqlite = cible.get_backend_name() == "sqlite"
        if not self._est_sqlite:
            self._lectures = postgresql.Lecteurs(cible)
            self._ecritures = Ecrivain(postgresql.moteur_ecrivain(cible), tient=postgresql.tient_sa_transaction)
            return
        self._lectures = self._ecritures = Ecrivain(_regler(_moteur_ecrivain(cible), "BEGIN IMMEDIATE"))
        if sqlite3.sqlite_version_info < SQLITE_SUR:
            voulue = ".".join(map(str, SQLITE_SUR))
            journal.warning("SQLite %s < %s: one single connection", sqlite3.sqlite_version, voulue)
            return
        moteur = create_engine(
            cible.set(drivername="sqlite"),
            pool_size=lecteurs,
            max_overflow=0,
            hide_parameters=True,  # une erreur journalisée ne montre pas ce qu'un candidat a saisi
        )
        self._lectures = Lecteurs(_regler(moteur, "BEGIN", "query_only=ON"), lecteurs)

    async def lire(self, lecture: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Une vue cohérente, hors de la file des écritures ; une lecture qui modifie une ligne échoue."""
        if not self._ouverte:
            raise Indisponible("the database is closed")

        def relue(db: Session) -> T:
            resultat = lecture(db, *args, **kwargs)
            db.flush()  # une ligne modifiée échoue ici au lieu d'être oubliée
            return resultat

        if isinstance(self._lectures, Ecrivain):
            return await asyncio.wrap_future(self._lectures.confier(_nom(lecture), _sans_ecrire(relue)))
        try:
            return await self._lectures.lire(relue, attente=ATTENTE)
        except TimeoutError as attente:
            raise Indisponible("no connection left") from attente

    async def ecrire(self, acte: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Rend la main après le COMMIT. Un acte qui lève n'a rien écrit ; qui doit garder rend une valeur."""
        if any(hasattr(valeur, "_sa_instance_state") for valeur in (*args, *kwargs.values())):
            raise TypeError("an act takes ids and values, and loads its own rows")

        def lance(db: Session) -> T:
            return acte(db, *args, **kwargs)

        if not self._ouverte:
            raise Indisponible("the database is closed")
        return await asyncio.wrap_future(self._ecritures.confier(_nom(acte), lance))

    async def effacer_les_traces(self) -> bool:
        """Vide le journal WAL, où restent des pages d'avant un effacement. Faux si une lecture les tient encore.

        Sur PostgreSQL, les versions mortes et les journaux sont l'affaire du serveur de la base.
        """
        if not self._est_sqlite:
            return True
        return await asyncio.wrap_future(self._ecritures.confier_entre_deux(_vider_le_journal))

    async def compacter(self) -> None:
        """Récrit la base entière, puis vide le journal : ce qu'un effacement a laissé n'est plus nulle part.

        `secure_delete` met à zéro la place d'une ligne ôtée, pas les copies d'elle qu'une page réorganisée avant avait
        laissées dans sa marge. Les écritures attendent (environ une seconde par centaine de Mo) ; les lectures non.
        """
        if self._est_sqlite:
            await asyncio.wrap_future(self._ecritures.confier_entre_deux(_recrire))

    async def fermer(self) -> None:
        if not self._ouverte:
            return
        self._ouverte = False
        await asyncio.to_thread(self._ecritures.fermer)
        if not isinstance(self._lectures, Ecrivain):
            await self._lectures.fermer()


def moteur_synchrone(url: str) -> Engine:
    """Pour les migrations, avant la boucle : refaire une table SQLite demande des clés étrangères relâchées."""
    cible = make_url(url)
    if cible.get_backend_name() != "sqlite":
        return postgresql.moteur_de_migration(cible)
    return _regler(_moteur_ecrivain(cible), "BEGIN IMMEDIATE", "foreign_keys=OFF")


def moteur_de_lecture(url: str) -> Engine:
    """Pour une commande lancée à côté du serveur : une vue cohérente, et jamais un verrou d'écriture."""
    cible = make_url(url)
    if cible.get_backend_name() != "sqlite":
        return postgresql.moteur_lecteur(cible)
    return _regler(_moteur_ecrivain(cible), "BEGIN", "query_only=ON")


def copier_a_chaud(url: str, cible: Path) -> None:
    """Une copie entière et cohérente de la base, pendant que d'autres y écrivent ; son intégrité est vérifiée.

    `ValueError` si ce n'est pas un fichier SQLite (sur PostgreSQL, la copie est l'affaire de pg_dump) ou si la copie
    ne se relit pas.
    """
    source = make_url(url)
    if source.get_backend_name() != "sqlite" or not source.database:
        raise ValueError("not a SQLite file")
    lue = sqlite3.connect(f"{Path(source.database).resolve().as_uri()}?mode=ro", uri=True)
    copie = sqlite3.connect(cible)
    try:
        lue.backup(copie)
        copie.execute("PRAGMA journal_mode=DELETE")
        defauts = [ligne[0] for ligne in copie.execute("PRAGMA integrity_check(1)")]
        if defauts != ["ok"]:
            raise ValueError(f"integrity check: {defauts[0]}")
    finally:
        copie.close()
        lue.close()


def defauts(db: Session) -> Iterator[str]:
    """Ce que SQLite trouve de cassé dans son fichier, puis les lignes orphelines ; vide quand tout se tient.

    PostgreSQL tient lui-même l'un et l'autre.
    """
    if db.get_bind().dialect.name != "sqlite":
        return
    connexion = db.connection()
    yield from (str(defaut) for (defaut,) in connexion.exec_driver_sql("PRAGMA integrity_check") if defaut != "ok")
    for orpheline in connexion.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{orpheline[0]} {orpheline[1]}"


def version_de_sqlite() -> tuple[str, bool]:
    """La version chargée, et si elle permet plusieurs connexions sans risque."""
    return sqlite3.sqlite_version, sqlite3.sqlite_version_info >= SQLITE_SUR


def exiger_une_base_fidele(connexion: Connection) -> None:
    """Avant d'y écrire un schéma."""
    if connexion.dialect.name != "sqlite":
        postgresql.exiger_une_base_fidele(connexion)


def verifier_cles_etrangeres(connexion: Connection) -> None:
    """Une migration SQLite tourne clés relâchées : elle ne se valide que si elle n'a laissé aucun orphelin."""
    if connexion.dialect.name == "sqlite":
        tables = {ligne[0] for ligne in connexion.exec_driver_sql("PRAGMA foreign_key_check")}
        if tables:
            raise RuntimeError(f"orphan rows in {', '.join(sorted(tables))}")


def _moteur_ecrivain(cible: URL) -> Engine:
    return create_engine(cible.set(drivername="sqlite"), pool_size=1, max_overflow=0, hide_parameters=True)


def _regler(moteur: Engine, debut: str, *pragmas: str) -> Engine:
    """Le pilote n'ouvre plus de transaction de lui-même : `debut` le fait, DDL et lectures comprises."""

    def connecter(connexion: Any, _enregistrement: object) -> None:
        connexion.isolation_level = None
        curseur = connexion.cursor()
        for pragma in (*PRAGMAS, *pragmas):
            curseur.execute(f"PRAGMA {pragma}")
        curseur.close()

    event.listen(moteur, "connect", connecter)
    event.listen(moteur, "begin", lambda connexion: connexion.exec_driver_sql(debut))
    return moteur


def _vider_le_journal(moteur: Engine) -> bool:
    connexion = moteur.raw_connection()  # hors transaction : un point de reprise n'y est pas permis
    curseur = connexion.cursor()
    try:
        curseur.execute("PRAGMA busy_timeout=500")  # les actes attendent derrière
        curseur.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (retenu, _, _) = curseur.fetchone() or (1, 0, 0)
        return bool(retenu == 0)
    finally:
        curseur.execute("PRAGMA busy_timeout=5000")
        curseur.close()
        connexion.close()


def _recrire(moteur: Engine) -> None:
    connexion = moteur.raw_connection()
    curseur = connexion.cursor()
    try:
        curseur.execute("VACUUM")
    finally:
        curseur.close()
        connexion.close()
    _vider_le_journal(moteur)


def _sans_ecrire(lecture: Callable[[Session], T]) -> Callable[[Session], T]:
    """Rend à la connexion unique le refus d'écrire qu'ont les lecteurs."""

    def gardee(db: Session) -> T:
        connexion = db.connection()  # prise avant : une session en échec ne la rend plus
        connexion.exec_driver_sql("PRAGMA query_only=ON")
        try:
            return lecture(db)
        finally:
            connexion.exec_driver_sql("PRAGMA query_only=OFF")

    return gardee


def _nom(fonction: Callable[..., object]) -> str:
    return getattr(fonction, "__qualname__", type(fonction).__name__)
