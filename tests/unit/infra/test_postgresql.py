"""Le peu de PostgreSQL que « make test » éprouve quand il y en a un ; `make test-postgresql` y passe tout le reste."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import IntegrityError, InternalError
from sqlalchemy.orm import Session

import app.tables  # noqa: F401 — remplit Base.metadata
from app.cli import main
from app.infra.database import Database, Indisponible, moteur_de_lecture, moteur_synchrone
from app.infra.migrations import ecarts, migrer
from app.infra.postgresql import BaseInadaptee, version_et_dangers
from app.infra.schema import est_a_jour
from tests import postgresql
from tests.unit.infra.jouet import Ligne, Refus, ajouter, compter, creer, refuser, textes


@pytest.fixture
def url(base_postgresql: str) -> str:
    return base_postgresql


@pytest.fixture
async def base(url: str) -> AsyncIterator[Database]:
    ouverte = Database(url)
    await ouverte.ecrire(creer)
    yield ouverte
    await ouverte.fermer()


def test_les_migrations_y_font_exactement_le_schema_du_code(url: str):
    assert not est_a_jour(url)
    migrer(url)
    assert est_a_jour(url)
    assert ecarts(url) == []


def test_une_base_qui_range_les_textes_autrement_est_refusee(url: str, serveur_postgresql: str):
    postgresql.executer(
        serveur_postgresql, "CREATE DATABASE essai_latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C'"
    )
    latine = make_url(url).set(database="essai_latin").render_as_string(hide_password=False)
    try:
        with pytest.raises(BaseInadaptee, match="CREATE DATABASE"):
            migrer(latine)
        assert not est_a_jour(latine)
    finally:
        postgresql.executer(serveur_postgresql, "DROP DATABASE essai_latin")


async def test_ce_qui_est_ecrit_se_relit_et_un_refus_n_ote_rien_a_ses_voisins(base: Database):
    actes = [base.ecrire(ajouter, f"acte {rang}") for rang in range(20)]
    issues = await asyncio.gather(*actes[:10], base.ecrire(refuser), *actes[10:], return_exceptions=True)
    assert sum(isinstance(issue, Refus) for issue in issues) == 1
    assert await base.lire(compter) == (20, 20)
    assert await base.lire(textes) == [f"acte {rang}" for rang in range(20)]


async def test_deux_processus_ensemble_ne_perdent_aucune_ecriture(base: Database, url: str):
    """Chacun lit un compteur et l'augmente : sans un seul écrivain à la fois, l'un effacerait l'autre."""
    autre = Database(url)
    try:
        await asyncio.gather(*(b.ecrire(ajouter, "x") for _ in range(30) for b in (base, autre)))
        assert await autre.lire(compter) == await base.lire(compter) == (60, 60)
    finally:
        await autre.fermer()


async def test_une_lecture_qui_modifie_echoue(base: Database):
    await base.ecrire(ajouter, "avant")

    def modifier(db: Session) -> None:
        db.scalars(select(Ligne)).one().texte = "après"

    with pytest.raises(InternalError, match="read-only"):
        await base.lire(modifier)
    assert await base.lire(textes) == ["avant"]


async def test_une_connexion_coupee_pendant_un_acte_n_en_garde_rien_et_la_suite_marche(base: Database, url: str):
    """La base redémarre, ou le réseau tombe : 503, puis le portail reprend seul."""

    def coupe(db: Session) -> None:
        ajouter(db, "jamais validée")
        autre = moteur_synchrone(url)
        autre_connexion = autre.raw_connection()  # hors du verrou des écritures, que tient cet acte
        numero = db.connection().connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        autre_connexion.cursor().execute("SELECT pg_terminate_backend(%s)", (numero,))
        autre_connexion.close()
        autre.dispose()
        db.execute(select(func.count(Ligne.id)))

    with pytest.raises(Indisponible):
        await base.ecrire(coupe)
    await base.ecrire(ajouter, "après")
    assert await base.lire(textes) == ["après"]


async def test_la_lecture_reprend_apres_une_coupure(base: Database, serveur_postgresql: str):
    await base.ecrire(ajouter, "là")
    assert await base.lire(textes) == ["là"]
    postgresql.executer(
        serveur_postgresql,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'essai_a_part'",
    )
    assert await base.lire(textes) == ["là"]


async def test_une_erreur_ne_montre_pas_ce_qui_a_ete_saisi(base: Database):
    await base.ecrire(ajouter, cle="dack@example.org")
    with pytest.raises(IntegrityError) as refus:
        await base.ecrire(ajouter, "ACCRALL", cle="dack@example.org")
    dit = f"{refus.value} {refus.value.orig}"
    assert "ligne_cle_key" in dit
    assert "dack@" not in dit
    assert "ACCRALL" not in dit


def test_un_serveur_qui_perdrait_ce_qui_est_repondu_est_vu(url: str):
    """Celui des essais écrit sans fsync."""
    moteur = moteur_de_lecture(url)
    with Session(moteur) as db:
        version, dangers = version_et_dangers(db)
        assert (int(version.split(".")[0]) >= 13, dangers) == (True, ("fsync",))
        db.execute(text("SET synchronous_commit = off"))
        assert version_et_dangers(db)[1] == ("fsync", "synchronous_commit")
    moteur.dispose()


def test_une_base_qui_ne_repond_pas_se_dit_sans_son_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    pytest.importorskip("psycopg")
    monkeypatch.setenv("CYCLADES_DONNEES", str(tmp_path))
    monkeypatch.setenv("CYCLADES_BASE", "postgresql://cyclades:motsecret@127.0.0.1:1/cyclades")
    for commande in (["verifier"], ["registre", "verifier"], ["deplacer"]):
        assert main(commande) == 2
        dit = capsys.readouterr().err
        assert "motsecret" not in dit
        assert dit.count("\n") == 1


async def test_chaque_connexion_a_ses_reglages(base: Database):
    """Un processus figé au milieu d'un acte rend son verrou ; qui attend derrière répond 503."""

    def reglages(db: Session) -> dict[str, str]:
        noms = "lock_timeout", "idle_in_transaction_session_timeout", "timezone", "transaction_isolation"
        return {nom: str(db.scalar(select(func.current_setting(nom)))) for nom in noms}

    assert await base.ecrire(reglages) == {
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min",
        "timezone": "UTC",
        "transaction_isolation": "read committed",
    }
    assert (await base.lire(reglages))["transaction_isolation"] == "repeatable read"


async def test_qui_attend_trop_derriere_un_autre_processus_est_refuse_sans_rien_ecrire(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.infra.postgresql.ATTENTE", "200ms")
    base = Database(url)
    await base.ecrire(creer)
    autre = moteur_synchrone(url)
    with autre.begin():  # un autre processus, au milieu d'un acte
        with pytest.raises(Indisponible):
            await base.ecrire(ajouter, "jamais")
        assert await base.lire(compter) == (0, 0), "lire n'attend pas"
    autre.dispose()
    await base.ecrire(ajouter, "ensuite")
    assert await base.lire(textes) == ["ensuite"]
    await base.fermer()


async def test_un_caractere_nul_cherche_ne_trouve_rien(base: Database):
    await base.ecrire(ajouter, "là", cle="dack")

    def chercher(db: Session, cle: str) -> int:
        return len(db.scalars(select(Ligne.id).where(Ligne.cle == cle)).all())

    assert await base.lire(chercher, "dack") == 1
    assert await base.lire(chercher, "dack\0") == await base.lire(chercher, "\0") == 0
    assert await base.lire(lambda db: db.scalar(select(func.length("é" * 3)))) == 3
