"""Deux gestes en même temps : un seul gagne, et jamais un fichier n'est plus récent que sa validation."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.pieces.controle import Avis, ouvrir, poser_un_statut
from app.pieces.depot import Envoi, annuler_l_envoi, deposer, retirer, valider_l_envoi
from app.pieces.envois import Annonce, commencer_un_envoi, deposer_l_envoi
from app.pieces.models import FichierDepose, PieceDemandee
from app.pieces.reexamen import composer, en_attente, refuser
from app.regles.vocabulaire import EtatExamen, StatutPiece
from app.web.gabarits import creer_environnement
from tests.bases import adresse
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT
from tests.unit.pieces.conftest import FICHIER

TOULOUSE = ("TOU",)
TIRAGES = 40


class Course:
    """Des actes confiés ensemble au fil d'écriture ; chacun un instant après le précédent."""

    def __init__(self, base: Database, ids: dict[str, str]) -> None:
        self.base, self.ids, self.rang = base, ids, 0

    def suivant(self) -> Any:
        self.rang += 1
        return MAINTENANT + timedelta(seconds=self.rang)

    def depose(self, code: str = "NATIDE01", **autres: Any) -> Awaitable[bool]:
        quand = self.suivant()
        fichier = replace(FICHIER, cle=f"cle-{self.rang}", **autres)
        return self.base.ecrire(deposer, "dack", self.ids[code], fichier, maintenant=quand)

    def valide(self) -> Awaitable[Envoi]:
        return self.base.ecrire(valider_l_envoi, "dack", CANDIDATURE, maintenant=self.suivant())

    def annule(self) -> Awaitable[bool]:
        return self.base.ecrire(annuler_l_envoi, "dack", CANDIDATURE, maintenant=self.suivant())

    def retire(self, fichier_id: str) -> Awaitable[str | None]:
        return self.base.ecrire(retirer, "dack", self.ids["NATIDE01"], fichier_id, maintenant=self.suivant())

    def juge(self, fichier_id: str, statut: StatutPiece) -> Awaitable[bool]:
        return self.base.ecrire(
            poser_un_statut,
            self.ids["NATIDE01"],
            Avis(statut, commentaire="Illisible"),
            attendu=StatutPiece.AUCUN,
            fichier_id=fichier_id,
            academies=TOULOUSE,
            agent_id="charlie",
            maintenant=self.suivant(),
        )

    def ouvre(self) -> Awaitable[bool]:
        return self.base.ecrire(
            ouvrir, self.ids["NATIDE01"], academies=TOULOUSE, agent_id="charlie", maintenant=self.suivant()
        )


def courir(dossier: Path, ids: dict[str, str], gestes: Callable[[Course], list[Awaitable[Any]]]) -> list[Any]:
    async def tous() -> list[Any]:
        base = Database(adresse(dossier / "portail.sqlite3"))
        try:
            return list(await asyncio.gather(*gestes(Course(base, ids))))
        finally:
            await base.fermer()

    return asyncio.run(tous())


def actif(db: Session, piece_id: str) -> FichierDepose | None:
    requete = select(FichierDepose).where(FichierDepose.piece_id == piece_id, FichierDepose.retire_le.is_(None))
    return db.scalars(requete).one_or_none()


def verifier_l_invariant(moteur: Engine) -> None:
    with Session(moteur) as db:
        for piece in db.scalars(select(PieceDemandee)):
            fichier = actif(db, piece.id)
            if piece.validee_le is not None:
                assert fichier is not None, f"{piece.code} est validée sans fichier"
                assert fichier.depose_le <= piece.validee_le, f"{piece.code} a un fichier plus récent que sa validation"


def poser(moteur: Engine, ids: dict[str, str], *, examen: EtatExamen = EtatExamen.SAIN, valide: bool = False) -> str:
    with Session(moteur) as db, db.begin():
        for rang, code in enumerate(("CINSIG01", "NATIDE01")):
            fichier = replace(FICHIER, cle=f"avant-{rang}", examen=examen)
            assert deposer(db, "dack", ids[code], fichier, maintenant=MAINTENANT)
        if valide:
            assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT) is Envoi.FAIT
        depose = actif(db, ids["NATIDE01"])
        assert depose is not None
        return depose.id


Geste = Callable[[], Awaitable[Any]]


def melanger(gestes: list[Geste], tirage: int) -> list[Geste]:
    random.Random(tirage).shuffle(gestes)  # noqa: S311 — l'ordre des gestes, rejouable
    return gestes


@pytest.mark.parametrize("tirage", range(8))
def test_deposer_et_valider_ensemble(moteur: Engine, ids: dict[str, str], tmp_path: Path, tirage: int):
    with Session(moteur) as db, db.begin():
        deposer(db, "dack", ids["CINSIG01"], replace(FICHIER, cle="avant"), maintenant=MAINTENANT)

    def gestes(course: Course) -> list[Awaitable[Any]]:
        return [geste() for geste in melanger([course.depose, course.depose, course.valide, course.valide], tirage)]

    resultats = courir(tmp_path, ids, gestes)
    assert resultats.count(True) == 1, "deux fichiers ont cru être déposés"
    assert resultats.count(Envoi.FAIT) <= 1
    verifier_l_invariant(moteur)


@pytest.mark.parametrize("tirage", range(8))
def test_retirer_et_juger_ensemble(moteur: Engine, ids: dict[str, str], tmp_path: Path, tirage: int):
    vu = poser(moteur, ids, valide=True)

    def gestes(course: Course) -> list[Awaitable[Any]]:
        tous: list[Geste] = [
            course.annule,
            course.ouvre,
            lambda: course.retire(vu),
            lambda: course.juge(vu, StatutPiece.CONFORME),
            course.depose,
        ]
        return [geste() for geste in melanger(tous, tirage)]

    courir(tmp_path, ids, gestes)
    verifier_l_invariant(moteur)
    with Session(moteur) as db:
        piece, fichier = db.get_one(PieceDemandee, ids["NATIDE01"]), actif(db, ids["NATIDE01"])
        assert (piece.statut is StatutPiece.CONFORME) <= (fichier is not None and fichier.id == vu)


def test_deux_verdicts_ensemble_n_en_posent_qu_un(moteur: Engine, ids: dict[str, str], tmp_path: Path):
    vu = poser(moteur, ids, valide=True)
    verdicts = (StatutPiece.CONFORME, StatutPiece.NON_CONFORME, StatutPiece.CONFORME)
    resultats = courir(tmp_path, ids, lambda course: [course.juge(vu, statut) for statut in verdicts])
    assert resultats == [True, False, False]


@pytest.mark.parametrize("tirage", range(4))
def test_un_refus_a_l_examen_et_une_validation_ensemble(
    moteur: Engine, ids: dict[str, str], tmp_path: Path, tirage: int
):
    poser(moteur, ids, examen=EtatExamen.EN_ATTENTE)
    with Session(moteur) as db:
        attente = next(a for a in en_attente(db) if a.code == "NATIDE01")
    lettre = composer(creer_environnement(str), "https://exemple.fr", attente, "Trop grand.")

    def gestes(course: Course) -> list[Awaitable[Any]]:
        def refus() -> Awaitable[bool]:
            return course.base.ecrire(refuser, attente.id, "Trop grand.", lettre, maintenant=course.suivant())

        tous: list[Geste] = [course.valide, refus, course.annule, course.depose]
        return [geste() for geste in melanger(tous, tirage)]

    courir(tmp_path, ids, gestes)
    verifier_l_invariant(moteur)


def test_le_meme_envoi_fini_deux_fois_ensemble_ne_depose_qu_une_fois(
    moteur: Engine, ids: dict[str, str], tmp_path: Path
):
    with Session(moteur) as db, db.begin():
        annonce = Annonce("a.pdf", 10, "0" * 64, 1)
        envoi = commencer_un_envoi(db, "dack", ids["NATIDE01"], annonce, maintenant=MAINTENANT)
        assert envoi is not None
        envoi_id = envoi.id

    def gestes(course: Course) -> list[Awaitable[Any]]:
        return [
            course.base.ecrire(
                deposer_l_envoi, "dack", envoi_id, replace(FICHIER, cle=f"c{rang}"), maintenant=course.suivant()
            )
            for rang in range(4)
        ]

    assert courir(tmp_path, ids, gestes) == [True, False, False, False]


def test_au_hasard_rien_ne_casse_l_invariant(moteur: Engine, ids: dict[str, str], tmp_path: Path):
    """Quarante gestes tirés au sort, par vagues, sur le même dossier."""
    hasard = random.Random(20261125)  # noqa: S311 — les gestes, rejouables
    vu = poser(moteur, ids)

    def gestes(course: Course) -> list[Awaitable[Any]]:
        choix: list[Geste] = [
            course.depose,
            course.valide,
            course.annule,
            course.ouvre,
            lambda: course.retire(vu),
            lambda: course.juge(vu, StatutPiece.NON_CONFORME),
        ]
        return [hasard.choice(choix)() for _ in range(TIRAGES)]

    courir(tmp_path, ids, gestes)
    verifier_l_invariant(moteur)
