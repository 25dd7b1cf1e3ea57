"""Pays, départements, communes et localités : les listes où l'on choisit où l'on est né, où l'on habite."""

import re
import unicodedata
from collections.abc import Collection
from functools import reduce
from itertools import starmap

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, or_, select
from sqlalchemy.orm import Session, aliased

from app.referentiel.fiches import FicheCommune, FicheDepartement, FichePays
from app.referentiel.models import Commune, CommuneCodePostal, Departement, Pays

ACTUELLE = "commune-actuelle"
DELEGUEE = "commune-deleguee"
ASSOCIEE = "commune-associee"
ARRONDISSEMENT = "arrondissement-municipal"

DEPENDANCES = {DELEGUEE: "commune déléguée de", ASSOCIEE: "commune associée à"}
ABREVIATIONS = {"ST": "SAINT", "STE": "SAINTE", "STS": "SAINTS", "STES": "SAINTES"}
LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE", "ß": "SS"})

Parente = aliased(Commune)

_PAYS = select(Pays.code, Pays.nom, Pays.nationalite, Pays.type, Pays.est_ue, Pays.est_eee_ou_suisse).order_by(
    Pays.nom_cle
)
_DES_PAYS = _PAYS.where(Pays.code.in_(bindparam("codes", expanding=True)))
_UN_DEPARTEMENT = select(Departement.code, Departement.code_cyclades, Departement.nom).where(
    Departement.code == bindparam("code")
)


def cle_de_recherche(texte: str) -> str:
    """« St-Étienne-d’Orthe » et « SAINT ETIENNE D ORTHE » donnent la même clé."""
    return " ".join(ABREVIATIONS.get(mot, mot) for mot in _mots(texte))


def pays(db: Session) -> tuple[FichePays, ...]:
    """La France d'abord. L'outre-mer n'y est pas : on y choisit la France, puis le département."""
    lignes = db.execute(_PAYS.where(Pays.type.in_(("etat", "territoire-dependant"))))
    return tuple(sorted(starmap(FichePays, lignes), key=lambda p: p.code != "FR"))


def nationalites(db: Session) -> tuple[FichePays, ...]:
    """« Français » d'abord ; apatrides et réfugiés compris."""
    fiches = starmap(FichePays, db.execute(_PAYS.where(Pays.nationalite != "")))
    return tuple(sorted(fiches, key=lambda p: (p.code != "FR", cle_de_recherche(p.nationalite))))


def un_pays(db: Session, code: str) -> FichePays | None:
    return des_pays(db, {code}).get(code)


def des_pays(db: Session, codes: Collection[str]) -> dict[str, FichePays]:
    """Par code ; ceux qui n'existent pas n'y sont pas."""
    return {ligne.code: FichePays(*ligne) for ligne in db.connection().execute(_DES_PAYS, {"codes": list(codes)})}


def departements(db: Session) -> tuple[FicheDepartement, ...]:
    lignes = db.scalars(select(Departement).order_by(Departement.code_cyclades))
    return tuple(FicheDepartement(d.code, d.code_cyclades, d.nom) for d in lignes)


def departement(db: Session, code: str) -> FicheDepartement | None:
    ligne = db.connection().execute(_UN_DEPARTEMENT, {"code": code}).one_or_none()
    return FicheDepartement(*ligne) if ligne else None


def communes(db: Session, departement: str, recherche: str, limite: int = 20) -> tuple[FicheCommune, ...]:
    """D'abord les noms qui commencent par ce qui est tapé, puis ceux qui en contiennent tous les mots.

    Une commune déléguée homonyme de sa commune nouvelle est tue : ce serait deux fois le même nom.
    """
    # « ST » est une abréviation dans « ST MARTIN », et le début de « STRASBOURG » tant qu'on tape.
    cles = tuple({cle_de_recherche(recherche): None, " ".join(_mots(recherche)): None})
    if not cles[0] or not departement.isascii():
        return ()
    rang = case((Commune.nom_cle.in_(cles), 0), (_commence_par(cles), 1), else_=2)
    requete = (
        _avec_parente()
        .where(Commune.departement_code == departement)
        .where(or_(*(_contient_les_mots(cle) for cle in cles)))
        .where(or_(Parente.nom_cle.is_(None), Parente.nom_cle != Commune.nom_cle))
        .order_by(rang, Commune.nom_cle, Commune.type)
        .limit(limite)
    )
    return tuple(_fiche_commune(ligne) for ligne in db.execute(requete))


def commune(db: Session, cle: str) -> FicheCommune | None:
    """`cle` : celle que porte une fiche (`FicheCommune.cle`)."""
    if not cle.isascii():
        return None
    code_insee, _, type_ = cle.partition("-")
    ligne = db.execute(_avec_parente().where(Commune.code_insee == code_insee, Commune.type == type_)).one_or_none()
    return _fiche_commune(ligne) if ligne else None


def localites(db: Session, code_postal: str) -> tuple[FicheCommune, ...]:
    """Communes d'un code postal, puis leurs communes déléguées ou associées, qui n'ont pas de code à elles.

    Paris, Lyon et Marseille s'y disent d'un mot : le code postal dit déjà l'arrondissement.
    """
    if not code_postal.isascii():
        return ()
    return tuple(_fiche_commune(ligne) for ligne in db.execute(_LOCALITES, {"code_postal": code_postal}))


def _mots(texte: str) -> list[str]:
    majuscules = texte.upper().translate(LIGATURES)
    sans_accents = "".join(c for c in unicodedata.normalize("NFD", majuscules) if not unicodedata.combining(c))
    return re.findall(r"[A-Z0-9]+", sans_accents)


def _avec_parente() -> Select[str, str, str, str, str | None]:
    return select(
        Commune.code_insee, Commune.type, Commune.nom, Commune.departement_code, Parente.nom.label("parente")
    ).outerjoin(
        Parente,
        and_(
            Commune.type.in_(tuple(DEPENDANCES)),
            Parente.code_insee == Commune.rattachement,
            Parente.type == ACTUELLE,
        ),
    )


_ACTUELLES = select(CommuneCodePostal.code_insee).where(
    CommuneCodePostal.code_postal == bindparam("code_postal"), CommuneCodePostal.type == ACTUELLE
)
_LOCALITES = (
    _avec_parente()
    .where(
        or_(
            and_(Commune.type == ACTUELLE, Commune.code_insee.in_(_ACTUELLES)),
            and_(
                Commune.type.in_(tuple(DEPENDANCES)),
                Commune.rattachement.in_(_ACTUELLES),
                Parente.nom_cle != Commune.nom_cle,
            ),
        )
    )
    .order_by(case((Commune.type == ACTUELLE, 0), else_=1), Commune.nom_cle)
)


def _commence_par(cles: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(Commune.nom_cle.startswith(cle) for cle in cles))


def _contient_les_mots(cle: str) -> ColumnElement[bool]:
    """Une clé n'a que des lettres, des chiffres et des espaces : rien à échapper pour LIKE."""
    mots = [or_(Commune.nom_cle.startswith(mot), Commune.nom_cle.contains(f" {mot}")) for mot in cle.split()]
    return reduce(and_, mots)


def _fiche_commune(ligne: Row[str, str, str, str, str | None]) -> FicheCommune:
    code_insee, type_, nom, departement_code, parente = ligne
    libelle = nom.upper()
    if parente:
        libelle += f" ({DEPENDANCES[type_]} {parente.upper()})"
    return FicheCommune(code_insee, type_, nom, departement_code, libelle)
