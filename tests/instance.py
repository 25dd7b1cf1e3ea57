"""Une instance d'essai : base modèle bâtie une fois (référentiel, services, comptes), copiée pour chaque test."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from litestar import Litestar
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.comptes.agents import NouvelAgent, SecondFacteur, accepter, creer_agent, inviter
from app.comptes.models import Candidat, Compte, RoleCompte
from app.comptes.totp import empreinte_de_secours, sceller_secret
from app.comptes.valeurs import Message
from app.infra.cle import cle_instance
from app.infra.database import Database, moteur_de_lecture
from app.infra.migrations import migrer
from app.infra.passwords import MotsDePasse
from app.main import confier, create_app
from app.referentiel.chargement import charger, lire_dossier
from app.referentiel.demonstration import services_de_demonstration
from app.referentiel.models import Etablissement, TypeEtablissement
from app.regles.vocabulaire import Civilite
from app.settings import Reglages
from tests import bases

RACINE = Path(__file__).resolve().parents[1]
DEBUT = datetime(2026, 11, 10, 13, 2, tzinfo=UTC)
"""14 h 02 à Paris ; les services d'essai s'ouvrent et se ferment autour de ce jour."""
MOT_DE_PASSE = "Essai-2027!"
MOT_DE_PASSE_AGENT = "Essai-gestion-2027!"


_AU_REPOS: list[Litestar] = []


@contextmanager
def monte(reglages: Reglages, horloge: Callable[[], datetime]) -> Iterator[Litestar]:
    """Le portail entier, prêté d'un essai au suivant : le monter coûte plus que la plupart des essais."""
    app = _AU_REPOS.pop() if _AU_REPOS else create_app(reglages, horloge=horloge)
    confier(app, reglages, horloge=horloge)
    yield app
    _AU_REPOS.append(app)


class HorlogeDEssai:
    """Le temps du portail : le test le déplace, il n'avance jamais seul."""

    def __init__(self, instant: datetime = DEBUT) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def avancer(self, **duree: float) -> None:
        self.instant += timedelta(**duree)


@dataclass(frozen=True)
class Personne:
    id: str
    courriel: str
    numero_candidat: str
    civilite: Civilite
    nom: str
    prenoms: str
    naissance: date


DACK = Personne("dack", "accrall@exemple.fr", "02146028333", Civilite.MONSIEUR, "ACCRALL", "Dack", date(2004, 11, 28))
CHARLIE = Personne(
    "charlie", "charlie@exemple.fr", "02146028999", Civilite.MADAME, "ETRANGER", "Charlie", date(1998, 5, 30)
)


@dataclass(frozen=True)
class PersonneAgent:
    """Une personne du service des examens : un secret TOTP et un code de secours connus du test."""

    id: str
    courriel: str
    nom: str
    prenoms: str
    role: RoleCompte
    academies: tuple[str, ...]
    etablissements: tuple[str, ...] = ()
    totp: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    secours: str = "abcde-fghjk"

    def code(self, instant: datetime) -> str:
        return pyotp.TOTP(self.totp).at(instant)


BELLEVUE, VOISIN = "0310038Y", "0311999E"
REGINE = PersonneAgent("regine", "regine@exemple.fr", "CASTERA", "Régine", RoleCompte.GESTIONNAIRE, ("16",))
BASILE = PersonneAgent("basile", "basile@exemple.fr", "MARTINET", "Basile", RoleCompte.GESTIONNAIRE, ("24",))
HENRI = PersonneAgent("henri", "henri@exemple.fr", "DEUXACADEMIES", "Henri", RoleCompte.GESTIONNAIRE, ("16", "24"))
LUCIE = PersonneAgent("lucie", "lucie@exemple.fr", "LECTRICE", "Lucie", RoleCompte.LECTEUR, ("16",))
AMINE = PersonneAgent("amine", "amine@exemple.fr", "MEDIATEUR", "Amine", RoleCompte.AMENAGEMENTS, ("16",))
ADA = PersonneAgent("ada", "ada@exemple.fr", "RACINE", "Ada", RoleCompte.ADMINISTRATEUR, ())
BERTHE = PersonneAgent("berthe", "berthe@exemple.fr", "SECRETAIRE", "Berthe", RoleCompte.ETABLISSEMENT, (), (BELLEVUE,))
"""au secrétariat du lycée Bellevue, à Toulouse comme au guide"""
VICTOR = PersonneAgent("victor", "victor@exemple.fr", "VOISIN", "Victor", RoleCompte.ETABLISSEMENT, (), (VOISIN,))
"""dans un autre établissement de la même académie"""
COLETTE = PersonneAgent(
    "colette", "colette@exemple.fr", "COLLEGUE", "Colette", RoleCompte.ETABLISSEMENT, (), (BELLEVUE,)
)
ETABLISSEMENTS = (BERTHE, VICTOR, COLETTE)
AGENTS = (REGINE, BASILE, HENRI, LUCIE, AMINE, ADA)


def batir_le_modele(dossier: Path, instant: datetime = DEBUT) -> Path:
    """Le dossier de données d'une instance prête : tout ce qui est lent s'y fait une fois par processus."""
    reglages = bases.reglages_de(dossier)
    dossier.mkdir(mode=0o700, parents=True)
    migrer(reglages.adresse_base)
    with ThreadPoolExecutor(1) as fil:  # le fil des tests a déjà une boucle quand un navigateur est ouvert
        fil.submit(lambda: asyncio.run(_peupler(reglages, instant))).result()
    assert not (dossier / "cyclades.db-wal").exists(), "le dernier à fermer vide le journal"
    return dossier


def copier_le_modele(modele: Path, dossier: Path) -> Path:
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    bases.copier(modele / bases.NOM, dossier / bases.NOM)
    shutil.copy(modele / "cle", dossier)  # les seconds facteurs sont scellés par la clé de l'instance
    return dossier


async def _peupler(reglages: Reglages, instant: datetime) -> None:
    database, mots_de_passe = Database(reglages.adresse_base), MotsDePasse()
    try:
        await database.ecrire(charger, lire_dossier(RACINE / "db" / "referentiel"), instant)
        await database.ecrire(services_de_demonstration, instant)
        empreinte = await mots_de_passe.hacher(MOT_DE_PASSE)
        for personne in (DACK, CHARLIE):
            await database.ecrire(creer_la_personne, personne, empreinte)
        empreinte_agent, cle = await mots_de_passe.hacher(MOT_DE_PASSE_AGENT), cle_instance(reglages.donnees)
        await database.ecrire(declarer_les_etablissements)
        for agent in (*AGENTS, *ETABLISSEMENTS):
            await database.ecrire(creer_l_agent, agent, empreinte_agent, cle)
    finally:
        mots_de_passe.fermer()
        await database.fermer()


def creer_la_personne(db: Session, personne: Personne, empreinte: str, *, usage: str = "") -> None:
    db.add(
        Compte(
            id=personne.id,
            identifiant=personne.courriel,
            courriel=personne.courriel,
            mot_de_passe=empreinte,
            cree_le=DEBUT,
            active_le=DEBUT,
        )
    )
    db.flush()
    db.add(
        Candidat(
            compte_id=personne.id,
            numero_candidat=personne.numero_candidat,
            civilite=personne.civilite,
            nom_famille=personne.nom,
            nom_usage=usage,
            prenoms=personne.prenoms,
            date_naissance=personne.naissance,
            pays_naissance="FR",
            departement_naissance="14",
            commune_naissance="14408",
            commune_naissance_type="commune-deleguee",
            lieu_naissance="MAY-SUR-ORNE",
        )
    )


def declarer_les_etablissements(db: Session) -> None:
    """Celui du guide (chapitre 8), et un voisin qui ne doit rien en voir."""
    for uai, nom in ((BELLEVUE, "LYC BELLEVUE"), (VOISIN, "LYC VOISIN")):
        db.add(
            Etablissement(
                uai=uai,
                type=TypeEtablissement.LYCEE,
                nom=nom,
                adresse="135 ROUTE DE NARBONNE",
                code_postal="31031",
                ville="TOULOUSE",
                telephone="+33562173000",
                academie_code="16",
                cree_le=DEBUT,
            )
        )


def creer_l_agent(db: Session, agent: PersonneAgent, empreinte: str, cle: bytes) -> None:
    """Invité, et l'invitation acceptée ; son id est celui que les tests connaissent."""
    compte_id = creer_agent(
        db,
        NouvelAgent(agent.courriel, agent.nom, agent.prenoms, agent.role, agent.academies, agent.etablissements),
        maintenant=DEBUT,
        compte_id=agent.id,
    )
    inviter(db, agent.courriel, jeton=f"invitation-{agent.id}", maintenant=DEBUT)
    facteur = SecondFacteur(
        sceller_secret(cle, compte_id, agent.totp), 0, [empreinte_de_secours(cle, compte_id, agent.secours)]
    )
    db.flush()
    assert accepter(
        db,
        f"invitation-{agent.id}",
        mot_de_passe=empreinte,
        facteur=facteur,
        avis=Message("", "", ""),
        maintenant=DEBUT,
    )


def lignes(donnees: Path, requete: str, **valeurs: Any) -> list[dict[str, Any]]:
    """Ce que dit la base d'une instance arrêtée ou vivante, par une connexion à part."""
    if bases.Bases.serveur:
        moteur = moteur_de_lecture(bases.adresse_de(donnees))
    else:
        moteur = create_engine(f"sqlite:///file:{donnees / bases.NOM}?mode=ro&uri=true")
    try:
        with moteur.connect() as base:
            return [
                {nom: _comme_sqlite(valeur) for nom, valeur in ligne.items()}
                for ligne in base.execute(text(requete), valeurs).mappings()
            ]
    finally:
        moteur.dispose()


def _comme_sqlite(valeur: Any) -> Any:
    """Ce que SQLite aurait rendu, sans types, de la même valeur."""
    if isinstance(valeur, bool):
        return int(valeur)
    if isinstance(valeur, datetime):
        return f"{valeur.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(valeur, date):
        return valeur.isoformat()
    return json.dumps(valeur) if isinstance(valeur, dict | list) else valeur
