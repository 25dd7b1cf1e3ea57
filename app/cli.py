"""La commande `cyclades` : servir, essayer, inviter un agent, charger le référentiel, purger, sauvegarder.

Une erreur est une phrase, et un code de sortie différent de zéro.
"""

import argparse
import asyncio
import logging
import os
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import uvicorn
from jinja2 import Environment
from sqlalchemy.exc import OperationalError

from app.comptes import ligne_de_commande as agents
from app.comptes.agents import NouvelAgent, Refus
from app.comptes.guards import AGENTS
from app.comptes.models import RoleCompte
from app.conservation import commande as conservation
from app.exploitation import ligne_de_commande as exploitation
from app.exploitation.archive import Refus as ExploitationRefusee
from app.infra.clock import maintenant
from app.infra.database import Database, Indisponible
from app.infra.postgresql import BaseInadaptee
from app.infra.schema import est_a_jour
from app.infra.verification_registre import commande_verifier_le_registre
from app.infra.verrou import DossierOccupe, tenir
from app.main import create_app
from app.settings import Impossible, ReglageInvalide, Reglages, depuis_environnement
from app.web import journal
from app.web.gabarits import creer_environnement
from app.web.statiques import Statiques

REFERENTIEL = Path(__file__).resolve().parents[1] / "db" / "referentiel"
ARRET = 10  # secondes laissées aux réponses en cours


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        options = _lire(arguments)
        reglages = depuis_environnement(os.environ)
        return int(options.commande(options, reglages))
    except (Impossible, Refus, ExploitationRefusee, BaseInadaptee) as refus:
        print(refus, file=sys.stderr)
        return 2
    except (OperationalError, Indisponible) as muette:
        raison = str(getattr(muette.__cause__ or muette, "orig", "") or muette)
        print(f"La base ne répond pas, ou refuse : {raison.splitlines()[0]}", file=sys.stderr)
        return 2
    except DossierOccupe as occupe:
        print(f"Une restauration remplace {occupe} : attendez qu’elle finisse.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _lire(arguments: Sequence[str] | None) -> argparse.Namespace:
    analyse = argparse.ArgumentParser(prog="cyclades", description="Portail d’inscription au CAP.")
    commandes = analyse.add_subparsers(required=True, metavar="commande")
    commandes.add_parser("demo", help="portail d’essai, avec des données d’exemple").set_defaults(commande=_demo)
    commandes.add_parser("serve", help="migre la base et sert le portail").set_defaults(commande=_serve)
    conservation.declarer(commandes)
    exploitation.declarer(commandes)
    base = commandes.add_parser("engendrer", help="remplit une base d’essai de candidatures inventées")
    base.add_argument("nombre", type=int)
    base.add_argument("--academie", default="16", help="code de l’académie qui les reçoit, 16 par défaut")
    base.set_defaults(commande=_engendrer)
    _lire_agent(commandes.add_parser("agent", help="personnes du service des examens"))
    referentiel = commandes.add_parser("referentiel", help="données de référence").add_subparsers(
        required=True, metavar="action"
    )
    for nom, aide, commande in (
        ("charger", "contrôle un dossier et le publie", _charger),
        ("verifier", "contrôle un dossier sans rien changer", _verifier),
    ):
        action = referentiel.add_parser(nom, help=aide)
        action.add_argument("dossier", type=Path, nargs="?", default=REFERENTIEL)
        action.add_argument("--json", action="store_true", help="écrit un résultat à lire par un programme")
        action.set_defaults(commande=commande)
    registre = commandes.add_parser("registre", help="journal des actes et des lectures").add_subparsers(
        required=True, metavar="action"
    )
    relire = registre.add_parser("verifier", help="relit la chaîne et dit la première rupture")
    relire.add_argument("--json", action="store_true", help="écrit un résultat à lire par un programme")
    relire.set_defaults(commande=_verifier_le_registre)
    return analyse.parse_args(arguments)


def _lire_agent(commande: argparse.ArgumentParser) -> None:
    actions = commande.add_subparsers(required=True, metavar="action")
    creer = actions.add_parser("creer", help="crée un compte de gestion et donne son lien d’invitation")
    creer.add_argument("adresse", help="adresse mail de la personne : son identifiant")
    creer.add_argument("--nom", required=True)
    creer.add_argument("--prenoms", required=True)
    fonctions = [role.value for role in RoleCompte if role in AGENTS]
    creer.add_argument("--role", choices=fonctions, default=RoleCompte.GESTIONNAIRE.value)
    creer.add_argument("--academie", action="append", default=[], help="code, par exemple 16 ; peut se répéter")
    creer.set_defaults(commande=_agent_creer)
    reinviter = actions.add_parser("reinviter", help="nouveau lien : téléphone perdu, invitation périmée")
    reinviter.add_argument("adresse")
    reinviter.set_defaults(commande=_agent_reinviter)
    for action in (creer, reinviter):
        action.add_argument("--envoyer", action="store_true", help="envoie le lien par mail au lieu de l’imprimer")
    fermer = actions.add_parser("desactiver", help="ferme un compte de gestion et ses sessions")
    fermer.add_argument("adresse")
    fermer.set_defaults(commande=_agent_desactiver)


def _serve(options: argparse.Namespace, reglages: Reglages) -> int:
    journal.configurer()
    with _ecoute(reglages) as prise, tenir(reglages.donnees, seul=False):
        _preparer(reglages)
        return _servir(reglages, prise)


def _demo(options: argparse.Namespace, reglages: Reglages) -> int:
    from app import demonstration  # « serve », qui vit longtemps, n'en a pas besoin

    journal.configurer(logging.ERROR)  # qui essaie le portail lit l'adresse et les comptes, pas le journal
    with ExitStack() as pile:
        prise = pile.enter_context(_ecoute(reglages))
        if "CYCLADES_DONNEES" not in os.environ:
            dossier = pile.enter_context(tempfile.TemporaryDirectory(prefix="cyclades-", ignore_cleanup_errors=True))
            reglages = replace(reglages, donnees=Path(dossier), base="")  # jamais dans une base qui sert
        if "CYCLADES_URL_PUBLIQUE" not in os.environ:
            reglages = replace(reglages, url_publique=_adresse(reglages, prise))
        _preparer(reglages)
        instance = asyncio.run(demonstration.preparer(reglages, REFERENTIEL))
        print(demonstration.en_clair(instance, reglages), flush=True)
        return _servir(reglages, prise)


def _engendrer(options: argparse.Namespace, reglages: Reglages) -> int:
    from app import demonstration
    from app.base_fictive.commande import barre, engendrer, exiger_une_base_d_essai

    journal.configurer(logging.ERROR)
    _preparer(reglages)

    async def exiger(database: Database) -> int:
        await exiger_une_base_d_essai(database)
        return 0

    asyncio.run(_avec_base(reglages, exiger))
    instance = asyncio.run(demonstration.preparer(reglages, REFERENTIEL))

    async def remplir(database: Database) -> int:
        await engendrer(
            database,
            options.nombre,
            academie=options.academie,
            maintenant=maintenant(),
            avancer=lambda faites, nombre: print(barre(faites, nombre), end="", file=sys.stderr, flush=True),
        )
        return 0

    asyncio.run(_avec_base(reglages, remplir))
    print(file=sys.stderr)
    print(demonstration.en_clair(instance, reglages))
    return 0


def _agent_creer(options: argparse.Namespace, reglages: Reglages) -> int:
    nouveau = NouvelAgent(
        options.adresse, options.nom, options.prenoms, RoleCompte(options.role), tuple(options.academie)
    )
    return _inviter(
        options,
        reglages,
        lambda database, gabarits: agents.creer(
            database, nouveau, url_publique=reglages.url_publique, gabarits=gabarits, maintenant=maintenant()
        ),
    )


def _agent_reinviter(options: argparse.Namespace, reglages: Reglages) -> int:
    return _inviter(
        options,
        reglages,
        lambda database, gabarits: agents.reinviter(
            database, options.adresse, url_publique=reglages.url_publique, gabarits=gabarits, maintenant=maintenant()
        ),
    )


def _agent_desactiver(options: argparse.Namespace, reglages: Reglages) -> int:
    async def fermer(database: Database) -> int:
        await agents.fermer(database, options.adresse, maintenant=maintenant())
        return 0

    return asyncio.run(_avec_base(reglages, fermer))


def _inviter(
    options: argparse.Namespace,
    reglages: Reglages,
    invitation: Callable[[Database, Environment | None], Awaitable[str]],
) -> int:
    _preparer(reglages)
    gabarits = creer_environnement(Statiques().adresse) if options.envoyer else None

    async def inviter(database: Database) -> int:
        lien = await invitation(database, gabarits)
        print(f"Invitation envoyée à {options.adresse} quand le portail tourne." if gabarits else lien)
        return 0

    return asyncio.run(_avec_base(reglages, inviter))


def _charger(options: argparse.Namespace, reglages: Reglages) -> int:
    from app.referentiel.ligne_de_commande import commande_charger

    _preparer(reglages)
    return asyncio.run(
        _avec_base(reglages, lambda database: commande_charger(database, options.dossier, en_json=options.json))
    )


def _verifier(options: argparse.Namespace, reglages: Reglages) -> int:
    from app.referentiel.ligne_de_commande import commande_verifier

    return commande_verifier(options.dossier, en_json=options.json)


def _verifier_le_registre(options: argparse.Namespace, reglages: Reglages) -> int:
    return asyncio.run(
        _avec_base(reglages, lambda database: commande_verifier_le_registre(database, en_json=options.json))
    )


async def _avec_base(reglages: Reglages, travail: Callable[[Database], Awaitable[int]]) -> int:
    database = Database(reglages.adresse_base)
    try:
        return await travail(database)
    finally:
        await database.fermer()


def _preparer(reglages: Reglages) -> None:
    """Le dossier des données, à la seule portée de qui sert le portail, et le schéma à jour."""
    reglages.donnees.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not est_a_jour(reglages.adresse_base):
        from app.infra.migrations import migrer

        migrer(reglages.adresse_base)


def _ecoute(reglages: Reglages) -> socket.socket:
    try:
        return socket.create_server((reglages.hote, reglages.port), backlog=512)
    except OSError as refus:
        raise ReglageInvalide(
            f"Impossible d’écouter sur {reglages.hote}:{reglages.port} ({refus.strerror}). "
            "Un autre programme s’en sert peut-être : choisissez un autre CYCLADES_PORT."
        ) from refus


def _adresse(reglages: Reglages, prise: socket.socket) -> str:
    hote = "127.0.0.1" if reglages.hote in ("0.0.0.0", "::") else reglages.hote  # noqa: S104 — comparaison, pas écoute
    return f"http://{hote}:{prise.getsockname()[1]}"


def _servir(reglages: Reglages, prise: socket.socket) -> int:
    configuration = uvicorn.Config(
        create_app(reglages),
        log_config=None,
        access_log=False,
        server_header=False,
        loop="asyncio",  # uvloop, s'il est installé, coûterait deux mégaoctets
        timeout_graceful_shutdown=ARRET,
    )
    uvicorn.Server(configuration).run(sockets=[prise])
    return 0
