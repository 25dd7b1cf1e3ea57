"""Le seul chemin d'écriture : un fil tient l'unique connexion qui écrit et sert les actes dans l'ordre.

Les actes qui attendent partagent un COMMIT, chacun dans son SAVEPOINT : celui qui échoue ne coûte rien à ses
voisins, et personne n'a de réponse avant que tout soit sur le disque. Un acte est synchrone : il ne peut
attendre ni un formulaire, ni argon2, ni le réseau pendant que les autres patientent.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from time import perf_counter
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

FILE = 256  # actes qui peuvent attendre ; au-delà, la réponse est 503 tout de suite
LOT = 64  # actes qui peuvent partager un COMMIT
LENT = 0.1  # secondes : un acte plus long fait attendre tous les autres, il est journalisé

T = TypeVar("T")
Demande = tuple[Future[Any], str, Callable[[Session], Any]]
Travail = tuple[Future[Any], Callable[[Engine], Any]]
journal = logging.getLogger(__name__)


class Indisponible(Exception):  # noqa: N818 — le mot que lit un agent : « service indisponible »
    """Répondue par un 503 : rien de l'acte n'est dans la base."""


def _tient_sa_transaction(connexion: Connection) -> bool:
    """Celle de SQLite. Disque plein, erreur d'entrée-sortie : il a pu tout défaire."""
    return bool(cast(Any, connexion.connection.driver_connection).in_transaction)


class Ecrivain(Thread):
    def __init__(self, moteur: Engine, *, tient: Callable[[Connection], bool] = _tient_sa_transaction) -> None:
        """`tient` : après l'échec d'un acte, la transaction du lot est-elle encore là ?"""
        super().__init__(name="ecrivain", daemon=True)  # un plantage ne doit pas retenir le processus
        self._moteur, self._tient = moteur, tient
        self._file: SimpleQueue[Demande | Travail | None] = SimpleQueue()
        self._entree = Lock()
        self._ouvert = True
        self.start()

    def confier(self, nom: str, acte: Callable[[Session], T]) -> Future[T]:
        reponse: Future[T] = Future()
        self._faire_entrer((reponse, nom, acte))
        return reponse

    def confier_entre_deux(self, travail: Callable[[Engine], T]) -> Future[T]:
        """Ce qui ne se fait pas dans une transaction, sur la même connexion : entre deux lots d'actes."""
        reponse: Future[T] = Future()
        self._faire_entrer((reponse, travail))
        return reponse

    def fermer(self) -> None:
        """Écrit ce qui a été accepté, refuse le reste. Bloque : s'appelle hors de la boucle."""
        with self._entree:
            self._ouvert = False
            self._file.put(None)
        self.join()
        self._moteur.dispose()

    def run(self) -> None:
        ouvert = True
        while ouvert:
            lot = [self._file.get()]
            while len(lot) < LOT and not self._file.empty():
                lot.append(self._file.get())
            ouvert = None not in lot
            # Une requête abandonnée pendant qu'elle attendait est oubliée ; commencée, elle va au bout.
            attendues = [d for d in lot if d and d[0].set_running_or_notify_cancel()]
            if demandes := [d for d in attendues if len(d) == 3]:
                self._ecrire(demandes)
            for reponse, travail in [d for d in attendues if len(d) == 2]:
                self._travailler(reponse, travail)

    def _faire_entrer(self, demande: Demande | Travail) -> None:
        with self._entree:  # rien n'entre après le None de la fermeture : ce serait ne jamais répondre
            if not self._ouvert or self._file.qsize() >= FILE:
                raise Indisponible("the write queue is closed or full")
            self._file.put(demande)

    def _travailler(self, reponse: Future[Any], travail: Callable[[Engine], Any]) -> None:
        try:
            reponse.set_result(travail(self._moteur))
        except BaseException as panne:
            reponse.set_exception(_indisponible("maintenance", panne))

    def _ecrire(self, demandes: list[Demande]) -> None:
        reponses: list[Callable[[], None]] = []
        try:
            with self._moteur.begin() as connexion:
                for reponse, nom, acte in demandes:
                    debut = perf_counter()
                    try:
                        with (
                            Session(connexion, expire_on_commit=False, join_transaction_mode="create_savepoint") as db,
                            db.begin(),
                        ):
                            resultat = acte(db)
                        reponses.append(partial(reponse.set_result, resultat))
                    except Exception as refus:
                        # Sans elle, ce qui suivrait s'écrirait hors transaction. On ne sert alors personne de ce lot.
                        if not self._tient(connexion):
                            raise
                        reponses.append(partial(reponse.set_exception, _juger(nom, refus)))
                    if (duree := perf_counter() - debut) > LENT:
                        journal.warning("slow act %s: %d ms", nom, duree * 1000)
        except BaseException as panne:  # BEGIN refusé, disque plein, COMMIT en échec
            reponses = [partial(d[0].set_exception, _indisponible(d[1], panne)) for d in demandes]
        for repondre in reponses:  # acceptés comme refusés : seulement après le COMMIT
            repondre()


def _juger(nom: str, refus: Exception) -> Exception:
    """Un refus de l'acte est rendu tel quel ; un manque de place ou un disque muet n'est pas son affaire."""
    return _indisponible(nom, refus) if isinstance(refus, OperationalError) else refus


def _indisponible(quoi: str, panne: BaseException) -> Indisponible:
    journal.error("%s not written: %s: %s", quoi, type(panne).__name__, getattr(panne, "orig", ""))
    indisponible = Indisponible(type(panne).__name__)
    indisponible.__cause__ = panne
    return indisponible
