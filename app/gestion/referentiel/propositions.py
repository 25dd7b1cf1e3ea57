"""Une archive reçue : dépliée à part, contrôlée en entier, comparée à ce qui est en vigueur. Rien n'est chargé."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.referentiel.archive import deballer
from app.referentiel.chargement import Instantane, lire_dossier
from app.referentiel.difference import difference
from app.referentiel.ecriture import Changements, comparer
from app.referentiel.models import VersionReferentiel

MONTREES = 300
"""différences gardées et montrées ; leur nombre entier est dit"""


def instantane_de(archive: bytes) -> Instantane:
    """`ArchiveRefusee` avec une phrase, `ReferentielInvalide` avec toutes les erreurs. Long : hors de la boucle."""
    with TemporaryDirectory(prefix="referentiel-") as dossier:
        deballer(archive, Path(dossier))
        return lire_dossier(Path(dossier))


def en_vigueur(db: Session, instantane: Instantane) -> tuple[Mapping[str, Any], dict[str, Changements]]:
    """Le règlement actif, et ce que les listes changeraient."""
    actif = db.scalar(select(VersionReferentiel.contenu).where(VersionReferentiel.active.is_(True)))
    return actif or {}, comparer(db, instantane.tables)


def comparaison(actif: Mapping[str, Any], listes: Mapping[str, Changements], propose: Instantane) -> dict[str, Any]:
    """En JSON : ce qui se garde avec la proposition."""
    changements = list(difference(actif, propose.reglement))
    return {
        "nombre": len(changements),
        "changements": [[c.ou, c.genre, c.avant, c.apres] for c in changements[:MONTREES]],
        "listes": {nom: [c.ajoutes, c.modifies, c.retires] for nom, c in listes.items() if not c.est_vide},
        "effectifs": propose.effectifs,
    }
