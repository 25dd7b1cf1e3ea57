"""`cyclades registre verifier` : la chaîne est relue ; la première rupture se dit, et le code de sortie est 1."""

import json
import sys
from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.infra.registre import LigneRegistre, Verification, verifier_la_chaine


async def commande_verifier_le_registre(database: Database, *, en_json: bool) -> int:
    verification = await database.lire(_verifier)
    sys.stdout.write((json.dumps(asdict(verification)) if en_json else en_clair(verification)) + "\n")
    return 0 if verification.rupture is None else 1


def en_clair(verification: Verification) -> str:
    if verification.rupture is not None:
        return (
            f"La chaîne du journal est rompue à la ligne {verification.rupture} : elle manque, ou a été retouchée. "
            f"Les {verification.lignes} d’avant se tiennent."
        )
    if not verification.lignes:
        return "Le journal est vide."
    return (
        f"La chaîne du journal se tient : {verification.lignes} lignes.\n"
        f"Dernière empreinte, à noter hors de cette machine : {verification.derniere}"
    )


def _verifier(db: Session) -> Verification:
    total = db.scalar(select(func.max(LigneRegistre.id))) or 0
    if not sys.stderr.isatty():
        return verifier_la_chaine(db)
    try:
        return verifier_la_chaine(db, lambda vues: _montrer(vues, total))
    finally:
        sys.stderr.write("\n")


def _montrer(vues: int, total: int) -> None:
    sys.stderr.write(f"\r{vues} lignes sur {total} ({vues * 100 // max(total, 1)} %)")
    sys.stderr.flush()
