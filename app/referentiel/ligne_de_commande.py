"""`cyclades referentiel charger` et `cyclades referentiel verifier` : dire ce qui change, ou toutes les erreurs."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from app.infra.clock import maintenant
from app.infra.database import Database
from app.referentiel.chargement import (
    Bilan,
    EncoreUtilise,
    Erreur,
    Instantane,
    ReferentielInvalide,
    charger,
    lire_dossier,
)

REUSSI, REFUSE = 0, 1
NOMS = {
    "academie": "académies",
    "departement": "départements",
    "commune": "communes",
    "commune_code_postal": "codes postaux des communes",
    "pays": "pays et statuts",
    "etablissement_inscription": "établissements proposés",
}


async def commande_charger(database: Database, dossier: Path, *, en_json: bool) -> int:
    """Rien n'est écrit si un seul fichier a une seule erreur."""
    instantane = _lire(dossier, en_json=en_json)
    if instantane is None:
        return REFUSE
    if not en_json:
        _dire("Chargement…", sys.stderr)
    try:
        bilan = await database.ecrire(charger, instantane, maintenant())
    except EncoreUtilise as refus:
        return _refuser((Erreur(str(dossier), 0, "", str(refus)),), en_json=en_json)
    if en_json:
        _dire(json.dumps(_bilan_json(bilan), ensure_ascii=False))
    else:
        for ligne in _bilan_en_clair(bilan):
            _dire(ligne)
    return REUSSI


def commande_verifier(dossier: Path, *, en_json: bool) -> int:
    """Contrôle sans base : ce que `charger` refuserait, il le refuse."""
    instantane = _lire(dossier, en_json=en_json)
    if instantane is None:
        return REFUSE
    effectifs = {NOMS.get(nom, nom): nombre for nom, nombre in instantane.effectifs.items()}
    if en_json:
        valide = {"valide": True, "empreinte": instantane.empreinte, "effectifs": effectifs, "erreurs": []}
        _dire(json.dumps(valide, ensure_ascii=False))
        return REUSSI
    for nom, nombre in effectifs.items():
        _dire(f"{nombre:>7}  {nom}")
    _dire("Aucune erreur.")
    return REUSSI


def _lire(dossier: Path, *, en_json: bool) -> Instantane | None:
    if not en_json:
        _dire(f"Contrôle de {dossier}…", sys.stderr)
    try:
        return lire_dossier(dossier)
    except ReferentielInvalide as invalide:
        _refuser(invalide.erreurs, en_json=en_json)
        return None


def _refuser(erreurs: Sequence[Erreur], *, en_json: bool) -> int:
    if en_json:
        lignes = [
            {"fichier": e.fichier, "ligne": e.ligne or None, "champ": e.champ or None, "message": e.message}
            for e in erreurs
        ]
        _dire(json.dumps({"valide": False, "erreurs": lignes}, ensure_ascii=False))
        return REFUSE
    for erreur in erreurs:
        _dire(str(erreur), sys.stderr)
    accord = "1 erreur" if len(erreurs) == 1 else f"{len(erreurs)} erreurs"
    _dire(f"{accord} : rien n’est chargé.", sys.stderr)
    return REFUSE


def _bilan_en_clair(bilan: Bilan) -> list[str]:
    if bilan.est_vide:
        return [f"Rien n’a changé (règlement n° {bilan.version_id})."]
    lignes = [
        f"{NOMS.get(nom, nom)} : {c.ajoutes} ajoutés, {c.modifies} modifiés, {c.retires} retirés"
        for nom, c in bilan.tables.items()
        if not c.est_vide
    ]
    suite = "publié" if bilan.reglement_est_nouveau else "inchangé"
    return [*lignes, f"Règlement n° {bilan.version_id} {suite}."]


def _bilan_json(bilan: Bilan) -> dict[str, Any]:
    return {
        "valide": True,
        "version": bilan.version_id,
        "reglement_est_nouveau": bilan.reglement_est_nouveau,
        "tables": {
            nom: {"ajoutes": c.ajoutes, "modifies": c.modifies, "retires": c.retires} for nom, c in bilan.tables.items()
        },
        "erreurs": [],
    }


def _dire(ligne: str, sortie: TextIO | None = None) -> None:
    (sortie or sys.stdout).write(f"{ligne}\n")
