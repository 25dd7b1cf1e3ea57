"""La racine de composition : le seul endroit où le vrai temps, la vraie base et le vrai courrier se rencontrent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from litestar import Litestar, Router

from app.accueil.controllers import router as accueil
from app.comptes.authentification import Authentification
from app.comptes.controllers import router as comptes
from app.documents.controllers import router as documents
from app.entretien import entretenir
from app.espace.compte import router as compte
from app.espace.controllers import router as espace
from app.espace.correction import router as correction
from app.espace.donnees_http import router as donnees
from app.espace.echeances_http import router as echeances
from app.espace.premiere_connexion import router as premiere_connexion
from app.espace.suppression_compte import router as suppression_compte
from app.exploitation import programme
from app.exploitation.metriques import router as metriques
from app.exploitation.sante import router as sante
from app.gestion.controle.relance_en_nombre import relancer_en_fond
from app.gestion.publications.execution import Editions
from app.gestion.referentiel.taches import VieDuReferentiel
from app.import_scolaire.graines import Graines
from app.import_scolaire.importateur import Importateur
from app.import_scolaire.imprimerie import Imprimerie
from app.infra.cle import cle_instance
from app.infra.clock import maintenant
from app.infra.database import Database, Indisponible
from app.infra.facteur import Facteur, Transport
from app.infra.passwords import MotsDePasse
from app.infra.transports import DossierEml, Smtp
from app.inscription.controllers import router as inscription
from app.inscription.nations import Nations
from app.pieces.examen.examinateur import Examinateur
from app.pieces.reexamen import reexaminer_sans_fin
from app.referentiel.reglements import Reglements
from app.settings import Reglages
from app.web.montage import monter

ENTRETIEN = timedelta(minutes=10)
REEXAMEN = timedelta(minutes=1)
MONTE = frozenset({"gabarits", "statiques"})
"""Ce que porte un portail monté, quelle que soit l'instance qu'il sert."""


@asynccontextmanager
async def vivre(app: Litestar) -> AsyncIterator[None]:
    reglages, horloge = app.state.reglages, app.state.horloge
    database = Database(reglages.adresse_base)
    mots_de_passe, examinateur = MotsDePasse(), Examinateur(clamd=reglages.clamd)
    editions = Editions(database, gabarits=app.state.gabarits, url_publique=reglages.url_publique, horloge=horloge)
    referentiel = VieDuReferentiel(database, horloge=horloge)
    graines = Graines(reglages.donnees if reglages.est_partagee else None, cle=app.state.cle)
    app.state.update(
        database=database,
        editions=editions,
        examinateur=examinateur,
        importateur=Importateur(database, horloge=horloge),
        imprimerie=Imprimerie(database, mots_de_passe, horloge=horloge, graines=graines),
        mots_de_passe=mots_de_passe,
        nations=Nations(),
        referentiel=referentiel,
        reglements=Reglements(),
    )
    facteur = Facteur(database, transport=transport(reglages), expediteur=reglages.expediteur, horloge=horloge)
    taches = [
        asyncio.create_task(facteur.tourner()),
        asyncio.create_task(editions.tourner()),
        asyncio.create_task(app.state.importateur.tourner()),
        asyncio.create_task(app.state.imprimerie.tourner()),
        asyncio.create_task(referentiel.tourner()),
        asyncio.create_task(
            entretenir(
                database,
                donnees=reglages.donnees,
                gabarits=app.state.gabarits,
                url_publique=reglages.url_publique,
                horloge=horloge,
                recapitulatif=reglages.recapitulatif,
                conservation=reglages.conservation,
                repos=ENTRETIEN,
            )
        ),
        asyncio.create_task(
            relancer_en_fond(database, gabarits=app.state.gabarits, url_publique=reglages.url_publique, horloge=horloge)
        ),
        asyncio.create_task(
            reexaminer_sans_fin(
                database,
                examinateur,
                donnees=reglages.donnees,
                gabarits=app.state.gabarits,
                url_publique=reglages.url_publique,
                horloge=horloge,
                repos=REEXAMEN,
            )
        ),
    ]
    if reglages.sauvegardes:
        taches.append(
            asyncio.create_task(programme.tourner(reglages, reglages.sauvegardes, horloge=horloge, repos=ENTRETIEN))
        )
    try:
        yield
    finally:
        for tache in taches:
            tache.cancel()
            with suppress(asyncio.CancelledError):
                await tache
        await asyncio.to_thread(mots_de_passe.fermer)
        await database.fermer()


def gestion() -> Router:
    from app.gestion.controllers import router

    return router


def etablissements() -> Router:
    from app.etablissements.controllers import router

    return router


AU_BESOIN = {"/gestion": gestion, "/etablissement": etablissements}
"""Montés quand un agent vient : le portail au repos, ou un soir d'inscriptions, s'en passe."""


def create_app(reglages: Reglages, *, horloge: Callable[[], datetime] = maintenant, d_emblee: bool = False) -> Litestar:
    """La base doit être migrée. `horloge` : le temps du portail, que les tests déplacent. `d_emblee` : sans attendre
    le besoin, toutes les routes."""
    return monter(
        [
            accueil,
            compte,
            comptes,
            correction,
            documents,
            donnees,
            echeances,
            espace,
            inscription,
            metriques,
            sante,
            premiere_connexion,
            suppression_compte,
            *(charger() for charger in AU_BESOIN.values() if d_emblee),
        ],
        au_besoin={} if d_emblee else AU_BESOIN,
        reglages=reglages,
        cle=cle_instance(reglages.donnees),
        horloge=horloge,
        indisponible=Indisponible,
        middleware=[Authentification()],
        lifespan=[vivre],
    )


def confier(app: Litestar, reglages: Reglages, *, horloge: Callable[[], datetime] = maintenant) -> None:
    """Donne une autre instance à un portail à l'arrêt : ce qui est monté (routes, gabarits) ne dépend d'aucune."""
    for cle in set(app.state) - MONTE:
        del app.state[cle]
    app.state.update(cle=cle_instance(reglages.donnees), horloge=horloge, reglages=reglages)


def transport(reglages: Reglages) -> Transport:
    return Smtp(reglages.smtp) if reglages.smtp else DossierEml(reglages.donnees / "courriels")
