"""Ce que le portail appelle : un fichier entre, un verdict sort, et jamais une exception ni une attente sans fin."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.pieces.examen.clamd import VIRUS, Avis, analyser
from app.pieces.examen.ouvrier import EPUISANT
from app.pieces.examen.paquet import empaqueter
from app.pieces.examen.processus import Silence, lancer
from app.pieces.examen.reconnaissance import reconnaitre
from app.pieces.examen.verdict import Refus, Verdict, refuse
from app.pieces.formats import DEBUT, FORMATS, IMAGES
from app.regles.vocabulaire import EtatExamen, FormatFichier

DELAI = 8.0
ENSEMBLE = 2
ATTENTE = 15.0
"""Secondes d'attente d'une place ; au-delà le dépôt est gardé et s'examine plus tard."""
TAILLE_MAX = 5_000_000
ESSAIS = 2
EN_ATTENTE = Verdict(EtatExamen.EN_ATTENTE)
PAS_UNE_PHOTO = (
    "Plusieurs fichiers choisis ensemble doivent être des photos JPG ou PNG : elles sont réunies en un seul PDF. Pour "
    "d’autres documents, réunissez tout dans un PDF, ou déposez un seul fichier."
)


class Examinateur:
    """Un par serveur : c'est lui qui compte les sous-processus ouverts ensemble. `clamd` vide : pas d'antivirus."""

    def __init__(
        self,
        *,
        clamd: str = "",
        python: str = sys.executable,
        delai: float = DELAI,
        ensemble: int = ENSEMBLE,
        attente: float = ATTENTE,
    ) -> None:
        self._clamd = clamd
        self._python = python
        self._delai = delai
        self._attente = attente
        self._places = asyncio.Semaphore(ensemble)

    async def examiner(
        self, chemin: Path, nom: str, formats: Sequence[str], *, sortie: Path, taille_max: int = TAILLE_MAX
    ) -> Verdict:
        """Sain ou en attente, `sortie` est ce qu'il faut garder (en attente : le fichier tel qu'il est venu)."""
        try:
            format_ = await asyncio.to_thread(reconnaitre, chemin, nom, formats)
        except Refus as refus:
            return refuse(refus.phrase)
        tache = ["examiner", str(chemin), str(sortie), format_, str(taille_max)]
        verdict = await self._desinfecte(await self._verdict(tache, sortie), [chemin], sortie)
        if verdict.etat is EtatExamen.EN_ATTENTE:
            await asyncio.to_thread(shutil.copyfile, chemin, sortie)
            return replace(verdict, format=format_)
        return verdict

    async def reunir(self, photos: Sequence[Path], *, sortie: Path, taille_max: int = TAILLE_MAX) -> Verdict:
        """Plusieurs photos, un PDF. En attente : `sortie` les garde en paquet, que `examiner_le_paquet` reprendra."""
        if not await asyncio.to_thread(_toutes_des_images, photos):
            return refuse(PAS_UNE_PHOTO)
        tache = ["reunir", str(sortie), str(taille_max), *(str(photo) for photo in photos)]
        verdict = await self._desinfecte(await self._verdict(tache, sortie), photos, sortie)
        if verdict.etat is EtatExamen.EN_ATTENTE:
            await asyncio.to_thread(empaqueter, photos, sortie)
            return replace(verdict, format=FormatFichier.PDF)
        return verdict

    async def examiner_le_paquet(self, paquet: Path, *, sortie: Path, taille_max: int = TAILLE_MAX) -> Verdict:
        """Des photos déposées ensemble pendant que l'examinateur était en panne."""
        tache = ["deballer", str(sortie), str(taille_max), str(paquet)]
        return await self._desinfecte(await self._verdict(tache, sortie), [paquet], sortie)

    async def apercu(self, chemin: Path, format_: str, page: int, *, sortie: Path) -> bool:
        """Vrai : `sortie` est l'image JPEG de cette page (à partir de 1). Faux : le fichier est « à télécharger »."""
        if format_ not in (FormatFichier.PDF, *IMAGES):
            return False
        verdict = await self._verdict(["montrer", str(chemin), str(sortie), format_, str(page)], sortie)
        return verdict.etat is EtatExamen.SAIN

    async def _verdict(self, tache: Sequence[str], sortie: Path) -> Verdict:
        verdict = EN_ATTENTE
        try:
            async with asyncio.timeout(self._attente):
                await self._places.acquire()
        except TimeoutError:
            return verdict
        try:
            verdict = await self._essayer(tache, sortie)
        finally:
            self._places.release()
            if verdict.etat is not EtatExamen.SAIN:
                sortie.unlink(missing_ok=True)
        return verdict

    async def _essayer(self, tache: Sequence[str], sortie: Path) -> Verdict:
        """Un fichier qui tue deux fois son examinateur n'est pas le hasard."""
        for _ in range(ESSAIS):
            reponse = await lancer(self._python, tache, delai=self._delai)
            if reponse is Silence.PANNE:
                return EN_ATTENTE
            if isinstance(reponse, dict):
                return await asyncio.to_thread(_lu, reponse, sortie)
        return refuse(EPUISANT)

    async def _desinfecte(self, verdict: Verdict, chemins: Sequence[Path], sortie: Path) -> Verdict:
        """L'antivirus juge ce qui est venu, pas ce que nous en avons refait ; rien n'en reste s'il n'en veut pas."""
        if verdict.etat is EtatExamen.REFUSE or not self._clamd:
            return verdict
        for chemin in chemins:
            avis = await analyser(self._clamd, chemin)
            if avis is not Avis.RIEN:
                sortie.unlink(missing_ok=True)
                return refuse(VIRUS) if avis is Avis.VIRUS else EN_ATTENTE
        return verdict


def _lu(reponse: dict[str, object], sortie: Path) -> Verdict:
    """La réponse d'un processus qui a ouvert un fichier hostile se relit comme une saisie."""
    etat, motif, pages = reponse.get("etat"), reponse.get("motif"), reponse.get("pages")
    if etat == EtatExamen.REFUSE and isinstance(motif, str) and 0 < len(motif) <= 600:
        return refuse(motif)
    code = str(reponse.get("format"))
    if etat != EtatExamen.SAIN or code not in tuple(FormatFichier) or not isinstance(pages, int):
        return EN_ATTENTE
    with sortie.open("rb") as fichier:
        reconnu = FORMATS[FormatFichier(code)].commence(fichier.read(DEBUT))
    return Verdict(EtatExamen.SAIN, code, pages=pages) if reconnu else EN_ATTENTE


def _toutes_des_images(photos: Sequence[Path]) -> bool:
    def debut(photo: Path) -> bytes:
        with photo.open("rb") as fichier:
            return fichier.read(DEBUT)

    return bool(photos) and all(any(FORMATS[code].commence(debut(photo)) for code in IMAGES) for photo in photos)
