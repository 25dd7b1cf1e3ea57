"""L'essai à blanc : ce que le fichier changerait, ligne par ligne. Rien d'un élève n'est encore touché."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.import_scolaire.annonces import annoter
from app.import_scolaire.colonnes import PAR_CODE
from app.import_scolaire.controle import Jugee, departements_cites, juger
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.erreurs import LIGNE_ENTIERE, Erreur
from app.import_scolaire.existants import AILLEURS, Registre, confronter, existants_de, existants_pour
from app.import_scolaire.lecture import Ligne, Lu
from app.import_scolaire.models import ImportEleves, LigneImport, SorteLigne
from app.import_scolaire.reperes import departements, reperes
from app.regles.referentiel import Reglement

LOT = 500
ABSENTS = 1_000_000
"""les élèves que le fichier ne nomme pas se rangent après ses lignes"""


@dataclass(frozen=True, slots=True)
class Essai:
    lignes: tuple[dict[str, Any], ...]
    """prêtes pour `ligne_import`"""
    comptes: dict[str, int]
    ignorees: tuple[str, ...]


def essayer(db: Session, uai: str, periode_id: str, lu: Lu, reglement: Reglement, *, jour: date) -> Essai:
    """Une lecture : deux mille lignes par seconde, sans retenir personne."""
    cites = departements_cites(lu.lignes, departements(db))
    jugees = juger(lu.lignes, reperes(db, uai, periode_id, reglement, cites, jour=jour))
    registre = existants_pour(db, uai, periode_id, [j.eleve for j in jugees if j.eleve])
    vus: set[str] = set()
    lignes = [_ligne(jugee, registre, uai, vus) for jugee in jugees]
    absents = [e for e in existants_de(db, uai, periode_id) if e.candidature_id not in vus]
    if not any(ligne["sorte"] is SorteLigne.ERREUR for ligne in lignes):
        lignes += [
            _sans_suite(ABSENTS + rang, SorteLigne.ABSENT, e.candidature_id, eleve_en_json(e.eleve))
            for rang, e in enumerate(absents)
        ]
    comptes = Counter(str(ligne["sorte"].value) for ligne in lignes)
    comptes["lignes"] = len(jugees)
    comptes["erreurs"] = sum(len(ligne["erreurs"]) for ligne in lignes)
    comptes.update(annoter(db, uai, periode_id, _nouveaux(jugees, lignes)))
    return Essai(tuple(lignes), dict(comptes), lu.ignorees)


def ouvrir_l_essai(
    db: Session, uai: str, periode_id: str, essai: Essai, *, fichier: str, auteur: str, maintenant: datetime
) -> str:
    ouvert = ImportEleves(
        uai=uai,
        periode_id=periode_id,
        auteur=auteur,
        fichier=fichier,
        cree_le=maintenant,
        comptes=essai.comptes,
        ignorees=list(essai.ignorees),
    )
    db.add(ouvert)
    db.flush()
    return ouvert.id


def ranger(db: Session, import_id: str, lot: Sequence[dict[str, Any]]) -> None:
    db.execute(insert(LigneImport), [{"import_id": import_id, **ligne} for ligne in lot])


def eleve_en_json(eleve: Eleve) -> dict[str, Any]:
    lu: dict[str, Any] = msgspec.to_builtins(eleve)
    return lu


def eleve_de_json(valeurs: dict[str, Any]) -> Eleve:
    return msgspec.convert(valeurs, Eleve)


def erreurs_de(db: Session, import_id: str, limite: int) -> tuple[tuple[int, Erreur], ...]:
    """(numéro de ligne, erreur), dans l'ordre du fichier."""
    lignes = db.execute(
        select(LigneImport.numero, LigneImport.erreurs)
        .where(LigneImport.import_id == import_id, LigneImport.sorte == SorteLigne.ERREUR)
        .order_by(LigneImport.numero)
        .limit(limite)
    )
    return tuple((numero, Erreur(*erreur)) for numero, erreurs in lignes for erreur in erreurs)[:limite]


def _nouveaux(jugees: Sequence[Jugee], lignes: Sequence[dict[str, Any]]) -> list[tuple[Eleve, dict[str, Any]]]:
    return [
        (jugee.eleve, ligne)
        for jugee, ligne in zip(jugees, lignes, strict=False)  # les absents suivent
        if jugee.eleve and ligne["sorte"] is SorteLigne.NOUVEAU
    ]


def _ligne(jugee: Jugee, registre: Registre, uai: str, vus: set[str]) -> dict[str, Any]:
    ligne, eleve = jugee.ligne, jugee.eleve
    if eleve is None:
        return _fautive(ligne, jugee.erreurs)
    existant = registre.trouver(eleve)
    attendu, changes = confronter(eleve, existant, uai)
    if attendu:
        colonne, valeur = _ou_le_dire(eleve, attendu)
        return _fautive(ligne, (Erreur(colonne, valeur, attendu),))
    if existant is not None and existant.candidature_id in vus:
        return _fautive(ligne, (Erreur(PAR_CODE["division"].titre, LIGNE_ENTIERE, "un élève une seule fois"),))
    sorte = SorteLigne.NOUVEAU if existant is None else SorteLigne.CHANGE if changes else SorteLigne.INCHANGE
    if existant is not None:
        vus.add(existant.candidature_id)
    rangee = _sans_suite(ligne.numero, sorte, existant.candidature_id if existant else None, eleve_en_json(eleve))
    return rangee | {"cases": ligne.cases, "changements": [[c.champ, c.avant, c.apres] for c in changes]}


def _ou_le_dire(eleve: Eleve, attendu: str) -> tuple[str, str]:
    if attendu is AILLEURS and eleve.ine:
        return PAR_CODE["ine"].titre, eleve.ine
    return PAR_CODE["nom_famille"].titre, eleve.libelle


def _fautive(ligne: Ligne, erreurs: Sequence[Erreur]) -> dict[str, Any]:
    rangee = _sans_suite(ligne.numero, SorteLigne.ERREUR, None, None)
    return rangee | {"cases": ligne.cases, "erreurs": [[e.colonne, e.valeur, e.attendu] for e in erreurs]}


def _sans_suite(
    numero: int, sorte: SorteLigne, candidature_id: str | None, eleve: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "numero": numero,
        "cases": {},
        "eleve": eleve,
        "erreurs": [],
        "sorte": sorte,
        "changements": [],
        "fait": False,
        "candidature_id": candidature_id,
        "avant": None,
    }
