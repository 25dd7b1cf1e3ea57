"""Son et film se gardent tels quels : leur charpente est suivie d'un bout à l'autre, leur contenu n'est pas décodé."""

import struct

from app.pieces.examen.verdict import Refus
from app.regles.vocabulaire import FormatFichier

ABIME = (
    "Ce fichier {} est incomplet ou abîmé : vérifiez qu’il se lit sur votre appareil, puis enregistrez-le de nouveau "
    "et déposez-le."
)
BOITES_MAX = 5000
MARQUES_MP4 = {*b"isom iso2 iso4 iso5 iso6 mp41 mp42 avc1 MSNV dash 3gp4 3gp5 3gp6 mmp4".split(), b"M4V ", b"M4A "}
DEBITS_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
DEBITS_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
FREQUENCES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
TRAMES_MIN = 3


def controler(octets: bytes, format_: FormatFichier) -> None:
    juge = {FormatFichier.MP4: _mp4, FormatFichier.AVI: _avi, FormatFichier.MP3: _mp3}[format_]
    try:
        tient = juge(octets)
    except (struct.error, IndexError) as faute:
        raise Refus(ABIME.format(format_)) from faute
    if not tient:
        raise Refus(ABIME.format(format_))


def _mp4(octets: bytes) -> bool:
    """ISO/IEC 14496-12 : une suite de boîtes qui finit exactement avec le fichier ; ftyp d'abord, moov et mdat."""
    genres: list[bytes] = []
    ici = 0
    while ici < len(octets) and len(genres) < BOITES_MAX:
        taille, genre = struct.unpack_from(">I4s", octets, ici)
        entete = 8
        if taille == 1:
            (taille,) = struct.unpack_from(">Q", octets, ici + 8)
            entete = 16
        elif taille == 0:
            taille = len(octets) - ici
        if taille < entete:
            return False
        genres.append(genre)
        ici += taille
    marque = octets[8:12]
    return (
        ici == len(octets) and genres[:1] == [b"ftyp"] and {b"moov", b"mdat"} <= set(genres) and marque in MARQUES_MP4
    )


def _avi(octets: bytes) -> bool:
    """RIFF : la taille annoncée tient dans le fichier, et la liste des en-têtes précède les images."""
    (annonce,) = struct.unpack_from("<I", octets, 4)
    if not 4 <= annonce <= len(octets) - 8 or len(octets) - 8 - annonce > 1:
        return False
    genres: list[bytes] = []
    ici = 12
    while ici + 8 <= 8 + annonce and len(genres) < BOITES_MAX:
        genre, taille = struct.unpack_from("<4sI", octets, ici)
        genres.append(octets[ici + 8 : ici + 12] if genre == b"LIST" else genre)
        ici += 8 + taille + taille % 2
    listes = [genre for genre in genres if genre in (b"hdrl", b"movi")]
    return ici >= 8 + annonce and ici <= len(octets) + 1 and listes[:2] == [b"hdrl", b"movi"]


def _mp3(octets: bytes) -> bool:
    """Une étiquette ID3v2 facultative, puis des trames de couche 3 qui s'enchaînent."""
    ici = 0
    if octets.startswith(b"ID3"):
        a, b, c, d = octets[6:10]
        if max(a, b, c, d) > 127:
            return False
        ici = 10 + (a << 21 | b << 14 | c << 7 | d)
    trames = 0
    while trames < TRAMES_MIN:
        longueur = _longueur_trame(octets[ici : ici + 4])
        if longueur == 0 or ici + longueur > len(octets):
            return False
        ici += longueur
        trames += 1
    return True


def _longueur_trame(entete: bytes) -> int:
    if len(entete) < 4 or entete[0] != 0xFF or entete[1] & 0xE0 != 0xE0:
        return 0
    version, couche = entete[1] >> 3 & 3, entete[1] >> 1 & 3
    rang_debit, rang_frequence, bourrage = entete[2] >> 4, entete[2] >> 2 & 3, entete[2] >> 1 & 1
    if couche != 1 or version not in FREQUENCES or rang_debit in (0, 15) or rang_frequence == 3:
        return 0
    debit = (DEBITS_V1 if version == 3 else DEBITS_V2)[rang_debit] * 1000
    return (144 if version == 3 else 72) * debit // FREQUENCES[version][rang_frequence] + bourrage
