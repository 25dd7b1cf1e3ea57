"""Les graines des papillons en cours d'impression : d'elles se tirent les mots de passe des élèves.

Un seul processus : elles ne sont qu'en mémoire. Plusieurs : l'un tire, un autre sert le téléchargement, et la graine
attend dans le dossier partagé, scellée par la clé de l'instance, le temps de l'impression.
"""

import secrets
from collections.abc import Collection
from pathlib import Path

from app.infra.cle import derive, desceller, sceller
from app.infra.disque import ecrire_le_premier

DOSSIER = "graines"
TAILLE = 32


class Graines:
    def __init__(self, partage: Path | None = None, *, cle: bytes = b"") -> None:
        """`partage` : le dossier des données commun à tous les processus ; nul s'il n'y en a qu'un."""
        self._dossier = partage / DOSSIER if partage else None
        self._cle = derive(cle, "papillons")
        self._lues: dict[str, bytes] = {}

    def de(self, impression_id: str) -> bytes | None:
        """Nulle si l'impression est close, ou pas encore reprise depuis un redémarrage."""
        graine = self._lues.get(impression_id) or self._partagee(impression_id)
        if graine is not None:
            self._lues[impression_id] = graine
        return graine

    def semer(self, impression_id: str) -> bool:
        """Faux si un autre processus l'a fait avant : sa graine est celle de tous."""
        neuve = secrets.token_bytes(TAILLE)
        if self._dossier is None:
            self._lues[impression_id] = neuve
            return True
        self._dossier.mkdir(mode=0o700, exist_ok=True)
        return ecrire_le_premier(self._dossier / impression_id, sceller(self._cle, neuve))

    def presentes(self) -> frozenset[str]:
        """À lire avant les impressions ouvertes : celle d'une impression lancée entre les deux n'est pas oubliée."""
        partagees = [f.name for f in self._dossier.iterdir()] if self._dossier and self._dossier.exists() else []
        return frozenset(nom for nom in (*self._lues, *partagees) if not nom.startswith("."))

    def oublier(self, impressions: Collection[str]) -> None:
        for impression_id in impressions:
            self._lues.pop(impression_id, None)
            if self._dossier is not None:
                (self._dossier / impression_id).unlink(missing_ok=True)

    def _partagee(self, impression_id: str) -> bytes | None:
        if self._dossier is None:
            return None
        try:
            return desceller(self._cle, (self._dossier / impression_id).read_bytes())
        except FileNotFoundError:
            return None
