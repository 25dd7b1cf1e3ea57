"""Candidat et agents à la fois sur la même pièce, par de vraies connexions parallèles : un seul l'emporte, et jamais un
fichier plus récent que sa validation."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.infra.database import moteur_synchrone, url_sqlite
from app.pieces.controle import Avis, ouvrir, poser_un_statut
from app.pieces.depot import Envoi, annuler_l_envoi, deposer, retirer, valider_l_envoi
from app.pieces.models import EvenementPiece, FichierDepose, PieceDemandee
from app.regles.vocabulaire import StatutPiece
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT
from tests.unit.pieces.conftest import FICHIER
from tests.unit.pieces.test_actes import TOULOUSE, actif

TOURS = 12
Acte = Callable[[Session, datetime], Any]


class Piste:
    """Autant de connexions que de coureurs ; chaque tour part d'une pièce déposée."""

    def __init__(self, chemin: Path, ids: dict[str, str]) -> None:
        self.moteurs = [moteur_synchrone(url_sqlite(chemin)) for _ in range(3)]
        self.piece_id, self.ids = ids["NATIDE01"], ids
        self.tour, self.instant = 0, MAINTENANT

    def courir(self, *actes: Acte) -> list[Any]:
        """Tous partent ensemble ; l'ordre d'arrivée est celui de la base."""
        depart = Barrier(len(actes))

        def un(coureur: tuple[Engine, Acte]) -> Any:
            moteur, acte = coureur
            depart.wait(10)
            with Session(moteur) as db, db.begin():
                return acte(db, self.instant)

        with ThreadPoolExecutor(len(actes)) as fils:
            return list(fils.map(un, zip(self.moteurs, actes, strict=False)))

    def remettre(self, *, validee: bool, deposee: bool = True) -> str:
        """La pièce, et celle de son groupe, comme au premier jour. Rend le fichier de la pièce."""
        self.tour += 1
        self.instant += timedelta(minutes=1)
        with Session(self.moteurs[0]) as db, db.begin():
            for piece in db.scalars(select(PieceDemandee)):
                piece.statut, piece.validee_le, piece.ouverte_le = StatutPiece.AUCUN, None, None
                for fichier in db.scalars(
                    select(FichierDepose).where(FichierDepose.piece_id == piece.id, FichierDepose.retire_le.is_(None))
                ):
                    fichier.retire_le = self.instant
            db.flush()
            codes = ("CINSIG01", "NATIDE01") if deposee else ("CINSIG01",)
            for code in codes:
                assert deposer(db, "dack", self.ids[code], self.fichier(code), maintenant=self.instant)
            if validee:
                assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=self.instant) is Envoi.FAIT
            depose = actif(db, self.piece_id)
            return depose.id if depose else ""

    def fichier(self, code: str) -> Any:
        return replace(FICHIER, cle=f"{code}-{self.tour}")

    def verifier(self) -> tuple[PieceDemandee, FichierDepose | None, int]:
        """L'invariant, puis la pièce, son fichier, et combien de validations ce tour."""
        with Session(self.moteurs[0], expire_on_commit=False) as db:
            piece = db.get_one(PieceDemandee, self.piece_id)
            fichier = actif(db, self.piece_id)
            if piece.validee_le is not None:
                assert fichier is not None, "une validation sans fichier"
                assert fichier.depose_le <= piece.validee_le, "un fichier plus récent que sa validation"
            if piece.statut is StatutPiece.CONFORME:
                assert fichier is not None
                assert piece.validee_le is not None
            faits = select(EvenementPiece).where(
                EvenementPiece.piece_id == self.piece_id, EvenementPiece.survenu_le == self.instant
            )
            return piece, fichier, len(db.scalars(faits).all())


@pytest.fixture
def piste(moteur: Engine, ids: dict[str, str], tmp_path: Path) -> Iterator[Piste]:
    piste = Piste(tmp_path / "portail.sqlite3", ids)
    yield piste
    for autre in piste.moteurs:
        autre.dispose()


def verdict(piste: Piste, fichier_id: str, agent_id: str, statut: StatutPiece) -> Acte:
    avis = Avis(statut, commentaire="Illisible." if statut is StatutPiece.NON_CONFORME else "")

    def juger(db: Session, maintenant: datetime) -> bool:
        return poser_un_statut(
            db,
            piste.piece_id,
            avis,
            attendu=StatutPiece.AUCUN,
            fichier_id=fichier_id,
            academies=TOULOUSE,
            agent_id=agent_id,
            maintenant=maintenant,
        )

    return juger


def validation(db: Session, maintenant: datetime) -> Envoi:
    return valider_l_envoi(db, "dack", CANDIDATURE, maintenant=maintenant)


def test_deposer_contre_valider(piste: Piste):
    """Validé d'abord, l'envoi attend la pièce qui manque ; déposé d'abord, la validation prend le fichier."""
    for _ in range(TOURS):
        piste.remettre(validee=False, deposee=False)

        def depot(db: Session, maintenant: datetime) -> bool:
            return deposer(db, "dack", piste.piece_id, piste.fichier("NATIDE01"), maintenant=maintenant)

        depose, envoi = piste.courir(depot, validation)
        piece, fichier, _ = piste.verifier()
        assert depose
        assert fichier is not None
        assert envoi in (Envoi.FAIT, Envoi.MANQUE)
        assert (piece.validee_le is not None) is (envoi is Envoi.FAIT)


def test_juger_contre_supprimer(piste: Piste):
    """Un agent ne juge que ce qui est validé ; validé, rien ne se supprime."""
    for _ in range(TOURS):
        fichier_id = piste.remettre(validee=False)

        def suppression(db: Session, maintenant: datetime, vu: str = fichier_id) -> str | None:
            return retirer(db, "dack", piste.piece_id, vu, maintenant=maintenant)

        retire, _, juge = piste.courir(
            suppression, validation, verdict(piste, fichier_id, "charlie", StatutPiece.CONFORME)
        )
        piece, fichier, _ = piste.verifier()
        assert not (retire and juge), "jugée et supprimée"
        assert (fichier is None) is (retire is not None)
        assert (piece.statut is StatutPiece.CONFORME) is juge


def test_deux_gestionnaires_un_seul_verdict(piste: Piste):
    for _ in range(TOURS):
        fichier_id = piste.remettre(validee=True)
        verdicts = piste.courir(
            verdict(piste, fichier_id, "charlie", StatutPiece.CONFORME),
            verdict(piste, fichier_id, "dack", StatutPiece.NON_CONFORME),
            verdict(piste, fichier_id, "charlie", StatutPiece.RECUE),
        )
        piece, _, faits = piste.verifier()
        assert verdicts.count(True) == 1
        attendu = (StatutPiece.CONFORME, StatutPiece.NON_CONFORME, StatutPiece.RECUE)[verdicts.index(True)]
        assert piece.statut is attendu
        assert faits == 3, "déposé, validé, jugé : un seul verdict dans l'histoire"


def test_annuler_son_envoi_contre_l_ouvrir(piste: Piste):
    """Ouverte d'abord, l'envoi ne s'annule plus ; annulé d'abord, il n'y a plus rien à ouvrir."""
    for _ in range(TOURS):
        piste.remettre(validee=True)

        def annulation(db: Session, maintenant: datetime) -> bool:
            return annuler_l_envoi(db, "dack", CANDIDATURE, maintenant=maintenant)

        def ouverture(db: Session, maintenant: datetime) -> bool:
            return ouvrir(db, piste.piece_id, academies=TOULOUSE, agent_id="charlie", maintenant=maintenant)

        annule, ouverte = piste.courir(annulation, ouverture)
        piece, _, _ = piste.verifier()
        assert annule is not ouverte
        assert (piece.validee_le is None, piece.ouverte_le is not None) == (annule, ouverte)


def test_annuler_son_envoi_contre_le_verdict(piste: Piste):
    for _ in range(TOURS):
        fichier_id = piste.remettre(validee=True)

        def annulation(db: Session, maintenant: datetime) -> bool:
            return annuler_l_envoi(db, "dack", CANDIDATURE, maintenant=maintenant)

        annule, juge = piste.courir(annulation, verdict(piste, fichier_id, "charlie", StatutPiece.CONFORME))
        piece, _, _ = piste.verifier()
        assert annule is not juge
        assert (piece.statut is StatutPiece.CONFORME) is juge
