"""La distribution : des candidats connus, dont un test change un seul fait.

    dack(langue="ESP")                       le candidat du guide, avec une autre langue
    dack(naissance=date(2010, 2, 1))         … plus jeune
    dack(contexte=contexte(annee=2026))      … à une autre session

Le règlement est celui de `db/referentiel`, lu comme l'application le lit.
"""

import csv
import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.regles.dossier import AcquisDeclare, Brouillon, Contexte, Dossier
from app.regles.lecture import reglement
from app.regles.referentiel import EtablissementInscription, Identite, Reglement
from app.regles.vocabulaire import FormePassage, InscritPar, PositionEpreuve, StatutCandidat

REFERENTIEL = Path(__file__).parents[3] / "db" / "referentiel"

BRODERIE = "50024127"
BOULANGER = "50022137"
AEPE = "50033205"
AEPE_AGREMENT = "50033205-AGR"

ETABLISSEMENTS = (
    EtablissementInscription("INDIV_16", "INDIV TOULOUSE", "03100003", "16", (StatutCandidat.INDIVIDUEL,)),
    EtablissementInscription("INDIV_14", "INDIV RENNES", "", "14", (StatutCandidat.INDIVIDUEL,)),
    EtablissementInscription("CNED", "CNED", "", "", (StatutCandidat.DISTANCE, StatutCandidat.SCOLAIRE)),
    EtablissementInscription("AUTRE", "AUTRE ORGANISME"),
)


@cache
def instantane() -> Mapping[str, Any]:
    """Les fichiers du référentiel, tels que le chargement les enregistre : des valeurs JSON, dates en texte."""
    lus = {nom: _toml(REFERENTIEL / f"{nom}.toml") for nom in ("acquis", "categories", "pieces", "epreuves_generales")}
    lus["specialites"] = [_toml(fichier) for fichier in sorted((REFERENTIEL / "specialites").glob("*.toml"))]
    lus["catalogue"] = _csv(REFERENTIEL / "specialites_catalogue.csv")
    lus["langues"] = _csv(REFERENTIEL / "langues.csv")
    valeurs: Mapping[str, Any] = json.loads(json.dumps(lus, default=str))
    return valeurs


def _toml(fichier: Path) -> Any:
    return tomllib.loads(fichier.read_text(encoding="utf-8"))


def _csv(fichier: Path) -> Any:
    with fichier.open(encoding="utf-8", newline="") as lignes:
        return list(csv.DictReader(lignes, delimiter=";"))


@cache
def le_reglement() -> Reglement:
    return reglement(instantane())


def contexte(**changements: Any) -> Contexte:
    """Toulouse, session 2027, inscription le 10 novembre 2026."""
    toulouse = Contexte(
        annee=2027,
        date_inscription=date(2026, 11, 10),
        academie="16",
        etablissements=ETABLISSEMENTS,
        noms_academies={"16": "Toulouse", "14": "Rennes"},
    )
    return replace(toulouse, **changements)


def titre(code: str, annee: int | None = 2020, academie: str | None = "16", **reponses: Any) -> AcquisDeclare:
    return AcquisDeclare(code, annee, academie, **reponses)


def dack(*, contexte: Contexte | None = None, naissance: date = date(2004, 11, 28), **changements: Any) -> Dossier:
    """Dack ACCRALL, le candidat du guide : individuel salarié, Arts de la broderie, titulaire d'un autre CAP."""
    return _dossier(DACK, _identite("M", "ACCRALL", "Dack", naissance), contexte, changements)


def dacluse(*, contexte: Contexte | None = None, naissance: date = date(2001, 9, 20), **changements: Any) -> Dossier:
    """Dacis DACLUSE, la candidate du guide à l'agrément d'assistante maternelle : EP1 et EP3 de la petite enfance."""
    return _dossier(DACLUSE, _identite("MME", "DACLUSE", "Dacis", naissance), contexte, changements)


def acculi(*, contexte: Contexte | None = None, naissance: date = date(2009, 9, 20), **changements: Any) -> Dossier:
    """Acculi ACCAME, élève inscrite par le LYC BELLEVUE."""
    contexte = contexte or CONTEXTE_SCOLAIRE
    return _dossier(ACCULI, _identite("MME", "ACCAME", "Acculi", naissance), contexte, changements)


def debutant(*, contexte: Contexte | None = None, **changements: Any) -> Dossier:
    """Quelqu'un qui n'a encore rien répondu."""
    return _dossier(Brouillon(), _identite("MME", "ACCRALL", "Anne", date(1996, 5, 30)), contexte, changements)


def _dossier(
    brouillon: Brouillon, identite: Identite, contexte_voulu: Contexte | None, changements: dict[str, Any]
) -> Dossier:
    if "acquis" in changements and "familles" not in changements:
        connus = le_reglement().acquis
        codes = (declare.code for declare in changements["acquis"])
        changements["familles"] = tuple(dict.fromkeys(connus[code].famille for code in codes if code in connus))
    return Dossier(identite, brouillon.avec(**changements), le_reglement(), contexte_voulu or contexte())


def _identite(civilite: str, nom: str, prenoms: str, naissance: date) -> Identite:
    return Identite(civilite, nom, "", prenoms, naissance, "FRANCE (DONT OUTRE-MER)", "014 - CALVADOS", "MAY-SUR-ORNE")


_COORDONNEES = Brouillon(
    nationalite="FR",
    pays_adresse="FR",
    voie="15 voie verte",
    code_postal="31000",
    localite="TOULOUSE",
    telephone_mobile="0606060606",
    courriel="accrall@ac-rennes.fr",
    amenagement_duree=False,
    amenagement_epreuves=False,
    accord_presse=False,
    accord_collectivites=False,
)

DACK = _COORDONNEES.avec(
    categorie="INDIVIDUEL_SALARIE",
    etablissement="INDIV_16",
    specialite=BRODERIE,
    forme_passage=FormePassage.GLOBALE,
    familles=("AUTRE_DIPLOME",),
    acquis=(titre("CAP_AUTRE"),),
    options={"EP2A": "MGM"},
    langue="ALL",
)

DACLUSE = _COORDONNEES.avec(
    categorie="INDIVIDUEL_SALARIE",
    etablissement="INDIV_16",
    specialite=AEPE_AGREMENT,
    choix={"SITUATION_PRO": "AM"},
    forme_passage=FormePassage.GLOBALE,
)

ACCULI = _COORDONNEES.avec(
    categorie="SCOLAIRE",
    etablissement="0310038Y",
    specialite=AEPE,
    choix={"SITUATION_PRO": "AC"},
    forme_passage=FormePassage.GLOBALE,
    derogation=False,
    eps=PositionEpreuve.INSCRIT,
)

CONTEXTE_SCOLAIRE = contexte(inscrit_par=InscritPar.ETABLISSEMENT)
