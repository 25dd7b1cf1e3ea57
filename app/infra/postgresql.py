"""PostgreSQL, pour plusieurs processus sur une même base : ses moteurs, ses lecteurs, et ce qu'il exige d'elle.

Les actes y suivent le même chemin que sur SQLite : un fil par processus les sert dans l'ordre, ceux qui attendent
partagent un COMMIT. Un verrou consultatif, pris au début de chaque transaction qui écrit, fait un seul écrivain à la
fois de tous les processus : un acte relit donc toujours ce que le précédent a écrit, où qu'il ait eu lieu.

Le pilote, psycopg, ne se charge que si `CYCLADES_BASE` nomme une base PostgreSQL.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, literal, select
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.infra.ecrivain import Indisponible

VERROU = 0x6379_636C
"""le même dans tous les processus : « cycl » en ASCII"""
LECTEURS = 4
ATTENTE = "10s"
"""derrière les écritures des autres processus, avant de répondre 503"""
SILENCE = "60s"
"""un processus figé, ou une machine éteinte, au milieu d'un acte : le serveur rend son verrou aux autres"""
RESEAU = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # millisecondes
}
"""une base qui ne répond plus se sait en secondes, non en heures"""

T = TypeVar("T")


class BaseInadaptee(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


def exiger_une_base_fidele(connexion: Connection) -> None:
    """Les listes et les clés se rangent octet par octet, comme sur SQLite : « a » y vient après « B »."""
    par_octet = not connexion.scalar(select(literal("a") < literal("B")))
    if not par_octet or connexion.scalar(select(func.current_setting("server_encoding"))) != "UTF8":
        raise BaseInadaptee(
            "Cette base PostgreSQL ne range pas les textes comme il le faut. Recréez-la ainsi : CREATE DATABASE "
            "cyclades TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';"
        )


def version_et_dangers(db: Session) -> tuple[str, tuple[str, ...]]:
    """La version du serveur, et ses réglages qui lui font perdre à une coupure ce qui a été répondu."""

    def valeur(reglage: str) -> str:
        return str(db.scalar(select(func.current_setting(reglage))))

    return valeur("server_version"), tuple(nom for nom in ("fsync", "synchronous_commit") if valeur(nom) == "off")


def moteur_ecrivain(cible: URL) -> Engine:
    return _un_ecrivain(_moteur(cible, lock_timeout=ATTENTE, idle_in_transaction_session_timeout=SILENCE))


def moteur_de_migration(cible: URL) -> Engine:
    """Un processus attend ici que l'autre ait migré."""
    return _un_ecrivain(_moteur(cible, lock_timeout="120s"))


def moteur_lecteur(cible: URL, lecteurs: int = 1) -> Engine:
    """Chaque lecture est une vue cohérente, et le serveur refuse qu'elle écrive."""
    moteur = _moteur(cible, taille=lecteurs)
    return moteur.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def tient_sa_transaction(connexion: Connection) -> bool:
    """Faux si le serveur l'a perdue : ce qui a été écrit dans ce lot ne sera pas validé."""
    pilote: Any = connexion.connection.driver_connection
    return str(pilote.info.transaction_status.name) == "INTRANS"


class Lecteurs:
    """Des fils qui lisent, chacun sa connexion : aucune lecture n'attend une écriture."""

    def __init__(self, cible: URL, nombre: int = LECTEURS) -> None:
        self._moteur = moteur_lecteur(cible, nombre)
        self._fils = ThreadPoolExecutor(nombre, thread_name_prefix="lecteur")
        self._libres = asyncio.Semaphore(nombre)

    async def lire(self, lecture: Callable[[Session], T], *, attente: float) -> T:
        """`TimeoutError` si aucun lecteur ne se libère en `attente` secondes."""
        async with asyncio.timeout(attente):
            await self._libres.acquire()
        reponse = asyncio.get_running_loop().run_in_executor(self._fils, self._lire, lecture)
        reponse.add_done_callback(lambda _: self._libres.release())
        return await asyncio.shield(reponse)  # une requête abandonnée n'interrompt pas la lecture commencée

    async def fermer(self) -> None:
        """Après les lectures commencées."""
        await asyncio.to_thread(self._fils.shutdown)
        self._moteur.dispose()

    def _lire(self, lecture: Callable[[Session], T]) -> T:
        try:
            with Session(self._moteur, expire_on_commit=False) as db:
                return lecture(db)
        except OperationalError as panne:
            raise Indisponible(type(panne.orig).__name__) from panne


def _moteur(cible: URL, *, taille: int = 1, **reglages: str) -> Engine:
    # Un réglage d'ouverture est le seul qu'une transaction défaite ne défait pas.
    options = " ".join(f"-c {nom}={valeur}" for nom, valeur in ({"timezone": "UTC"} | reglages).items())
    moteur = create_engine(
        cible.set(drivername="postgresql+psycopg"),
        pool_size=taille,
        max_overflow=0,
        pool_pre_ping=True,  # après un redémarrage de la base, la première requête est servie
        hide_parameters=True,  # une erreur journalisée ne montre pas ce qu'un candidat a saisi
        connect_args=RESEAU | {"application_name": "cyclades", "options": options},
    )
    event.listen(moteur, "connect", _ecarter_les_nuls)
    event.listen(moteur, "handle_error", _taire_le_detail)
    return moteur


def _ecarter_les_nuls(connexion: Any, _enregistrement: object) -> None:
    """PostgreSQL refuse U+0000. Cherché par une adresse forgée, il ne trouve rien, comme sur SQLite ; nos champs
    l'ôtent de ce qui s'écrit."""
    from psycopg.types.string import StrDumperUnknown

    class SansNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    connexion.adapters.register_dumper(str, SansNul)


def _taire_le_detail(contexte: ExceptionContext) -> None:
    """« Key (courriel)=(…) already exists » : une erreur journalisée ne montre pas ce qu'un candidat a saisi."""
    origine: Any = contexte.original_exception
    phrase = getattr(getattr(origine, "diag", None), "message_primary", None)
    if phrase and contexte.sqlalchemy_exception:
        origine.args = (phrase,)
        contexte.sqlalchemy_exception.args = (f"({type(origine).__name__}) {phrase}",)


def _un_ecrivain(moteur: Engine) -> Engine:
    def verrouiller(connexion: Connection) -> None:
        connexion.execute(select(func.pg_advisory_xact_lock(VERROU)))

    event.listen(moteur, "begin", verrouiller)
    return moteur
