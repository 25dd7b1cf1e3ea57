"""La tâche de fond des papillons : un fichier de chaque impression à son tour."""

from collections.abc import Callable
from datetime import datetime

from app.import_scolaire.graines import Graines
from app.import_scolaire.impressions import clore_les_anciennes, impressions_ouvertes
from app.import_scolaire.papillons import mot_de_passe_de_papillon
from app.import_scolaire.tirage import a_tirer, poser, reprendre
from app.infra.database import Database
from app.infra.fond import TacheDeFond
from app.infra.passwords import MotsDePasse

REPOS = 20.0  # secondes entre deux regards, quand personne ne réveille


class Imprimerie(TacheDeFond):
    panne = "leaflets postponed"

    def __init__(
        self,
        database: Database,
        mots_de_passe: MotsDePasse,
        *,
        horloge: Callable[[], datetime],
        graines: Graines | None = None,
    ) -> None:
        super().__init__(REPOS)
        self._database, self._mots_de_passe, self._horloge = database, mots_de_passe, horloge
        self._graines = graines or Graines()

    def graine(self, impression_id: str) -> bytes | None:
        """Nulle si l'impression est close, ou pas encore reprise depuis un redémarrage."""
        return self._graines.de(impression_id)

    async def avancer(self) -> bool:
        """Un fichier de chacune. Faux quand il n'y a rien à tirer."""
        presentes = self._graines.presentes()
        if ouvertes := await self._database.lire(impressions_ouvertes):
            await self._database.ecrire(clore_les_anciennes, self._horloge())
            ouvertes = await self._database.lire(impressions_ouvertes)
        self._graines.oublier(presentes.difference(ouvertes))
        tires = [await self._tirer(impression_id) for impression_id in ouvertes]
        return any(tires)

    async def _tirer(self, impression_id: str) -> bool:
        """Un calcul à la fois : l'autre place reste à qui se connecte."""
        if self._graines.de(impression_id) is None and self._graines.semer(impression_id):
            await self._database.ecrire(reprendre, impression_id)
        fichier = await self._database.lire(a_tirer, impression_id)
        if fichier is None:
            return False
        graine = self._graines.de(impression_id)
        if graine is None:  # close entre-temps
            return False
        empreintes = {
            eleve: await self._mots_de_passe.hacher(mot_de_passe_de_papillon(graine, eleve)) for eleve in fichier.eleves
        }
        await self._database.ecrire(poser, impression_id, fichier.rang, empreintes, maintenant=self._horloge())
        return True
