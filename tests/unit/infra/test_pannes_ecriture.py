"""Ce qui casse sous l'écrivain : rien de répondu ne se perd, rien ne reste à moitié, et tout repart."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.infra.database import Database, Indisponible, moteur_synchrone, url_sqlite
from app.infra.ecrivain import FILE
from app.infra.lecteurs import Lecteurs
from tests.unit.infra.jouet import (
    ajouter,
    base_ouverte,
    compter,
    ecrivain,
    ecrivain_occupe,
    moteur_ecrivain,
    refuser,
    textes,
)

pytestmark = pytest.mark.sqlite("pannes du disque et du fichier ; celles du serveur sont dans test_postgresql.py")

RACINE = Path(__file__).resolve().parents[3]


async def test_un_commit_qui_echoue_ne_sert_personne_puis_tout_repart(tmp_path: Path):
    validations = 0

    def couper(_connexion: object) -> None:
        nonlocal validations
        validations += 1
        if validations == 2:  # celui de l'acte en cours passe, le suivant échoue
            raise OSError("le disque ne répond plus")

    async with base_ouverte(tmp_path) as base:
        event.listen(moteur_ecrivain(base), "commit", couper)
        async with ecrivain_occupe(base):
            lot = [base.ecrire(ajouter), base.ecrire(refuser), base.ecrire(ajouter)]
            attendus = asyncio.gather(*lot, return_exceptions=True)
            await asyncio.sleep(0)
        issues = await attendus
        assert [type(issue) for issue in issues] == [Indisponible] * 3
        assert await base.lire(compter) == (0, 0)
        await base.ecrire(ajouter)
        assert await base.lire(compter) == (1, 1)


async def test_un_disque_plein_refuse_puis_tout_repart(tmp_path: Path):
    def plafonner(db: Session, pages: int) -> None:
        db.execute(text(f"PRAGMA max_page_count={pages}"))

    def pages(db: Session) -> int:
        return int(db.execute(text("PRAGMA page_count")).scalar() or 0)

    async with base_ouverte(tmp_path) as base:
        await base.ecrire(plafonner, await base.lire(pages) + 60)
        issues: list[object] = []
        for _ in range(20):
            envois = (base.ecrire(ajouter, "x" * 8_000) for _ in range(3))
            issues += await asyncio.gather(*envois, return_exceptions=True)
        recus = sum(isinstance(issue, int) for issue in issues)
        assert {type(issue) for issue in issues} == {int, Indisponible}
        assert await base.lire(compter) == (recus, recus)
        await base.ecrire(plafonner, 100_000)
        await base.ecrire(ajouter, "x" * 8_000)
        assert await base.lire(compter) == (recus + 1, recus + 1)
        assert await base.lire(integrite) == "ok"


async def test_une_panne_de_la_base_dans_un_acte_est_une_indisponibilite_pour_lui_seul(tmp_path: Path):
    def manquer(db: Session) -> None:
        ajouter(db)
        db.execute(text("SELECT 1 FROM table_absente"))

    async with base_ouverte(tmp_path) as base:
        async with ecrivain_occupe(base):
            lot = [base.ecrire(ajouter), base.ecrire(manquer), base.ecrire(ajouter)]
            attendus = asyncio.gather(*lot, return_exceptions=True)
            await asyncio.sleep(0)
        assert [type(issue) for issue in await attendus] == [int, Indisponible, int]
        assert await base.lire(compter) == (2, 2)


async def test_un_ecrivain_ferme_refuse_au_lieu_de_ne_jamais_repondre(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        fil = ecrivain(base)
        await base.fermer()
        with pytest.raises(Indisponible):
            fil.confier("ajouter", ajouter)


async def test_une_transaction_perdue_en_route_ne_laisse_rien_s_ecrire_seul(tmp_path: Path):
    """SQLite peut tout défaire de lui-même : ce qui suit s'écrirait sans transaction."""

    def perdre(db: Session) -> None:
        db.connection().exec_driver_sql("ROLLBACK")
        db.connection().exec_driver_sql("INSERT INTO ligne (texte) VALUES ('seule')")

    async with base_ouverte(tmp_path) as base:
        async with ecrivain_occupe(base):
            lot = [base.ecrire(ajouter), base.ecrire(perdre), base.ecrire(ajouter)]
            attendus = asyncio.gather(*lot, return_exceptions=True)
            await asyncio.sleep(0)
        assert [type(issue) for issue in await attendus] == [Indisponible] * 3
        await base.ecrire(ajouter, "après")
        assert "après" in await base.lire(textes)
        assert (await base.lire(compter))[1] == 1


async def test_une_file_pleine_refuse_aussitot_sans_gener_les_lectures(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        async with ecrivain_occupe(base):
            attendus = asyncio.gather(*(base.ecrire(ajouter) for _ in range(FILE + 20)), return_exceptions=True)
            await asyncio.sleep(0)
            with pytest.raises(Indisponible):
                await base.ecrire(ajouter)
            assert await base.lire(compter) == (0, 0)
        issues = await attendus
        assert sum(isinstance(issue, Indisponible) for issue in issues) == 20
        assert await base.lire(compter) == (FILE, FILE)


async def test_un_acte_abandonne_avant_son_tour_n_est_pas_ecrit(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        async with ecrivain_occupe(base):
            attente = asyncio.create_task(base.ecrire(ajouter))
            await asyncio.sleep(0)
            attente.cancel()
            with pytest.raises(asyncio.CancelledError):
                await attente
        assert await base.lire(compter) == (0, 0)


async def test_un_acte_commence_va_au_bout_meme_si_personne_n_attend_plus(tmp_path: Path):
    commence, fini = threading.Event(), threading.Event()

    def lent(db: Session) -> None:
        commence.set()
        fini.wait(30)
        ajouter(db)

    async with base_ouverte(tmp_path) as base:
        requete = asyncio.create_task(base.ecrire(lent))
        await asyncio.to_thread(commence.wait, 30)
        requete.cancel()
        fini.set()
        with pytest.raises(asyncio.CancelledError):
            await requete
        await base.ecrire(ajouter)
        assert await base.lire(compter) == (2, 2)


async def test_des_tempetes_d_annulations_ne_perdent_et_ne_retiennent_rien(tmp_path: Path):
    hasard = random.Random(20261124)  # noqa: S311 — un tirage reproductible, pas un secret
    accuses = 0

    async def requete(base: Database) -> None:
        nonlocal accuses
        await base.lire(compter)
        await base.ecrire(ajouter)
        accuses += 1
        await base.lire(compter)

    async with base_ouverte(tmp_path) as base:
        for _ in range(10):
            requetes = [asyncio.create_task(requete(base)) for _ in range(40)]
            for tache in hasard.sample(requetes, 24):
                for _ in range(hasard.randrange(12)):
                    await asyncio.sleep(0)
                tache.cancel()
            issues = await asyncio.gather(*requetes, return_exceptions=True)
            assert {type(issue) for issue in issues} <= {type(None), asyncio.CancelledError}
        lignes, valeur = await base.lire(compter)
        assert lignes == valeur >= accuses > 0
        assert isinstance(base._lectures, Lecteurs)
        assert base._lectures._libres.qsize() == 3


async def test_un_autre_processus_qui_ecrit_n_est_pas_perdu(tmp_path: Path):
    autre = subprocess.Popen(
        [sys.executable, "-c", ECRIT_AUSSI, str(tmp_path / "base.sqlite3")],
        cwd=RACINE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert autre.stdin is not None
    assert autre.stdout is not None
    try:
        async with base_ouverte(tmp_path) as base:
            autre.stdin.write(b"\n")
            autre.stdin.flush()
            await asyncio.gather(*(base.ecrire(ajouter) for _ in range(100)))
            assert await asyncio.to_thread(autre.wait, 60) == 0
            assert await base.lire(compter) == (120, 120)
    finally:
        autre.kill()
        autre.wait()
        autre.stdin.close()
        autre.stdout.close()


async def test_un_verrou_tenu_trop_longtemps_refuse_sans_gener_les_lectures(tmp_path: Path):
    async with base_ouverte(tmp_path) as base:
        await base.ecrire(lambda db: db.execute(text("PRAGMA busy_timeout=100")) and None)
        autre = moteur_synchrone(url_sqlite(tmp_path / "base.sqlite3"))
        with autre.begin():
            with pytest.raises(Indisponible):
                await base.ecrire(ajouter)
            assert await base.lire(compter) == (0, 0)
        autre.dispose()
        await base.ecrire(ajouter)
        assert await base.lire(compter) == (1, 1)


async def test_tue_net_le_processus_n_a_rien_perdu_de_ce_qu_il_avait_repondu(tmp_path: Path):
    fichier = tmp_path / "base.sqlite3"
    async with base_ouverte(tmp_path):
        pass
    accuses: list[str] = []
    for tour in range(5):
        accuses += await asyncio.to_thread(ecrire_puis_tuer, fichier, str(tour), 20 + 37 * tour)
    base = Database(url_sqlite(fichier))
    ecrits = await base.lire(textes)
    lignes, valeur = await base.lire(compter)
    assert await base.lire(integrite) == "ok"
    await base.fermer()
    assert len(accuses) >= 5 * 20
    assert set(accuses) <= set(ecrits), "répondu, donc écrit"
    assert lignes == valeur, "pas d'acte à moitié"


def ecrire_puis_tuer(fichier: Path, tour: str, combien: int) -> list[str]:
    """Tue l'écrivain quand il a répondu `combien` fois ; rend tout ce qu'il a eu le temps de répondre."""
    processus = subprocess.Popen([sys.executable, "-c", REPOND, str(fichier), tour], cwd=RACINE, stdout=subprocess.PIPE)
    assert processus.stdout is not None
    accuses = [processus.stdout.readline() for _ in range(combien)]
    os.kill(processus.pid, signal.SIGKILL)
    accuses += processus.stdout.readlines()
    processus.stdout.close()
    processus.wait()
    return [ligne.decode().strip() for ligne in accuses if ligne.endswith(b"\n")]


def integrite(db: Session) -> str:
    return str(db.execute(text("PRAGMA integrity_check")).scalar())


REPOND = textwrap.dedent(
    """
    import asyncio, itertools, os, sys
    from pathlib import Path
    from app.infra.database import Database, url_sqlite
    from tests.unit.infra.jouet import ajouter

    async def client(base, numero, tour):
        for i in itertools.count():
            nom = f"{tour}-{numero}-{i}"
            await base.ecrire(ajouter, nom)
            os.write(1, nom.encode() + b"\\n")

    async def main():
        base = Database(url_sqlite(Path(sys.argv[1])))
        await asyncio.gather(*(client(base, numero, sys.argv[2]) for numero in range(8)))

    asyncio.run(main())
    """
)
ECRIT_AUSSI = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from sqlalchemy.orm import Session
    from app.infra.database import moteur_synchrone, url_sqlite
    from tests.unit.infra.jouet import ajouter

    sys.stdin.readline()
    moteur = moteur_synchrone(url_sqlite(Path(sys.argv[1])))
    for _ in range(20):
        with moteur.begin() as connexion, Session(connexion) as db:
            ajouter(db)
            db.flush()
    """
)
