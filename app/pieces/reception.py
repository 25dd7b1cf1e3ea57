"""Ce qui vient d'être choisi pour une pièce : un fichier, ou plusieurs photos qui n'en font qu'un.

Examiné, puis rangé sur le disque : l'acte qui suit n'a plus qu'à écrire la ligne. Un examinateur, un antivirus en
panne ne refusent rien : le fichier est gardé « en attente », et repris plus tard (reexamen.py).
"""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.infra.database import Indisponible
from app.pieces.depot import Fichier
from app.pieces.examen.examinateur import Examinateur
from app.pieces.examen.noms import LONGUEUR, nom_propre
from app.pieces.examen.paquet import LONGUEUR as LONGUEUR_PHOTO
from app.pieces.examen.paquet import MARQUE, deballer, est_un_paquet
from app.pieces.formats import ENSEMBLE_MAX, PHOTOS_MAX, acceptent_plusieurs_photos, trop_lourd, trop_lourdes
from app.pieces.rangement import ranger
from app.regles.referentiel import RegleDepot
from app.regles.vocabulaire import EtatExamen, FormatFichier

CHOISIR = "Choisissez un fichier, puis « Ajouter »."
UN_SEUL = "Choisissez un seul fichier : cette pièce n’accepte pas plusieurs photos."
TROP_DE_PHOTOS = f"Choisissez {PHOTOS_MAX} photos au plus à la fois."
PHOTOS_ABIMEES = "Ces photos ne sont pas arrivées entières : choisissez-les de nouveau."


@dataclass(frozen=True, slots=True)
class Recu:
    nom: str
    chemin: Path
    octets: int


@dataclass(frozen=True, slots=True)
class Juge:
    octets: bytes
    """ce qu'il faut garder ; « en attente », ce qui est venu"""
    format: str
    pages: int
    examen: EtatExamen


def motif_du_lot(tailles: Sequence[int], depot: RegleDepot, formats: Sequence[FormatFichier]) -> str:
    """Ce qui se juge avant d'ouvrir quoi que ce soit ; vide quand le lot peut être examiné."""
    if not tailles:
        return CHOISIR
    if len(tailles) == 1:
        return trop_lourd(depot, formats) if tailles[0] > depot.taille_max else ""
    if not acceptent_plusieurs_photos(formats):
        return UN_SEUL
    if len(tailles) > PHOTOS_MAX:
        return TROP_DE_PHOTOS
    return trop_lourdes() if sum(tailles) > ENSEMBLE_MAX else ""


async def recevoir(
    examinateur: Examinateur,
    donnees: Path,
    recus: Sequence[Recu],
    formats: Sequence[FormatFichier],
    *,
    taille_max: int,
) -> Fichier | str:
    """Le fichier rangé ; ou la phrase du refus, et rien n'est gardé."""
    juge = await juger(examinateur, recus, formats, taille_max=taille_max)
    if isinstance(juge, str):
        return juge
    try:
        range_ = await asyncio.to_thread(ranger, donnees, juge.octets, juge.format)
    except OSError as plein:
        raise Indisponible("the file could not be stored") from plein
    return Fichier(
        nom_du_lot([recu.nom for recu in recus], juge.format),
        juge.format,
        range_.octets,
        range_.empreinte,
        range_.cle,
        pages=juge.pages,
        examen=juge.examen,
    )


async def juger(
    examinateur: Examinateur, recus: Sequence[Recu], formats: Sequence[FormatFichier], *, taille_max: int
) -> Juge | str:
    """Ce qu'il faut garder ; ou la phrase du refus."""
    with TemporaryDirectory(prefix="examen-") as dossier:
        sortie = Path(dossier) / "garde"
        if len(recus) > 1:
            photos = [recu.chemin for recu in recus]
            verdict = await examinateur.reunir(photos, sortie=sortie, taille_max=taille_max)
        else:
            (recu,) = recus
            verdict = await examinateur.examiner(recu.chemin, recu.nom, formats, sortie=sortie, taille_max=taille_max)
        if verdict.etat is EtatExamen.REFUSE:
            return verdict.motif
        octets = await asyncio.to_thread(sortie.read_bytes)
    return Juge(octets, verdict.format, verdict.pages, verdict.etat)


def deballer_les_photos(paquet: Path, dossier: Path, nom: str, photos: int) -> list[Recu]:
    """Celles d'un envoi par morceaux, chacune dans son fichier ; vide si le paquet n'est pas ce qu'il annonce."""
    octets = paquet.read_bytes()
    try:
        sorties = list(deballer(octets)) if est_un_paquet(octets) else []
    except struct.error:
        return []
    if len(sorties) != photos or sum(len(sortie) + LONGUEUR_PHOTO.size for sortie in sorties) + len(MARQUE) != len(
        octets
    ):
        return []
    recus = []
    for rang, sortie in enumerate(sorties):
        chemin = dossier / str(rang)
        chemin.write_bytes(sortie)
        recus.append(Recu(nom, chemin, len(sortie)))
    return recus


def nom_du_lot(noms: Sequence[str], format_: str) -> str:
    """« IMG_2041 (3 photos).pdf » : le candidat reconnaît la première."""
    nom = nom_propre(noms[0], format_)
    if len(noms) == 1:
        return nom
    souche, _, extension = nom.rpartition(".")
    suite = f" ({len(noms)} photos)"
    return f"{souche[: LONGUEUR - len(suite) - len(extension) - 1]}{suite}.{extension}"
