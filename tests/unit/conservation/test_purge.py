"""Ce qui a fait son temps s'efface partout, et rien avant : la base, son journal, les fichiers, les mails."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.cli import main
from app.comptes.effacement import (
    A_COMPACTER,
    compacter_s_il_le_faut,
    demander_le_compactage,
    effacer_compte,
    effacer_les_traces,
)
from app.comptes.models import Agent, Compte
from app.conservation.comptes import PARTI
from app.conservation.dossiers import fin_de_session
from app.conservation.purge import REGLES, combien, purger_tout
from app.durees import Conservation
from app.exploitation.coherence.regle import Ou
from app.exploitation.coherence.regles import lecture, verifier
from app.infra.clock import PARIS
from app.infra.database import Database
from app.infra.outbox import Courriel
from app.infra.registre import premiere_rupture
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import EtatCandidature
from app.settings import Reglages
from tests.bases import adresse_de, declarer
from tests.instance import CHARLIE, DACK, DEBUT, REGINE, copier_le_modele, lignes
from tests.unit.conservation.canari import CANARI, planter, tables_plantees, traces
from tests.unit.exploitation.conftest import avec_dossiers, instance

__all__ = ["avec_dossiers", "instance"]
DUREES = Conservation()
FIN = fin_de_session(2027, 6)
CINQ_ANS_APRES = FIN + DUREES["candidatures"]


def compter(donnees: Path, table: str) -> int:
    return int(lignes(donnees, f"select count(*) n from {table}")[0]["n"])  # noqa: S608 — noms écrits ici


@pytest.fixture
def donnees(modele: Path, tmp_path: Path) -> Path:
    return copier_le_modele(modele, tmp_path / "donnees")


async def purger_a(donnees: Path, maintenant: datetime, durees: Conservation = DUREES) -> dict[str, int]:
    database = Database(adresse_de(donnees))
    try:
        return {d.nom: d.combien for d in await purger_tout(database, donnees, durees, maintenant)}
    finally:
        await database.fermer()


@pytest.mark.sqlite("les octets d’une base PostgreSQL ne sont pas dans le dossier")
async def test_d_un_dossier_purge_rien_ne_reste_dans_aucun_fichier(donnees: Path):
    database = Database(adresse_de(donnees))
    try:
        plumes = await database.ecrire(lambda db: planter(db, donnees, tables_plantees()))
        await database.effacer_les_traces()  # les plumes passent du journal à la base : il faudra les ôter des deux
        await database.ecrire(
            lambda db: db.execute(update(Compte).where(Compte.id == CANARI).values(mot_de_passe_provisoire=True))
        )
        plantees = traces(donnees, plumes)
        assert set(plantees) == set(plumes), "une plume qui n’est nulle part ne prouverait rien"
        assert len(plumes) > 110
        assert "cyclades.db-wal" in plantees[CANARI]

        await purger_tout(database, donnees, DUREES, CINQ_ANS_APRES - timedelta(minutes=1))
        assert compter(donnees, "candidature") == 1
        await purger_tout(database, donnees, DUREES, CINQ_ANS_APRES)
        assert traces(donnees, plumes) == {}
    finally:
        await database.fermer()
    assert traces(donnees, plumes) == {}
    with lecture(adresse_de(donnees)) as db:
        assert premiere_rupture(db) is None


@pytest.mark.sqlite("les octets d’une base PostgreSQL ne sont pas dans le dossier")
async def test_d_un_compte_supprime_rien_ne_reste_dans_aucun_fichier(donnees: Path):
    database = Database(adresse_de(donnees))
    try:
        # La recherche d'un agent, où un nom peut traîner, vit douze heures, compte ou pas.
        tables = [t for t in tables_plantees(avec_candidature=False) if t.name != "recherche_gardee"]
        plumes = await database.ecrire(lambda db: planter(db, donnees, tables))
        await database.effacer_les_traces()
        assert set(traces(donnees, plumes)) == set(plumes)
        await database.ecrire(effacer_compte, CANARI)
        await effacer_les_traces(database, donnees)
        assert traces(donnees, plumes) == {}
    finally:
        await database.fermer()


async def test_la_base_n_est_recrite_que_si_quelque_chose_s_est_efface(donnees: Path):
    marque = donnees / A_COMPACTER
    database = Database(adresse_de(donnees))
    try:
        await purger_tout(database, donnees, DUREES, DEBUT)
        assert not await compacter_s_il_le_faut(database, donnees)
        demander_le_compactage(donnees)
        await purger_tout(database, donnees, DUREES, DEBUT)
        assert not marque.exists(), "demandé par la suppression d’un compte, fait à l’entretien du jour"
    finally:
        await database.fermer()


async def test_les_voisins_restent(donnees: Path):
    """Dack et Charlie se sont connectés la veille : ni eux ni les agents ne partent avec le canari."""
    await _ecrire(donnees, lambda db: planter(db, donnees, tables_plantees()))
    veille = CINQ_ANS_APRES - timedelta(days=1)
    await _ecrire(
        donnees, lambda db: db.execute(update(Compte).where(Compte.id.in_([DACK.id, CHARLIE.id])).values(vu_le=veille))
    )
    agents = compter(donnees, "agent")
    await purger_a(donnees, CINQ_ANS_APRES)
    comptes = {ligne["id"] for ligne in lignes(donnees, "select id from compte where role = 'candidat'")}
    assert comptes == {DACK.id, CHARLIE.id}
    assert compter(donnees, "agent") == agents


async def test_les_pieces_partent_un_an_apres_la_session_et_l_inscription_reste(instance: Reglages):
    avant = FIN + DUREES["pieces"] - timedelta(minutes=1)
    await purger_a(instance.donnees, avant)
    assert compter(instance.donnees, "fichier_depose") == 8
    bilan = await purger_a(instance.donnees, FIN + DUREES["pieces"])
    assert bilan["pieces"] > 8
    assert list((instance.donnees / "pieces").iterdir()) == []
    assert compter(instance.donnees, "version_candidature") == 2
    with lecture(instance.adresse_base) as db:
        rompues = [c.regle.code for c in verifier(db, Ou(instance.donnees, avant)) if c.violations]
    assert rompues == []


async def test_un_mail_ancien_ne_dit_plus_rien_mais_prouve_encore_qu_il_est_parti(instance: Reglages):
    def envoyer(db: Session) -> None:
        db.execute(update(Courriel).values(envoye_le=Courriel.cree_le))

    await _ecrire(instance.donnees, envoyer)
    (instance.donnees / "courriels").mkdir()
    un = lignes(instance.donnees, "select id from courriel limit 1")[0]["id"]
    eml = instance.donnees / "courriels" / f"20261110T130200Z-{un}.eml"
    eml.write_bytes(b"To: quelqu'un")
    combien_de_mails = compter(instance.donnees, "courriel")
    bilan = await purger_a(instance.donnees, DEBUT + DUREES["courriels"] + timedelta(days=1))
    assert bilan["courriels"] == combien_de_mails > 0
    restent = lignes(instance.donnees, "select destinataire, sujet, texte, html from courriel")
    assert {tuple(r.values()) for r in restent} == {("", "(effacé)", "", None)}
    assert not eml.exists()
    with lecture(instance.adresse_base) as db:
        assert not [c.regle.code for c in verifier(db, Ou(instance.donnees, DEBUT)) if c.violations]


@pytest.mark.parametrize(
    ("etat", "version", "part"),
    [
        (EtatCandidature.BROUILLON, 0, True),
        (EtatCandidature.A_COMPLETER, 0, True),
        (EtatCandidature.INSCRIT, 1, False),
        (EtatCandidature.DESINSCRIT, 1, False),
    ],
)
async def test_un_brouillon_part_trois_mois_apres_la_cloture(
    donnees: Path, etat: EtatCandidature, version: int, part: bool
):
    await _ecrire(donnees, lambda db: planter(db, donnees, tables_plantees()))

    def poser(db: Session) -> datetime:
        cloture = db.scalars(
            select(PeriodeInscription.ferme_le).join(Candidature, Candidature.periode_id == PeriodeInscription.id)
        ).one()
        db.execute(update(Candidature).values(etat=etat, version=version, garde_le=cloture - timedelta(days=1)))
        return cloture

    cloture = await _ecrire(donnees, poser)
    bilan = await purger_a(donnees, cloture + DUREES["brouillons"] - timedelta(minutes=1))
    assert bilan["brouillons"] == 0
    bilan = await purger_a(donnees, cloture + DUREES["brouillons"])
    assert (bilan["brouillons"], compter(donnees, "candidature")) == ((1, 0) if part else (0, 1))


async def test_un_compte_qui_sert_encore_reste(donnees: Path):
    bilan = await purger_a(donnees, DEBUT + DUREES["comptes"] - timedelta(minutes=1))
    assert bilan["comptes"] == 0
    await _ecrire(
        donnees, lambda db: db.execute(update(Compte).where(Compte.id == DACK.id).values(vu_le=DEBUT + timedelta(1)))
    )
    bilan = await purger_a(donnees, DEBUT + DUREES["comptes"])
    assert bilan["comptes"] == 1
    assert [ligne["id"] for ligne in lignes(donnees, "select id from compte where role = 'candidat'")] == [DACK.id]


async def test_un_agent_parti_perd_son_nom_et_garde_ses_actes(donnees: Path):
    def partir(db: Session) -> None:
        db.execute(update(Agent).where(Agent.compte_id == REGINE.id).values(desactive_le=DEBUT))

    await _ecrire(donnees, partir)
    assert (await purger_a(donnees, DEBUT + DUREES["agents"]))["agents"] == 1
    (ligne,) = lignes(
        donnees,
        "select nom, prenoms, secret, identifiant, courriel, active_le"
        " from agent join compte on id = compte_id where id = 'regine'",
    )
    assert tuple(ligne.values()) == (PARTI, "", None, "ferme-regine", "", None)
    assert not traces(donnees, [REGINE.courriel])
    assert (await purger_a(donnees, DEBUT + DUREES["agents"]))["agents"] == 0


async def test_le_registre_garde_combien_et_rien_de_plus(donnees: Path):
    await _ecrire(donnees, lambda db: planter(db, donnees, tables_plantees()))
    await purger_a(donnees, CINQ_ANS_APRES)
    ecrites = lignes(donnees, "select acteur, objet, objet_id, detail from registre where nature = 'purger'")
    assert {(e["acteur"], e["objet"]) for e in ecrites} == {("portail", "conservation")}
    assert {(e["objet_id"], e["detail"]) for e in ecrites} >= {("pieces", "1"), ("candidatures", "1")}
    assert all(e["detail"].isdecimal() for e in ecrites)


async def test_l_essai_dit_ce_que_la_purge_ote_et_ne_change_rien(donnees: Path):
    await _ecrire(donnees, lambda db: planter(db, donnees, tables_plantees()))
    with lecture(adresse_de(donnees)) as db:
        dits = {d.nom: d.combien for d in combien(db, DUREES, CINQ_ANS_APRES)}
    assert compter(donnees, "candidature") == 1
    faits = await purger_a(donnees, CINQ_ANS_APRES)
    assert dits["candidatures"] == dits["pieces"] == 1
    assert {nom: faits[nom] for nom in faits if nom not in ("comptes", "courriels")} == {
        nom: dits[nom] for nom in dits if nom not in ("comptes", "courriels")
    }
    assert faits["comptes"] == dits["comptes"] + 1, "le compte suit sa dernière candidature"


def test_la_commande_essaie_puis_efface(donnees: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    declarer(monkeypatch, donnees)
    monkeypatch.setenv("CYCLADES_GARDER_COMPTES", "1")
    assert main(["purger", "--essai"]) == 0
    dit = capsys.readouterr().out
    assert (
        "comptes sans candidature, après la dernière connexion : 1\N{NO-BREAK SPACE}jour (CYCLADES_GARDER_COMPTES)"
        in dit
    )
    assert "c’est un essai" in dit
    assert compter(donnees, "candidat") == 2
    assert main(["purger", "--essai", "--json"]) == 0
    dits = {d["nom"]: d["combien"] for d in json.loads(capsys.readouterr().out)}
    assert main(["purger"]) == 0
    assert "8\N{NO-BREAK SPACE}semaines" in capsys.readouterr().out
    assert compter(donnees, "candidat") == 2 - dits["comptes"] == 0


def test_une_duree_absurde_arrete_la_commande(donnees: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("CYCLADES_GARDER_PIECES", "0")
    assert main(["purger", "--essai"]) == 2
    assert "CYCLADES_GARDER_PIECES doit être un nombre" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("annee", "mois", "fin"),
    [(2027, 6, datetime(2027, 7, 1)), (2027, 12, datetime(2028, 1, 1))],  # noqa: DTZ001
)
def test_une_session_finit_avec_son_mois(annee: int, mois: int, fin: datetime):
    assert fin_de_session(annee, mois) == fin.replace(tzinfo=PARIS)


def test_chaque_regle_a_sa_duree():
    assert {regle.duree for regle in REGLES} == set(Conservation.__dataclass_fields__)


async def _ecrire(donnees: Path, acte):
    database = Database(adresse_de(donnees))
    try:
        return await database.ecrire(acte)
    finally:
        await database.fermer()
