"""Effacer pour de bon : ce qui quitte la base quitte aussi ses pages libres et son journal."""

import random
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.infra.database import Base, Database, moteur_synchrone, url_sqlite
from app.infra.facteur import Facteur
from app.infra.outbox import Courriel, poster
from app.infra.transports import DossierEml
from tests.instance import DEBUT
from tests.unit.infra.jouet import lecture_en_cours

pytestmark = pytest.mark.sqlite("les octets de son fichier")

PLUME = b"plumezqx"


def base_neuve(dossier: Path) -> Database:
    url = url_sqlite(dossier / "base.sqlite3")
    moteur = moteur_synchrone(url)
    Base.metadata.create_all(moteur, tables=[Base.metadata.tables["courriel"]])
    moteur.dispose()
    return Database(url)


def ecrire_a(db: Session, destinataire: str, taille: int = 100) -> str:
    texte = f"{destinataire} " + "x" * taille
    return poster(db, destinataire=destinataire, sujet="essai", texte=texte, nature="essai", maintenant=DEBUT)


def effacer(db: Session, courriel_id: str) -> None:
    db.delete(db.get_one(Courriel, courriel_id))


def combien(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Courriel)) or 0


def restes(dossier: Path) -> list[str]:
    return sorted(f.name for f in dossier.rglob("*") if f.is_file() and PLUME in f.read_bytes().lower())


async def test_une_ligne_effacee_parmi_trois_cents_ne_laisse_pas_un_octet(tmp_path: Path) -> None:
    """Ses voisines s'ajoutent et s'effacent autour d'elle : les pages se coupent et se rejoignent."""
    hasard = random.Random(2027)  # noqa: S311 — un tirage qui se rejoue, pas un secret
    base = base_neuve(tmp_path)
    try:
        vivantes: list[str] = []
        plumes = []
        for n in range(300):
            vivantes.append(await base.ecrire(ecrire_a, f"voisin{n}@exemple.fr", hasard.randrange(9000)))
            if n % 60 == 30:
                plumes.append(await base.ecrire(ecrire_a, f"plumezqx{n}@exemple.fr", hasard.randrange(9000)))
            if n % 3 == 0:
                await base.ecrire(effacer, vivantes.pop(hasard.randrange(len(vivantes))))
            if n == 150:
                assert await base.effacer_les_traces()
        assert restes(tmp_path) == ["base.sqlite3", "base.sqlite3-wal"]
        for plume in plumes:
            await base.ecrire(effacer, plume)
        assert await base.effacer_les_traces()
        assert restes(tmp_path) == []
        assert await base.lire(combien) == len(vivantes)
    finally:
        await base.fermer()


async def test_une_lecture_en_cours_ne_bloque_ni_les_actes_ni_l_effacement_suivant(tmp_path: Path) -> None:
    base = base_neuve(tmp_path)
    try:
        plume = await base.ecrire(ecrire_a, "plumezqx@exemple.fr")
        async with lecture_en_cours(base, combien):
            await base.ecrire(effacer, plume)
            assert await base.effacer_les_traces() is False
            await base.ecrire(ecrire_a, "suivant@exemple.fr")
        assert await base.effacer_les_traces()
        assert restes(tmp_path) == []
        assert await base.lire(combien) == 1
    finally:
        await base.fermer()


async def test_un_mail_efface_pendant_son_envoi_n_arrete_pas_la_tournee(tmp_path: Path) -> None:
    base = base_neuve(tmp_path)

    class Pendant(DossierEml):
        async def envoyer(self, message: EmailMessage) -> None:
            if "plumezqx" in str(message["To"]):
                await base.ecrire(effacer, plume)
            await super().envoyer(message)

    try:
        plume = await base.ecrire(ecrire_a, "plumezqx@exemple.fr")
        await base.ecrire(ecrire_a, "suivant@exemple.fr")
        boite = Pendant(tmp_path / "courriels")
        facteur = Facteur(base, transport=boite, expediteur="essai@exemple.fr", horloge=lambda: DEBUT)
        assert await facteur.distribuer() == 2
        assert set(boite.deposes()) > {plume}
        assert [c.envoye_le for c in await base.lire(lambda db: list(db.scalars(select(Courriel))))] == [DEBUT]
    finally:
        await base.fermer()
