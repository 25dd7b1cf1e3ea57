"""Du texte des cases à un élève, ou à des erreurs qui disent la colonne, la valeur lue et ce qu'on attendait. Pur."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from app.import_scolaire.colonnes import PAR_CODE
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.lecture import Ligne
from app.referentiel.lieux import ACTUELLE, cle_de_recherche
from app.regles.vocabulaire import Civilite
from app.web.champs import nettoyer, presentable

AGE_MIN, AGE_MAX = 12, 90
LIGNE_ENTIERE = "(ligne entière)"
CIVILITES = {
    "MME": Civilite.MADAME, "MADAME": Civilite.MADAME, "F": Civilite.MADAME,
    "M": Civilite.MONSIEUR, "MR": Civilite.MONSIEUR, "MONSIEUR": Civilite.MONSIEUR, "H": Civilite.MONSIEUR,
}  # fmt: skip
NOM = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-ªº·])*")
INE = re.compile(r"[0-9A-Z]{11}")
DATES = (
    re.compile(r"(?P<j>[0-9]{1,2})[-/. ](?P<m>[0-9]{1,2})[-/. ](?P<a>[0-9]{4})"),
    re.compile(r"(?P<a>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<j>[0-9]{1,2})(?:[T ].*)?"),
)
NUMERO_EXCEL = re.compile(r"[0-9]{5}")
"""Une date de tableur dont la case n'a pas de format : les jours depuis le 30 décembre 1899."""
ARRONDISSEMENT = re.compile(r"(PARIS|LYON|MARSEILLE) (?:0?)([0-9]{1,2})(?:E|ER|EME)?(?: ARRONDISSEMENT)?")


@dataclass(frozen=True, slots=True)
class Erreur:
    colonne: str
    valeur: str
    attendu: str


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


@dataclass(frozen=True, slots=True)
class Jugee:
    ligne: Ligne
    eleve: Eleve | None
    erreurs: tuple[Erreur, ...]


def juger(lignes: Iterable[Ligne], reperes: Reperes) -> list[Jugee]:
    """Chaque ligne pour elle-même, puis les unes contre les autres."""
    jugees = [_juger(ligne, reperes) for ligne in lignes]
    return _sans_doubles(jugees)


def departements_cites(lignes: Iterable[Ligne], departements: Mapping[str, str]) -> set[str]:
    cites = (departements.get(_cle_departement(ligne.cases.get("departement", ""))) for ligne in lignes)
    return {code for code in cites if code}


class _Fautif(Exception):  # noqa: N818 — porte ce qui était attendu
    pass


def _juger(ligne: Ligne, reperes: Reperes) -> Jugee:
    lues: dict[str, Any] = {}
    erreurs: list[Erreur] = []
    for code, lire in _LECTURES.items():
        brut = ligne.cases.get(code, "")
        texte = nettoyer(brut)
        try:
            if texte is None:
                raise _Fautif("un texte sans caractère invisible ni signe de commande")
            lues[code] = lire(texte, reperes)
        except _Fautif as faute:
            erreurs.append(Erreur(PAR_CODE[code].titre, presentable(brut), str(faute)))
    erreurs += _lieu(ligne, lues, reperes)
    if erreurs:
        return Jugee(ligne, None, tuple(erreurs))
    lieu = lues.pop("lieu")
    for code in ("pays", "departement", "commune"):
        lues.pop(code)
    return Jugee(ligne, Eleve(**lues, **lieu), ())


def _ine(texte: str, _: Reperes) -> str:
    ine = texte.replace(" ", "").upper()
    if ine and not (ine.isascii() and INE.fullmatch(ine)):
        raise _Fautif("onze chiffres et lettres, par exemple 123456789AB, ou rien")
    return ine


def _civilite(texte: str, _: Reperes) -> Civilite:
    lue = CIVILITES.get(texte.rstrip(".").upper())
    if lue is None:
        raise _Fautif("MME ou M")
    return lue


def _nom(quoi: str, *, requis: bool, majuscules: bool) -> Any:
    def lire(texte: str, _: Reperes) -> str:
        if not texte:
            if requis:
                raise _Fautif(quoi)
            return ""
        if len(texte) > 100:
            raise _Fautif("cent caractères au plus")
        if not NOM.fullmatch(texte):
            raise _Fautif("des lettres, espaces, traits d’union et apostrophes")
        return texte.upper() if majuscules else texte

    return lire


def _date(texte: str, reperes: Reperes) -> date:
    lue = _jour(texte)
    premiere, derniere = reperes.jour.year - AGE_MAX, reperes.jour.year - AGE_MIN
    if not premiere <= lue.year <= derniere:
        raise _Fautif(f"une date entre {premiere} et {derniere}")
    return lue


def _jour(texte: str) -> date:
    if texte.isascii() and NUMERO_EXCEL.fullmatch(texte):
        return date(1899, 12, 30) + timedelta(days=int(texte))
    forme = next((trouvee for motif in DATES if (trouvee := motif.fullmatch(texte))), None)
    if forme is None or not texte.isascii():
        raise _Fautif("une date, jj/mm/aaaa")
    try:
        return date(int(forme["a"]), int(forme["m"]), int(forme["j"]))
    except ValueError:
        raise _Fautif("une date qui existe, jj/mm/aaaa") from None


def _division(texte: str, _: Reperes) -> str:
    if not texte:
        raise _Fautif("la classe de l’élève, par exemple DIV1")
    if len(texte) > 30:
        raise _Fautif("trente caractères au plus")
    return texte


def _categorie(texte: str, reperes: Reperes) -> str:
    if not texte:
        return reperes.categorie
    lue = reperes.categories.get(cle_de_recherche(texte))
    if lue is None:
        raise _Fautif(f"une catégorie qu’un établissement inscrit, par exemple {reperes.categorie}")
    return lue


def _specialite(texte: str, reperes: Reperes) -> str:
    if not texte:
        raise _Fautif("le code de la spécialité, par exemple 50021129")
    lue = reperes.specialites.get(cle_de_recherche(texte))
    if lue is None:
        proche = get_close_matches(cle_de_recherche(texte), reperes.specialites, n=1, cutoff=0.85)
        suite = f" Vouliez-vous dire {reperes.specialites[proche[0]]} ?" if proche else ""
        raise _Fautif(f"un code de la feuille « Spécialités » du modèle.{suite}")
    if lue in reperes.fermees:
        raise _Fautif(f"une autre spécialité. {reperes.fermees[lue]}")
    return lue


def _courriel(texte: str, _: Reperes) -> str:
    if not texte:
        return ""
    from email_validator import EmailNotValidError, validate_email  # au premier fichier d’élèves

    try:
        return str(validate_email(texte, check_deliverability=False, allow_smtputf8=False).normalized)
    except EmailNotValidError:
        raise _Fautif("une adresse complète, par exemple nom.prenom@domaine.fr") from None


def _pays(texte: str, reperes: Reperes) -> str:
    """Vide quand la case l'est : le département dit alors que c'est la France."""
    if not texte:
        return ""
    lu = reperes.pays.get(cle_de_recherche(texte))
    if lu is None:
        proche = get_close_matches(cle_de_recherche(texte), reperes.pays, n=1, cutoff=0.8)
        raise _Fautif("un pays, en français." + (f" Vouliez-vous dire {proche[0]} ?" if proche else ""))
    return lu


def _departement(texte: str, reperes: Reperes) -> str:
    if not texte or _cle_departement(texte) in ("99", "099"):
        return ""
    lu = reperes.departements.get(_cle_departement(texte))
    if lu is None:
        raise _Fautif("le code d’un département, par exemple 01, 2A ou 971")
    return lu


def _commune(texte: str, _: Reperes) -> str:
    if not texte:
        raise _Fautif("la commune de naissance, ou la ville à l’étranger")
    if len(texte) > 100:
        raise _Fautif("cent caractères au plus")
    return texte


_LECTURES: Mapping[str, Any] = {
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


def _lieu(ligne: Ligne, lues: dict[str, Any], reperes: Reperes) -> Iterator[Erreur]:
    """Pays, département et commune ensemble ; rien à dire de plus si l'un d'eux est déjà fautif."""
    if not {"pays", "departement", "commune"} <= lues.keys():
        return
    pays, departement, commune = lues["pays"], lues["departement"], lues["commune"]
    pays = pays or ("FR" if departement else "")
    if not pays:
        yield Erreur(PAR_CODE["departement"].titre, "", "le département de naissance ; à l’étranger, le pays")
    elif pays != "FR" and departement:
        valeur = presentable(ligne.cases.get("departement", ""))
        yield Erreur(PAR_CODE["departement"].titre, valeur, "rien, pour une naissance à l’étranger")
    elif pays != "FR":
        lues["lieu"] = _ou(pays, None, None, commune)
    elif not departement:
        yield Erreur(PAR_CODE["departement"].titre, "", "le département de naissance, par exemple 31")
    else:
        trouvee = _commune_de(commune, reperes.communes.get(departement, {}))
        if trouvee is None:
            yield Erreur(PAR_CODE["commune"].titre, commune, _phrase_commune(commune, departement, reperes))
        else:
            lues["lieu"] = _ou(pays, departement, trouvee, trouvee.nom_affiche)


def _ou(pays: str, departement: str | None, commune: Commune | None, nom: str) -> dict[str, str | None]:
    return {
        "pays_naissance": pays,
        "departement_naissance": departement,
        "commune_naissance": commune.code_insee if commune else None,
        "commune_naissance_type": commune.type if commune else None,
        "lieu_naissance": nom,
    }


def _commune_de(texte: str, communes: Mapping[str, tuple[Commune, ...]]) -> Commune | None:
    """Une commune déléguée ou associée se dit comme elle s'appelait ; homonyme de l'actuelle, c'est l'actuelle."""
    cle = cle_de_recherche(texte)
    if lue := ARRONDISSEMENT.fullmatch(cle):
        rang = int(lue[2])
        cle = f"{lue[1]} {rang}{'ER' if rang == 1 else 'E'} ARRONDISSEMENT"
    homonymes = communes.get(cle, ())
    return min(homonymes, key=lambda commune: (commune.type != ACTUELLE, commune.code_insee), default=None)


def _phrase_commune(texte: str, departement: str, reperes: Reperes) -> str:
    communes = reperes.communes.get(departement, {})
    phrase = f"une commune de ce département ({reperes.noms_departements.get(departement, departement)})."
    proche = get_close_matches(cle_de_recherche(texte), communes, n=1, cutoff=0.75)
    return phrase + (f" Vouliez-vous dire {communes[proche[0]][0].nom_affiche} ?" if proche else "")


def _cle_departement(texte: str) -> str:
    return texte.replace(" ", "").upper()


def _sans_doubles(jugees: list[Jugee]) -> list[Jugee]:
    """Un INE une fois ; sans INE des deux côtés, un même nom et une même date de naissance une fois."""
    ines: dict[str, int] = {}
    personnes: dict[str, list[tuple[int, str]]] = {}
    rendues = []
    for jugee in jugees:
        eleve, erreurs = jugee.eleve, list(jugee.erreurs)
        if eleve is not None:
            numero = jugee.ligne.numero
            premiere = ines.setdefault(eleve.ine, numero) if eleve.ine else numero
            if premiere != numero:
                attendu = f"un INE par élève : celui-ci est déjà à la ligne {premiere}"
                erreurs.append(Erreur(PAR_CODE["ine"].titre, eleve.ine, attendu))
            memes = personnes.setdefault(eleve.cle, [])
            autre = next((n for n, ine in memes if not (ine and eleve.ine) and n != premiere), None)
            if autre is not None:
                attendu = (
                    f"un élève une seule fois : même nom et même date de naissance qu’à la ligne {autre}. "
                    "Deux homonymes se distinguent par leur INE"
                )
                erreurs.append(Erreur(PAR_CODE["division"].titre, LIGNE_ENTIERE, attendu))
            memes.append((numero, eleve.ine))
        rendues.append(jugee if not erreurs else Jugee(jugee.ligne, None, tuple(erreurs)))
    return rendues
