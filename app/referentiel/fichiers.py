"""Ouvrir un fichier du dossier de référence : CSV (ou CSV.gz) et TOML, avec une phrase quand il ne s'ouvre pas."""

import csv
import gzip
import io
import re
import tomllib
import zlib
from pathlib import Path

from app.referentiel.archive import DEPLIE_MAX
from app.referentiel.formes import Forme, controler_ligne, proche
from app.referentiel.rapport import FichierCsv, FichierToml, LigneCsv, Noeud, Rapport
from app.referentiel.reperes import Reperes

POSITION_TOML = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)


def lire_csv(dossier: Path, nom: str, forme: Forme, rapport: Rapport) -> FichierCsv:
    """Les colonnes se lisent par leur nom, dans n'importe quel ordre."""
    contenu = _texte(dossier, nom, rapport)
    if contenu is None:
        return FichierCsv()
    lignes: list[LigneCsv] = []
    lecteur = csv.reader(io.StringIO(contenu, newline=""), delimiter=";", strict=True)
    try:
        colonnes = next(lecteur, [])
        if not _colonnes_bonnes(nom, colonnes, forme, rapport):
            return FichierCsv()
        derniere = lecteur.line_num
        for valeurs in lecteur:
            numero, derniere = derniere + 1, lecteur.line_num
            if len(valeurs) != len(colonnes):
                phrase = f"{len(valeurs)} champs au lieu de {len(colonnes)}"
                rapport.signaler(nom, numero, "", phrase)
                continue
            lignes.append(LigneCsv(nom, numero, dict(zip(colonnes, valeurs, strict=True)), rapport))
    except csv.Error as faute:
        rapport.signaler(nom, max(lecteur.line_num, 1), "", f"CSV illisible, guillemets à vérifier ({faute})")
        return FichierCsv()  # la suite est peut-être passée inaperçue : on ne juge pas les renvois sur un morceau
    if not lignes and not any(e.fichier == nom for e in rapport.erreurs):
        rapport.signaler(nom, 1, "", "aucune ligne")
    return FichierCsv(tuple(lignes), tuple(ligne for ligne in lignes if controler_ligne(ligne, forme)))


def lire_toml(dossier: Path, nom: str, rapport: Rapport) -> Noeud | None:
    contenu = _texte(dossier, nom, rapport)
    if contenu is None:
        return None
    try:
        valeurs = tomllib.loads(contenu)
    except tomllib.TOMLDecodeError as faute:
        lu = POSITION_TOML.match(str(faute))
        phrase, ligne = (lu[1], lu[2] or contenu.count("\n") + 1) if lu else (str(faute), 0)
        rapport.signaler(nom, int(ligne), "", f"TOML illisible ({phrase})")
        return None
    except ValueError:  # un entier de plusieurs milliers de chiffres, un instant qui n'existe pas
        rapport.signaler(nom, 0, "", "TOML illisible : un nombre ou une date hors de toute mesure")
        return None
    except RecursionError:
        rapport.signaler(nom, 0, "", "TOML illisible : trop de tables les unes dans les autres")
        return None
    return Noeud(FichierToml(nom, valeurs, Reperes(contenu)), (), valeurs, rapport)


def _texte(dossier: Path, nom: str, rapport: Rapport) -> str | None:
    try:
        octets = (dossier / nom).read_bytes()
    except FileNotFoundError:
        rapport.signaler(nom, 0, "", "fichier absent")
        return None
    except OSError as faute:
        rapport.signaler(nom, 0, "", f"fichier illisible ({faute.strerror})")
        return None
    if nom.endswith(".gz"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(octets)) as flux:
                octets = flux.read(DEPLIE_MAX + 1)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            rapport.signaler(nom, 0, "", "archive gzip abîmée ou incomplète")
            return None
        if len(octets) > DEPLIE_MAX:
            rapport.signaler(nom, 0, "", f"ce fichier se déplie en plus de {DEPLIE_MAX // 1_000_000} Mo")
            return None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as faute:
        ligne = octets.count(b"\n", 0, faute.start) + 1
        rapport.signaler(nom, ligne, "", "ce n’est pas de l’UTF-8 : enregistrez le fichier dans cet encodage")
        return None


def _colonnes_bonnes(nom: str, colonnes: list[str], forme: Forme, rapport: Rapport) -> bool:
    for colonne in forme:
        if colonne not in colonnes:
            rapport.signaler(nom, 1, colonne, "colonne absente")
    for colonne in colonnes:
        if colonne not in forme:
            rapport.signaler(nom, 1, colonne, f"colonne inconnue{proche(colonne, forme)}")
    for colonne in sorted({c for c in colonnes if colonnes.count(c) > 1}):
        rapport.signaler(nom, 1, colonne, "colonne écrite deux fois")
    return sorted(colonnes) == sorted(forme)
