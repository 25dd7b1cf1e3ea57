"""Ce qui se fait tout seul : effacer ce qui a fini de servir, rappeler, annoncer les contrôles, faire les relevés."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment

from app.candidatures.rappels import envoyer_les_rappels
from app.comptes.effacement import demander_le_compactage, effacer_les_preuves_orphelines, effacer_les_traces
from app.comptes.purge import purger
from app.conservation.purge import purger_tout
from app.durees import Conservation
from app.gestion.candidatures.memoire import oublier_les_recherches
from app.gestion.publications.actions import oublier_les_vieux_essais
from app.gestion.tableau.releve import relever_les_services_vivants
from app.import_scolaire.menage import effacer_les_lignes
from app.infra.database import Database, Indisponible
from app.pieces.envois import purger_les_envois
from app.pieces.orphelins import ramasser_les_orphelins
from app.pieces.recapitulatif import envoyer_les_recapitulatifs

CONSERVATION = timedelta(hours=24)
"""ce qui se compte en mois se relit une fois par jour"""

journal = logging.getLogger(__name__)


async def entretenir(
    database: Database,
    *,
    donnees: Path,
    gabarits: Environment,
    url_publique: str,
    horloge: Callable[[], datetime],
    recapitulatif: bool,
    conservation: Conservation,
    repos: timedelta,
) -> None:
    """Tourne jusqu'à annulation. Une base indisponible attend le passage suivant."""
    conserve_le: datetime | None = None
    while True:
        try:
            if effaces := await database.ecrire(purger, horloge()):
                demander_le_compactage(donnees)
                journal.info("%s never-activated accounts erased", effaces)
            if rappels := await envoyer_les_rappels(database, gabarits, url_publique, horloge()):
                journal.info("%s reminders queued", rappels)
            if recapitulatif and (
                annonces := await envoyer_les_recapitulatifs(database, gabarits, url_publique, horloge())
            ):
                journal.info("%s daily digests queued", annonces)
            await database.ecrire(effacer_les_lignes, horloge())
            await relever_les_services_vivants(database, horloge())
            await effacer_les_preuves_orphelines(database, donnees, horloge())
            await database.ecrire(purger_les_envois, horloge())
            await database.ecrire(oublier_les_recherches, horloge())
            if essais := await database.ecrire(oublier_les_vieux_essais, horloge()):
                journal.info("%s stale publication drafts erased", essais)
            if ramasses := await ramasser_les_orphelins(database, donnees, horloge()):
                journal.info("%s orphan files removed", ramasses)
            conserve_le = await _une_fois_par_jour(database, donnees, conservation, horloge(), conserve_le)
            await effacer_les_traces(database, donnees)
        except (Indisponible, OSError) as panne:  # base occupée ou pleine, fichier à balayer hors d'atteinte
            journal.warning("maintenance postponed: %s", type(panne).__name__)
        await asyncio.sleep(repos.total_seconds())


async def _une_fois_par_jour(
    database: Database, donnees: Path, conservation: Conservation, maintenant: datetime, dernier: datetime | None
) -> datetime:
    """Rend l'instant du dernier passage. Chaque démarrage en fait un."""
    if dernier is not None and maintenant - dernier < CONSERVATION:
        return dernier
    for decompte in await purger_tout(database, donnees, conservation, maintenant):
        if decompte.combien:
            journal.info("retention: %s %s erased", decompte.combien, decompte.nom)
    return maintenant
