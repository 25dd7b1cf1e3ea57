"""Rien ne bloque un dépôt : gardé en attente pendant une panne, le fichier est repris, refait ou refusé ensuite."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.infra.outbox import Courriel
from app.pieces.depot import Envoi, Fichier, deposer, retirer, valider_l_envoi
from app.pieces.examen.examinateur import Examinateur
from app.pieces.models import FichierDepose
from app.pieces.orphelins import ramasser_les_orphelins
from app.pieces.rangement import chemin
from app.pieces.reception import Recu, recevoir
from app.pieces.reexamen import EnAttente, composer, en_attente, reexaminer, refuser
from app.pieces.suivi import pieces_vues
from app.regles.vocabulaire import EtatExamen, FormatFichier
from app.web.gabarits import creer_environnement
from tests.bases import adresse
from tests.faux_clamd import EICAR, faux_clamd
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT
from tests.unit.documents.exemples import DEPOT_FERME_LE
from tests.unit.pieces.conftest import FICHIER, Etat

PLUS_TARD = MAINTENANT + timedelta(minutes=5)
FORMATS = (FormatFichier.PDF, FormatFichier.PNG, FormatFichier.JPG)
EN_PANNE = "/introuvable/python"
GABARITS = creer_environnement(lambda chemin: f"/{chemin}")


def photo(texte: bytes = b"") -> bytes:
    octets = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(octets, "JPEG", comment=texte)
    return octets.getvalue()


@dataclass
class Atelier:
    base: Database
    donnees: Path

    async def deposer(self, piece_id: str, *photos: bytes, nom: str = "photo.jpg") -> Fichier:
        """Déposé pendant que l'examinateur est en panne."""
        recus = []
        for rang, octets in enumerate(photos):
            source = self.donnees / f"recu-{rang}"
            source.write_bytes(octets)
            recus.append(Recu(nom, source, len(octets)))
        fichier = await recevoir(Examinateur(python=EN_PANNE), self.donnees, recus, FORMATS, taille_max=5_000_000)
        assert isinstance(fichier, Fichier)
        assert fichier.examen is EtatExamen.EN_ATTENTE
        assert await self.base.ecrire(deposer, "dack", piece_id, fichier, maintenant=MAINTENANT)
        return fichier

    async def reexaminer(self, examinateur: Examinateur, quand: datetime = PLUS_TARD) -> None:
        await reexaminer(self.base, examinateur, self.donnees, GABARITS, "https://exemple.fr", quand)


@pytest.fixture
async def atelier(moteur: Engine, tmp_path: Path) -> AsyncIterator[Atelier]:
    base = Database(adresse(tmp_path / "portail.sqlite3"))
    (tmp_path / "donnees").mkdir()
    yield Atelier(base, tmp_path / "donnees")
    await base.fermer()


def fichiers(db: Session) -> list[FichierDepose]:
    """Lus puis rendus : une session ouverte tiendrait la base."""
    lus = list(db.scalars(select(FichierDepose)))
    db.expunge_all()
    db.rollback()
    return lus


async def test_un_fichier_en_attente_est_refait_sans_changer_de_date(atelier: Atelier, db: Session, ids, etat: Etat):
    attente = await atelier.deposer(ids["NATIDE01"], photo(b"ma position"))
    await atelier.base.ecrire(valider_l_envoi, "dack", CANDIDATURE, maintenant=MAINTENANT)
    await atelier.reexaminer(Examinateur())
    (fichier,) = fichiers(db)
    octets = chemin(atelier.donnees, fichier.cle).read_bytes()
    assert (fichier.examen, fichier.depose_le, fichier.pages) == (EtatExamen.SAIN, MAINTENANT, 1)
    assert (hashlib.sha256(octets).hexdigest(), len(octets)) == (fichier.empreinte, fichier.octets)
    assert b"ma position" not in octets
    assert not chemin(atelier.donnees, attente.cle).exists()


async def test_des_photos_en_attente_deviennent_un_pdf(atelier: Atelier, db: Session, ids):
    await atelier.deposer(ids["NATIDE01"], photo(), photo())
    (attente,) = fichiers(db)
    assert (attente.nom, attente.examen) == ("photo (2 photos).pdf", EtatExamen.EN_ATTENTE)
    await atelier.reexaminer(Examinateur())
    (fichier,) = fichiers(db)
    assert (fichier.examen, fichier.pages) == (EtatExamen.SAIN, 2)
    assert len(PdfReader(chemin(atelier.donnees, fichier.cle)).pages) == 2


async def test_tant_que_l_examinateur_est_en_panne_le_fichier_attend(atelier: Atelier, db: Session, ids):
    attente = await atelier.deposer(ids["NATIDE01"], photo())
    await atelier.reexaminer(Examinateur(python=EN_PANNE))
    async with faux_clamd(muet=True) as adresse:
        await atelier.reexaminer(Examinateur(clamd=adresse))
    (fichier,) = fichiers(db)
    assert (fichier.examen, fichier.cle) == (EtatExamen.EN_ATTENTE, attente.cle)
    assert chemin(atelier.donnees, attente.cle).exists()


async def test_un_virus_trouve_plus_tard_rouvre_la_piece_et_ecrit_au_candidat(
    atelier: Atelier, db: Session, ids, etat: Etat
):
    virus = await atelier.deposer(ids["NATIDE01"], photo(EICAR))
    await atelier.deposer(ids["CINSIG01"], photo())
    assert await atelier.base.ecrire(valider_l_envoi, "dack", CANDIDATURE, maintenant=MAINTENANT) is Envoi.FAIT
    async with faux_clamd() as adresse:
        await atelier.reexaminer(Examinateur(clamd=adresse))
    assert (etat("NATIDE01").validee_le, etat("CINSIG01").validee_le) == (None, MAINTENANT)
    assert not chemin(atelier.donnees, virus.cle).exists()
    vue = pieces_vues(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)["NATIDE01"]
    assert vue.peut_ajouter
    assert "virus" in vue.motif_refus
    assert vue.etiquette is not None
    assert vue.etiquette.texte == "Fichier refusé"
    (courriel,) = db.scalars(select(Courriel))
    assert courriel.sujet == "[CYCLADES] Une pièce est à redéposer : NATIDE01"
    assert "virus" in courriel.texte
    assert f"https://exemple.fr/candidatures/{CANDIDATURE}/pieces" in courriel.texte
    assert (courriel.compte_id, courriel.candidature_id) == ("dack", CANDIDATURE)
    assert deposer(db, "dack", ids["NATIDE01"], FICHIER, maintenant=PLUS_TARD + timedelta(minutes=1))
    assert pieces_vues(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)["NATIDE01"].motif_refus == ""


def _attente(db: Session) -> EnAttente:
    (attente,) = en_attente(db)
    return attente


def test_apres_la_fermeture_le_candidat_a_huit_jours_pour_redeposer(db: Session, ids, etat: Etat):
    deposer(db, "dack", ids["NATIDE01"], replace(FICHIER, examen=EtatExamen.EN_ATTENTE), maintenant=MAINTENANT)
    attente, quand = _attente(db), DEPOT_FERME_LE + timedelta(days=1)
    lettre = composer(GABARITS, "https://exemple.fr", attente, "Trop grand.")
    assert refuser(db, attente.id, "Trop grand.", lettre, maintenant=quand)
    db.flush()
    assert etat("NATIDE01").rouverte_jusqu_a == quand + timedelta(days=8)
    assert deposer(db, "dack", ids["NATIDE01"], replace(FICHIER, cle="b"), maintenant=quand + timedelta(days=7))


def test_un_fichier_retire_pendant_l_examen_n_est_ni_repris_ni_refuse(db: Session, ids):
    deposer(db, "dack", ids["NATIDE01"], replace(FICHIER, examen=EtatExamen.EN_ATTENTE), maintenant=MAINTENANT)
    attente = _attente(db)
    assert retirer(db, "dack", ids["NATIDE01"], attente.id, maintenant=PLUS_TARD)
    lettre = composer(GABARITS, "https://exemple.fr", attente, "Trop grand.")
    assert not refuser(db, attente.id, "Trop grand.", lettre, maintenant=PLUS_TARD)
    assert list(db.scalars(select(Courriel))) == []


async def test_un_fichier_sans_ligne_est_ramasse_apres_un_delai(atelier: Atelier, db: Session, ids):
    garde = await atelier.deposer(ids["NATIDE01"], photo())
    retire = await atelier.deposer(ids["CINSIG01"], photo())
    (de_cinsig,) = [f for f in fichiers(db) if f.cle == retire.cle]
    await atelier.base.ecrire(retirer, "dack", ids["CINSIG01"], de_cinsig.id, maintenant=PLUS_TARD)
    orphelin = chemin(atelier.donnees, "orphelin.pdf")
    orphelin.write_bytes(b"personne")
    reel = datetime.fromtimestamp(orphelin.stat().st_mtime, MAINTENANT.tzinfo)
    assert await ramasser_les_orphelins(atelier.base, atelier.donnees, reel + timedelta(minutes=59)) == 0
    assert await ramasser_les_orphelins(atelier.base, atelier.donnees, reel + timedelta(hours=2)) == 2
    assert [f.name for f in (atelier.donnees / "pieces").iterdir()] == [garde.cle]
