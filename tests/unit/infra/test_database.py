import asyncio
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, StatementError
from sqlalchemy.orm import Session

import app.tables  # noqa: F401 — le contrôle des contraintes porte sur toutes les tables
from app.infra import database
from app.infra.database import SQLITE_SUR, Base, Database, Indisponible, moteur_synchrone, url_sqlite
from app.infra.lecteurs import Lecteurs
from tests.bases import adresse
from tests.unit.infra.jouet import (
    Compteur,
    Etat,
    Ligne,
    Refus,
    ajouter,
    base_ouverte,
    compter,
    creer,
    ecrivain_occupe,
    moteur_ecrivain,
    refuser,
    textes,
)


async def test_ce_qui_est_ecrit_se_lit_aussitot(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, "Dack")
        assert await base.lire(textes) == ["Dack"]


@pytest.mark.sqlite("la base est un fichier")
async def test_ce_qui_est_ecrit_survit_a_la_fermeture(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, "Dack")
    base = Database(url_sqlite(tmp_path / "base.sqlite3"))
    assert await base.lire(textes) == ["Dack"]
    await base.fermer()
    assert [f.name for f in tmp_path.iterdir()] == ["base.sqlite3"], "le journal WAL est replié"


async def test_un_acte_qui_leve_ne_garde_rien_et_ses_voisins_restent(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        async with ecrivain_occupe(base):
            actes = [base.ecrire(refuser if i % 10 == 0 else ajouter) for i in range(50)]
            attendus = asyncio.gather(*actes, return_exceptions=True)
            await asyncio.sleep(0)
        issues = await attendus
        assert sum(isinstance(issue, Refus) for issue in issues) == 5
        assert await base.lire(compter) == (45, 45)


async def test_un_acte_qui_rend_son_refus_garde_ce_qu_il_a_ecrit(tmp_path: Path):
    def garder_le_brouillon(db: Session) -> str:
        ajouter(db, "brouillon")
        return "champ manquant"

    async with base_ouverte(tmp_path) as base:
        assert await base.ecrire(garder_le_brouillon) == "champ manquant"
        assert await base.lire(textes) == ["brouillon"]


async def test_une_meme_cle_demandee_huit_fois_n_est_donnee_qu_une(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        issues = await asyncio.gather(
            *(base.ecrire(ajouter, cle="dack@example.org") for _ in range(8)), return_exceptions=True
        )
        assert sum(isinstance(issue, IntegrityError) for issue in issues) == 7
        assert await base.lire(compter) == (1, 1)


async def test_les_actes_qui_attendent_partagent_un_commit(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        validations: list[object] = []
        async with ecrivain_occupe(base):
            event.listen(moteur_ecrivain(base), "commit", validations.append)
            attendus = asyncio.gather(*(base.ecrire(ajouter) for _ in range(40)))
            await asyncio.sleep(0)
        await attendus
        assert len(validations) == 2, "celui de l'acte en cours, puis un pour les quarante"


async def test_une_lecture_ne_voit_pas_ce_qui_n_est_pas_valide_et_n_attend_pas(tmp_path: Path):
    ecrit, fini = threading.Event(), threading.Event()

    def long(db: Session) -> None:
        ajouter(db, "pas encore")
        ecrit.set()
        fini.wait(30)

    async with base_ouverte(tmp_path) as base:
        acte = asyncio.create_task(base.ecrire(long))
        await asyncio.to_thread(ecrit.wait, 30)
        assert await base.lire(compter) == (0, 0)
        fini.set()
        await acte
        assert await base.lire(compter) == (1, 1)


async def test_une_lecture_de_plusieurs_requetes_voit_un_seul_instant(tmp_path: Path):
    lu, ecrit = threading.Event(), threading.Event()

    def deux_fois(db: Session) -> tuple[int, int]:
        avant = len(textes(db))
        lu.set()
        assert ecrit.wait(30)
        return avant, len(textes(db))

    def ecrire_pendant() -> None:
        lu.wait(30)
        autre = moteur_synchrone(adresse(tmp_path / "base.sqlite3"))
        with autre.begin() as connexion:
            connexion.execute(insert(Ligne).values(texte="entre deux"))
        autre.dispose()
        ecrit.set()

    async with base_ouverte(tmp_path) as base:
        pendant = asyncio.create_task(asyncio.to_thread(ecrire_pendant))
        assert await base.lire(deux_fois) == (0, 0)
        await pendant
        assert await base.lire(textes) == ["entre deux"]


@pytest.mark.sqlite("ses pragmas")
async def test_chaque_connexion_a_tous_ses_pragmas(tmp_path: Path):
    noms = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
        "secure_delete": 1,
    }

    def reglages(db: Session) -> dict[str, object]:
        return {nom: db.execute(text(f"PRAGMA {nom}")).scalar() for nom in (*noms, "query_only")}

    ensemble = threading.Barrier(3)

    def reglages_a_trois(db: Session) -> dict[str, object]:
        ensemble.wait(30)  # trois lecteurs à la fois, donc trois connexions
        return reglages(db)

    async with base_ouverte(tmp_path) as base:
        assert await base.ecrire(reglages) == noms | {"query_only": 0}
        for lus in await asyncio.gather(*(base.lire(reglages_a_trois) for _ in range(3))):
            assert lus == noms | {"query_only": 1}


async def test_un_lecteur_qui_n_a_pu_s_ouvrir_est_remplace(tmp_path: Path):
    dossier = tmp_path / "pas-encore"
    base = Database(url_sqlite(dossier / "base.sqlite3"), lecteurs=1)
    with pytest.raises(OperationalError, match="unable to open"):
        await base.lire(textes)
    dossier.mkdir()
    await base.ecrire(creer)
    assert await base.lire(textes) == []
    await base.fermer()


@pytest.mark.sqlite("sa version")
async def test_une_requete_abandonnee_pendant_l_ouverture_ne_gene_pas_la_suivante(tmp_path: Path):
    permis = threading.Event()
    async with base_ouverte(tmp_path, lecteurs=1) as base:
        assert isinstance(base._lectures, Lecteurs)
        event.listen(base._lectures._moteur, "connect", lambda *_: permis.wait(30))
        lecteur = base._lectures._libres.get_nowait()
        base._lectures._libres.put_nowait(lecteur)
        abandonnee = asyncio.create_task(base.lire(textes))
        while lecteur._ouverture is None:
            await asyncio.sleep(0)
        abandonnee.cancel()
        await asyncio.wait([abandonnee])
        permis.set()
        while lecteur._lien is None:  # la boucle est tenue : le fil a fini, elle ne le sait pas encore
            permis.wait(0)
        assert await base.lire(textes) == []


async def test_le_sqlite_en_service_est_sur_et_le_meme_partout(tmp_path: Path):
    def version(db: Session) -> str:
        return str(db.execute(text("SELECT sqlite_version()")).scalar())

    async with base_ouverte(tmp_path) as base:
        lue, ecrite = await base.lire(version), await base.ecrire(version)
    assert lue == ecrite == sys.modules["sqlite3"].sqlite_version
    assert tuple(map(int, lue.split("."))) >= SQLITE_SUR


@pytest.mark.sqlite("sa version")
async def test_un_sqlite_ancien_le_dit_et_tient_une_seule_connexion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(database, "SQLITE_SUR", (99, 0, 0))
    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, "Dack")
        assert await base.lire(textes) == ["Dack"]
        with pytest.raises(Indisponible):
            await base.lire(ajouter, "en douce")
        with pytest.raises(Refus):
            await base.lire(refuser_en_lisant)
        await base.ecrire(ajouter, "Acculi")
        assert await base.lire(textes) == ["Dack", "Acculi"]
        assert base._lectures is base._ecritures
    assert "one single connection" in caplog.text


def refuser_en_lisant(db: Session) -> None:
    raise Refus


async def test_une_lecture_qui_modifie_une_ligne_echoue(tmp_path: Path):
    def modifier(db: Session) -> None:
        db.get_one(Ligne, 1).texte = "oubliée"

    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, "Dack")
        with pytest.raises((OperationalError, InternalError), match=r"read-?only"):  # SQLite, PostgreSQL
            await base.lire(modifier)
        assert await base.lire(textes) == ["Dack"]


async def test_une_ligne_passee_a_un_acte_est_refusee(tmp_path: Path):
    def modifier(db: Session, ligne: Ligne) -> None:
        ligne.texte = "jamais écrite"

    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, "Dack")
        ligne = await base.lire(lambda db: db.get_one(Ligne, 1))
        with pytest.raises(TypeError, match="ids and values"):
            await base.ecrire(modifier, ligne)
        with pytest.raises(TypeError, match="ids and values"):
            await base.ecrire(modifier, ligne=ligne)


async def test_une_ligne_lue_garde_ses_valeurs_apres_la_lecture(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, "Dack")
        ligne = await base.lire(lambda db: db.get_one(Ligne, 1))
        assert ligne.texte == "Dack"


async def test_une_ligne_rendue_par_un_acte_garde_ses_valeurs_apres_le_commit(tmp_path: Path):
    def creer_et_rendre(db: Session) -> Ligne:
        return db.get_one(Ligne, ajouter(db, "Dack"))

    async with base_ouverte(tmp_path) as base:
        assert (await base.ecrire(creer_et_rendre)).texte == "Dack"


@pytest.mark.sqlite("son verrou ; voir test_postgresql.py")
async def test_un_acte_tient_le_verrou_des_son_debut(tmp_path: Path):
    """Sans lui, lire puis écrire échouerait dès qu'un autre processus écrit entre les deux."""

    def lire_puis_ecrire(db: Session) -> None:
        compter(db)
        autre = sys.modules["sqlite3"].connect(tmp_path / "base.sqlite3", timeout=0)
        with pytest.raises(sys.modules["sqlite3"].OperationalError, match="locked"):
            autre.execute("INSERT INTO ligne (texte) VALUES ('entre deux')")
        autre.close()
        ajouter(db)

    async with base_ouverte(tmp_path) as base:
        await base.ecrire(lire_puis_ecrire)
        assert await base.lire(compter) == (1, 1)


async def test_une_cle_etrangere_sans_parent_est_refusee(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        with pytest.raises(IntegrityError):
            await base.ecrire(lambda db: db.add(Ligne(parent_id=99)))


async def test_un_acte_imbrique_ne_peut_pas_valider_pour_ses_voisins(tmp_path: Path):
    def valider_soi_meme(db: Session) -> None:
        ajouter(db, "en douce")
        db.commit()
        raise Refus

    async with base_ouverte(tmp_path) as base:
        with pytest.raises(Refus):
            await base.ecrire(valider_soi_meme)


def test_aucune_contrainte_n_est_differee():
    """Vérifiée au COMMIT, elle ferait échouer les voisins de l'acte fautif."""
    differees = [
        contrainte.name
        for table in Base.metadata.tables.values()
        for contrainte in table.constraints
        if getattr(contrainte, "deferrable", None) or getattr(contrainte, "initially", None)
    ]
    assert Base.metadata.tables
    assert differees == []


def test_chaque_contrainte_a_un_nom():
    """Sans nom, une migration ne sait plus la retirer."""
    for table in Base.metadata.tables.values():
        assert all(contrainte.name for contrainte in table.constraints), table.name
        assert all(index.name for index in table.indexes), table.name


async def test_un_instant_est_rendu_conscient_et_en_utc(tmp_path: Path):
    ete = datetime(2026, 7, 14, 2, 30, tzinfo=timezone(timedelta(hours=2)))

    def dater(db: Session) -> None:
        db.add(Ligne(id=1, le=ete, etat=Etat.NEUF, notes={"é": [1]}))

    async with base_ouverte(tmp_path) as base:
        await base.ecrire(dater)
        ligne = await base.lire(lambda db: db.get_one(Ligne, 1))
        assert ligne.le == ete
        assert ligne.le is not None
        assert ligne.le.tzinfo is UTC
        assert (ligne.etat, ligne.notes) == (Etat.NEUF, {"é": [1]})
        brut = await base.lire(lambda db: tuple(map(str, db.execute(text("SELECT le, etat FROM ligne")).one())))
        utc = ("2026-07-14 00:30:00.000000", "2026-07-14 00:30:00+00:00")  # SQLite, PostgreSQL
        assert brut in [(instant, "code_neuf") for instant in utc], "l'UTC et le code sont stockés"


async def test_un_instant_naif_est_refuse(tmp_path: Path):
    naif = datetime(2026, 7, 14)  # noqa: DTZ001 — c'est la faute qu'on veut voir refusée
    async with base_ouverte(tmp_path) as base:
        with pytest.raises(StatementError, match="timezone-aware"):
            await base.ecrire(lambda db: db.add(Ligne(le=naif)))
        with pytest.raises(StatementError, match="timezone-aware"):
            await base.lire(lambda db: db.scalars(select(Ligne).where(Ligne.le == naif)).all())


async def test_un_acte_lent_est_journalise_par_son_nom_seul(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    horloge_lente = threading.Event()

    def acte_lent(db: Session, nom: str) -> None:
        horloge_lente.wait(0.15)

    async with base_ouverte(tmp_path) as base:
        await base.ecrire(acte_lent, "ACCRALL")
        await base.ecrire(ajouter, "rapide")
    assert "acte_lent" in caplog.text
    assert "ACCRALL" not in caplog.text
    assert "ajouter" not in caplog.text


async def test_une_erreur_de_base_ne_montre_pas_ce_qui_a_ete_saisi(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        await base.ecrire(ajouter, cle="dack@example.org")
        with pytest.raises(IntegrityError) as refus:
            await base.ecrire(ajouter, "ACCRALL", cle="dack@example.org")
        assert "dack@" not in str(refus.value)
        assert "ACCRALL" not in str(refus.value)


@pytest.mark.parametrize("nom", ["éà ü", "100%20", "a?b#c", "simple"])
async def test_un_chemin_quelconque_fait_une_adresse_de_base(tmp_path: Path, nom: str):
    fichier = tmp_path / f"{nom}.sqlite3"
    base = Database(url_sqlite(fichier))
    await base.ecrire(creer)
    await base.fermer()
    assert fichier.exists()


async def test_la_fermeture_ecrit_ce_qui_est_accepte_et_refuse_la_suite(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        async with ecrivain_occupe(base):
            acceptes = asyncio.gather(*(base.ecrire(ajouter) for _ in range(30)))
            await asyncio.sleep(0)
            fermeture = asyncio.create_task(base.fermer())
            await asyncio.sleep(0)
            with pytest.raises(Indisponible):
                await base.ecrire(ajouter)
            with pytest.raises(Indisponible):
                await base.lire(compter)
        assert len(await acceptes) == 30
        await fermeture
        await base.fermer()
    base = Database(adresse(tmp_path / "base.sqlite3"))
    assert await base.lire(compter) == (30, 30)
    await base.fermer()


async def test_le_schema_jouet_est_bien_dans_la_base(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        noms = await base.lire(lambda db: inspect(db.connection()).get_table_names())
        assert set(noms) == {"ligne", "compteur"}
        assert await base.lire(lambda db: db.get_one(Compteur, 1).valeur) == 0
