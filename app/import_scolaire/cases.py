"""Du texte d'une case à sa valeur, colonne par colonne ; `Fautif` dit ce qu'on y attendait. Pur."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from app.referentiel.lieux import cle_de_recherche
from app.regles.vocabulaire import Civilite

AGE_MIN, AGE_MAX = 12, 90
CIVILITES = {
    "MME": Civilite.MADAME, "MADAME": Civilite.MADAME, "F": Civilite.MADAME,
    "M": Civilite.MONSIEUR, "MR": Civilite.MONSIEUR, "MONSIEUR": Civilite.MONSIEUR, "H": Civilite.MONSIEUR,
}  # fmt: skip
NOM = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-ªº·])*")
INE = re.compile(r"[0-9A-Z]{11}")
DATES = (
    re.compile(r"(?P<j>[0-9]{1,2})[-/. ](?P<m>[0-9]{1,2})[-/. ](?P<a>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<a>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<j>[0-9]{1,2})(?:[T ].*)?"),
)
NUMERO_EXCEL = re.compile(r"[0-9]{5}")
"""Une date de tableur dont la case n'a pas de format : les jours depuis le 30 décembre 1899."""


@dataclass(frozen=True, slots=True)
class Commune:
    code_insee: str
    type: str
    nom: str

    @property
    def nom_affiche(self) -> str:
        return self.nom.upper()


@dataclass(frozen=True, slots=True)
class Reperes:
    """Ce contre quoi un fichier se contrôle : le référentiel, et ce que la session permet."""

    jour: date
    categorie: str
    """celle de l'établissement, quand la case est vide"""
    categories: Mapping[str, str]
    """clé de recherche du code ou du libellé → code : celles qu'un établissement inscrit"""
    specialites: Mapping[str, str]
    """clé de recherche du code ou de l'intitulé → code"""
    fermees: Mapping[str, str]
    """code → pourquoi la spécialité ne se présente pas ici cette session"""
    departements: Mapping[str, str]
    """code, sous toutes ses écritures → code"""
    noms_departements: Mapping[str, str]
    communes: Mapping[str, Mapping[str, tuple[Commune, ...]]]
    """département → clé de recherche → communes de ce nom"""
    pays: Mapping[str, str]
    """clé de recherche du code ou du nom → code"""


class Fautif(Exception):  # noqa: N818 — porte ce qui était attendu
    pass


def _ine(texte: str, _: Reperes) -> str:
    ine = texte.replace(" ", "").upper()
    if ine and not (ine.isascii() and INE.fullmatch(ine)):
        raise Fautif("onze chiffres et lettres, par exemple 123456789AB, ou rien")
    return ine


def _civilite(texte: str, _: Reperes) -> Civilite:
    lue = CIVILITES.get(texte.rstrip(".").upper())
    if lue is None:
        raise Fautif("MME ou M")
    return lue


def _nom(quoi: str, *, requis: bool, majuscules: bool) -> Any:
    def lire(texte: str, _: Reperes) -> str:
        if not texte:
            if requis:
                raise Fautif(quoi)
            return ""
        if len(texte) > 100:
            raise Fautif("cent caractères au plus")
        if not NOM.fullmatch(texte):
            raise Fautif("des lettres, espaces, traits d’union et apostrophes")
        return texte.upper() if majuscules else texte

    return lire


def _date(texte: str, reperes: Reperes) -> date:
    premiere, derniere = reperes.jour.year - AGE_MAX, reperes.jour.year - AGE_MIN
    lue = _jour(texte, derniere)
    if not premiere <= lue.year <= derniere:
        raise Fautif(f"une date entre {premiere} et {derniere}")
    return lue


def _jour(texte: str, derniere: int) -> date:
    """`derniere` année possible : à ces âges, une année sur deux chiffres n'a qu'un sens."""
    if texte.isascii() and NUMERO_EXCEL.fullmatch(texte):
        return date(1899, 12, 30) + timedelta(days=int(texte))
    forme = next((trouvee for motif in DATES if (trouvee := motif.fullmatch(texte))), None)
    if forme is None or not texte.isascii():
        raise Fautif("une date, jj/mm/aaaa")
    try:
        annee = int(forme["a"])
        if len(forme["a"]) == 2:
            annee = derniere - (derniere - annee) % 100
        return date(annee, int(forme["m"]), int(forme["j"]))
    except ValueError:
        raise Fautif("une date qui existe, jj/mm/aaaa") from None


def _division(texte: str, _: Reperes) -> str:
    if not texte:
        raise Fautif("la classe de l’élève, par exemple DIV1")
    if len(texte) > 30:
        raise Fautif("trente caractères au plus")
    return texte


def _categorie(texte: str, reperes: Reperes) -> str:
    if not texte:
        return reperes.categorie
    lue = reperes.categories.get(cle_de_recherche(texte))
    if lue is None:
        raise Fautif(f"une catégorie qu’un établissement inscrit, par exemple {reperes.categorie}")
    return lue


def _specialite(texte: str, reperes: Reperes) -> str:
    if not texte:
        raise Fautif("le code de la spécialité, par exemple 50021129")
    lue = reperes.specialites.get(cle_de_recherche(texte))
    if lue is None:
        proche = get_close_matches(cle_de_recherche(texte), reperes.specialites, n=1, cutoff=0.85)
        suite = f" Vouliez-vous dire {reperes.specialites[proche[0]]} ?" if proche else ""
        raise Fautif(f"un code de la feuille « Spécialités » du modèle.{suite}")
    if lue in reperes.fermees:
        raise Fautif(f"une autre spécialité. {reperes.fermees[lue]}")
    return lue


def _courriel(texte: str, _: Reperes) -> str:
    if not texte:
        return ""
    from email_validator import EmailNotValidError, validate_email  # au premier fichier d’élèves

    try:
        return str(validate_email(texte, check_deliverability=False, allow_smtputf8=False).normalized)
    except EmailNotValidError:
        raise Fautif("une adresse complète, par exemple nom.prenom@domaine.fr") from None


def _pays(texte: str, reperes: Reperes) -> str:
    """Vide quand la case l'est : le département dit alors que c'est la France."""
    if not texte:
        return ""
    lu = reperes.pays.get(cle_de_recherche(texte))
    if lu is None:
        proche = get_close_matches(cle_de_recherche(texte), reperes.pays, n=1, cutoff=0.8)
        raise Fautif("un pays, en français." + (f" Vouliez-vous dire {proche[0]} ?" if proche else ""))
    return lu


def _departement(texte: str, reperes: Reperes) -> str:
    if not texte or cle_departement(texte) in ("99", "099"):
        return ""
    lu = reperes.departements.get(cle_departement(texte))
    if lu is None:
        raise Fautif("le code d’un département, par exemple 01, 2A ou 971")
    return lu


def _commune(texte: str, _: Reperes) -> str:
    if not texte:
        raise Fautif("la commune de naissance, ou la ville à l’étranger")
    if len(texte) > 100:
        raise Fautif("cent caractères au plus")
    return texte


LECTURES: Mapping[str, Any] = {
    "ine": _ine,
    "civilite": _civilite,
    "nom_famille": _nom("le nom de naissance de l’élève", requis=True, majuscules=True),
    "nom_usage": _nom("", requis=False, majuscules=True),
    "prenoms": _nom("les prénoms de l’élève", requis=True, majuscules=False),
    "date_naissance": _date,
    "pays": _pays,
    "departement": _departement,
    "commune": _commune,
    "division": _division,
    "categorie": _categorie,
    "specialite": _specialite,
    "courriel": _courriel,
}
"""Dans l'ordre du modèle : celui où les erreurs d'une ligne se lisent."""


def cle_departement(texte: str) -> str:
    return texte.replace(" ", "").upper()
