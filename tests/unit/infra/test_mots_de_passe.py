import asyncio
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from app.infra import passwords
from app.infra.database import Indisponible
from app.infra.passwords import MotsDePasse


@pytest.fixture
def mots() -> Iterator[MotsDePasse]:
    mots = MotsDePasse()
    yield mots
    mots.fermer()


async def test_le_bon_mot_de_passe_est_reconnu_et_lui_seul(mots: MotsDePasse):
    empreinte = await mots.hacher("Azerty-2026 !")
    assert await mots.verifier(empreinte, "Azerty-2026 !")
    assert not await mots.verifier(empreinte, "azerty-2026 !")
    assert not await mots.verifier(empreinte, "")


async def test_l_empreinte_dit_argon2id_et_ses_reglages_et_change_a_chaque_fois(mots: MotsDePasse):
    une, deux = await asyncio.gather(mots.hacher("secret"), mots.hacher("secret"))
    assert une.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert une != deux


async def test_un_compte_absent_est_refuse_apres_le_meme_calcul(mots: MotsDePasse):
    calculs: list[str] = []
    correspond = mots._correspond

    def suivi(empreinte: str, mdp: str) -> bool:
        calculs.append(empreinte)
        return correspond(empreinte, mdp)

    mots._correspond = suivi  # type: ignore[method-assign] # on compte, sans rien remplacer
    assert not await mots.verifier(None, "secret")
    assert not await mots.verifier("", "secret")
    assert [calcul.split("$")[3] for calcul in calculs] == ["m=19456,t=2,p=1"] * 2


async def test_un_compte_absent_est_refuse_meme_si_le_leurre_correspond(mots: MotsDePasse):
    mots._leurre = await mots.hacher("secret")
    assert not await mots.verifier(None, "secret")


async def test_une_empreinte_illisible_est_un_refus(mots: MotsDePasse):
    assert not await mots.verifier("pas une empreinte", "secret")


async def test_une_lettre_accentuee_est_la_meme_sur_tous_les_appareils(mots: MotsDePasse):
    empreinte = await mots.hacher("\u00e9t\u00e9")
    assert await mots.verifier(empreinte, "e\u0301te\u0301")


async def test_un_mot_de_passe_de_forme_quelconque_ne_fait_pas_d_erreur(mots: MotsDePasse):
    for mdp in ("\ud800", "\0", "x" * 10_000, "🔑"):
        assert await mots.verifier(await mots.hacher(mdp), mdp)


async def test_une_empreinte_d_anciens_reglages_est_a_refaire(mots: MotsDePasse):
    ancienne = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("secret")
    assert await mots.verifier(ancienne, "secret")
    assert mots.a_rehacher(ancienne)
    assert not mots.a_rehacher(await mots.hacher("secret"))


async def test_une_file_pleine_refuse_aussitot_puis_sert_de_nouveau(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "FILE", 3)
    mots = MotsDePasse()
    issues = await asyncio.gather(*(mots.hacher("secret") for _ in range(9)), return_exceptions=True)
    assert sum(isinstance(issue, Indisponible) for issue in issues) == 9 - 3 - passwords.FILS
    for _ in range(6):
        await mots.hacher("secret")
    mots.fermer()


async def test_une_requete_abandonnee_rend_sa_place(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "FILE", 0)
    mots = MotsDePasse()
    for _ in range(5):
        taches = [asyncio.create_task(mots.hacher("secret")) for _ in range(passwords.FILS)]
        await asyncio.sleep(0)
        for tache in taches:
            tache.cancel()
        await asyncio.gather(*taches, return_exceptions=True)
        await asyncio.to_thread(mots._places.acquire)
        mots._places.release()
    mots.fermer()
