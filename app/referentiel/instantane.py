"""Un dossier de référence lu et contrôlé en entier : c'est tout ou rien."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.referentiel.archive import archiver
from app.referentiel.controles.acquis import lire_acquis
from app.referentiel.controles.epreuves import controler_codes_bcn, lire_specialites
from app.referentiel.controles.generales import lire_generales
from app.referentiel.controles.lieux import lire_academies, lire_communes, lire_pays
from app.referentiel.controles.listes import lire_catalogue, lire_etablissements, lire_langues
from app.referentiel.controles.pieces import lire_categories, lire_pieces
from app.referentiel.controles.textes import controler_textes
from app.referentiel.lignes import Ligne, lignes_des_tables
from app.referentiel.rapport import Noeud, Rapport, ReferentielInvalide
from app.regles.lecture import reglement
from app.regles.vocabulaire import InscritPar


@dataclass(frozen=True)
class Instantane:
    """`reglement` : valeurs JSON, à publier d'un bloc. `tables` : lignes des listes, par nom de table."""

    reglement: Mapping[str, Any]
    tables: Mapping[str, tuple[Ligne, ...]]
    archive: bytes = b""
    """les fichiers lus, tels quels"""

    @cached_property
    def empreinte(self) -> str:
        """Ne dépend que des valeurs : un commentaire ou une colonne déplacée ne fait pas une version."""
        texte = json.dumps(self.reglement, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(texte.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def effectifs(self) -> dict[str, int]:
        return {
            "spécialités": len(self.reglement["specialites"]),
            "acquis": len(self.reglement["acquis"]["acquis"]),
            "catégories": len(self.reglement["categories"]["categories"]),
            "pièces": len(self.reglement["pieces"]["pieces"]),
            **{nom: len(lignes) for nom, lignes in self.tables.items()},
        }


def lire_dossier(dossier: Path) -> Instantane:
    """Lève `ReferentielInvalide` avec toutes les erreurs trouvées ; rien n'est lu à moitié."""
    rapport = Rapport()
    if not dossier.is_dir():
        rapport.signaler(str(dossier), 0, "", "ce dossier n’existe pas")
        raise ReferentielInvalide(rapport.erreurs)
    instantane = _lire(dossier, rapport)
    if rapport.erreurs or instantane is None:
        raise ReferentielInvalide(rapport.erreurs)
    return replace(instantane, archive=archiver(dossier))


def _lire(dossier: Path, rapport: Rapport) -> Instantane | None:
    academies, departements = lire_academies(dossier, rapport)
    communes = lire_communes(dossier, rapport, departements.codes())
    pays = lire_pays(dossier, rapport)
    langues = lire_langues(dossier, rapport)

    generales = lire_generales(dossier, rapport)
    specialites = lire_specialites(dossier, rapport, generales)
    noms = {Path(s.fichier.nom).stem for s in specialites}
    catalogue = lire_catalogue(dossier, rapport, noms)
    controler_codes_bcn(specialites, catalogue.codes())

    par_code = {s["code"]: s for s in specialites if isinstance(s.get("code"), str)}
    acquis = lire_acquis(dossier, rapport, generales.codes("matieres") if generales else set(), par_code)
    categories = lire_categories(dossier, rapport)
    pieces = lire_pieces(dossier, rapport, par_code, acquis, categories)
    controler_textes(fichier for fichier in (acquis, categories, pieces, generales) if fichier)
    etablissements = lire_etablissements(dossier, rapport, academies.codes(), _statuts_autonomes(categories))

    if rapport.erreurs or not (acquis and categories and pieces and generales):
        return None
    contenu = {
        "acquis": acquis.valeur,
        "categories": categories.valeur,
        "pieces": pieces.valeur,
        "epreuves_generales": generales.valeur,
        "specialites": [s.valeur for s in specialites],
        "catalogue": [c.valeurs for c in catalogue],
        "langues": [langue.valeurs for langue in langues],
    }
    contenu = json.loads(json.dumps(contenu, default=_jour, ensure_ascii=False))
    try:
        reglement(contenu)
    except (KeyError, TypeError, ValueError) as faute:  # une version qui ne se relit pas ne se publie pas
        rapport.signaler(str(dossier), 0, "", f"le règlement ne se relit pas ({type(faute).__name__} : {faute})")
        return None
    return Instantane(contenu, lignes_des_tables(academies, departements, communes, pays, etablissements))


def _statuts_autonomes(categories: Noeud | None) -> set[str]:
    """Statuts qui s'inscrivent eux-mêmes au portail, sans établissement pour le faire."""
    lues = categories.enfants("categories") if categories else []
    return {c["statut"] for c in lues if c["inscrit_par"] == InscritPar.CANDIDAT}


def _jour(valeur: object) -> str:
    if isinstance(valeur, date):
        return valeur.isoformat()
    raise TypeError(f"{type(valeur).__name__} has no JSON form")
