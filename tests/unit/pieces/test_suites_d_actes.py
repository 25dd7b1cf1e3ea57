"""N'importe quelle suite d'actes du candidat et des agents : jamais un fichier plus récent que sa validation, et rien
de l'histoire ne s'efface."""

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.infra.database import moteur_synchrone
from app.pieces.actions import demander
from app.pieces.controle import Avis, annuler_le_statut, deposer_pour, ouvrir, poser_un_statut
from app.pieces.depot import annuler_l_envoi, deposer, retirer, valider_l_envoi
from app.pieces.models import EvenementPiece, FichierDepose, PieceDemandee
from app.regles.vocabulaire import EtatExamen, ModeDepot, StatutPiece
from tests.bases import adresse, copier
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT, preparer
from tests.unit.documents.exemples import piece
from tests.unit.pieces.conftest import FICHIER
from tests.unit.pieces.test_actes import TOULOUSE, actif

CODES = ("CINSIG01", "NATIDE01", "PHOTO01")
PIECES = (
    piece("CINSIG01", "Confirmation d’inscription signée", "Confirmation"),
    piece("NATIDE01", "Pièce d’identité", "Nationalité"),
    piece("PHOTO01", "Photographie", "Nationalité", mode="courrier"),
)
codes = st.sampled_from(CODES)
statuts = st.sampled_from([StatutPiece.RECUE, StatutPiece.NON_CONFORME, StatutPiece.CONFORME])


class Dossier(RuleBasedStateMachine):
    """Dack dépose, valide, se ravise ; deux agents ouvrent, jugent, se dédisent, sur ce qu'ils ont vu, même périmé."""

    modele: Path

    @initialize()
    def ouvrir_le_dossier(self) -> None:
        self.abri = Path(tempfile.mkdtemp())
        copier(self.modele, self.abri / "essai.sqlite3")
        self.moteur: Engine = moteur_synchrone(adresse(self.abri / "essai.sqlite3"))
        self.instant, self.serie, self.faits = MAINTENANT, 0, 0
        self.vus: dict[str, tuple[str | None, StatutPiece]] = {}

    def teardown(self) -> None:
        self.moteur.dispose()
        shutil.rmtree(self.abri)

    def acte(self, agir: Any) -> Any:
        self.instant += timedelta(seconds=1)
        with Session(self.moteur) as db, db.begin():
            return agir(db)

    def piece_id(self, db: Session, code: str) -> str:
        return db.scalars(select(PieceDemandee.id).where(PieceDemandee.code == code)).one()

    def fichier(self, etat: EtatExamen = EtatExamen.SAIN) -> Any:
        self.serie += 1
        return replace(FICHIER, cle=f"cle-{self.serie}", examen=etat)

    def depot(self, code: str, etat: EtatExamen) -> None:
        self.acte(lambda db: deposer(db, "dack", self.piece_id(db, code), self.fichier(etat), maintenant=self.instant))

    @rule(code=codes, etat=st.sampled_from([EtatExamen.SAIN, EtatExamen.SAIN, EtatExamen.EN_ATTENTE]))
    def le_candidat_depose(self, code: str, etat: EtatExamen) -> None:
        self.depot(code, etat)

    @rule()
    def le_candidat_depose_tout_et_valide(self) -> None:
        """Sans ce geste, une suite au hasard n'atteint presque jamais le contrôle."""
        for code in CODES:
            self.depot(code, EtatExamen.SAIN)
        self.acte(lambda db: valider_l_envoi(db, "dack", CANDIDATURE, maintenant=self.instant))

    @rule(code=codes)
    def le_candidat_supprime(self, code: str) -> None:
        def agir(db: Session) -> None:
            piece_id = self.piece_id(db, code)
            depose = actif(db, piece_id)
            avant = db.get_one(PieceDemandee, piece_id).validee_le
            cle = retirer(db, "dack", piece_id, depose.id if depose else "rien", maintenant=self.instant)
            assert cle is None or avant is None, "un fichier validé ne se supprime pas"

        self.acte(agir)

    @rule()
    def le_candidat_valide(self) -> None:
        self.acte(lambda db: valider_l_envoi(db, "dack", CANDIDATURE, maintenant=self.instant))

    @rule()
    def le_candidat_annule_son_envoi(self) -> None:
        def agir(db: Session) -> None:
            validees = {p.id: p.ouverte_le for p in db.scalars(select(PieceDemandee)) if p.validee_le}
            if annuler_l_envoi(db, "dack", CANDIDATURE, maintenant=self.instant):
                db.expire_all()
                rendues = [id_ for id_ in validees if db.get_one(PieceDemandee, id_).validee_le is None]
                assert all(validees[id_] is None for id_ in rendues), "une pièce ouverte ne se reprend pas"

        self.acte(agir)

    @rule(code=codes)
    def un_agent_ouvre(self, code: str) -> None:
        self.acte(
            lambda db: ouvrir(
                db, self.piece_id(db, code), academies=TOULOUSE, agent_id="charlie", maintenant=self.instant
            )
        )

    @rule(code=codes)
    def un_agent_lit(self, code: str) -> None:
        """Ce qu'il a sous les yeux quand il décidera, peut-être longtemps après."""

        def agir(db: Session) -> None:
            lue = db.get_one(PieceDemandee, self.piece_id(db, code))
            depose = actif(db, lue.id)
            self.vus[code] = (depose.id if depose else None, lue.statut)

        self.acte(agir)

    @rule(code=codes, statut=statuts)
    def un_agent_juge_ce_qu_il_a_lu(self, code: str, statut: StatutPiece) -> None:
        fichier_id, attendu = self.vus.get(code, (None, StatutPiece.AUCUN))

        def agir(db: Session) -> None:
            piece_id = self.piece_id(db, code)
            depose = actif(db, piece_id)
            avant = db.get_one(PieceDemandee, piece_id)
            envoyee = avant.validee_le is not None or avant.statut is StatutPiece.NON_CONFORME
            juge = poser_un_statut(
                db,
                piece_id,
                Avis(statut, commentaire="Illisible."),
                attendu=attendu,
                fichier_id=fichier_id,
                academies=TOULOUSE,
                agent_id="charlie",
                maintenant=self.instant,
            )
            assert not juge or (depose.id if depose else None) == fichier_id, "jugé sans avoir été vu"
            assert not juge or depose is None or envoyee, "jugé sans avoir été envoyé"

        self.acte(agir)

    @rule(code=codes)
    def un_agent_se_dedit(self, code: str) -> None:
        _, attendu = self.vus.get(code, (None, StatutPiece.AUCUN))
        self.acte(
            lambda db: annuler_le_statut(
                db,
                self.piece_id(db, code),
                attendu=attendu,
                academies=TOULOUSE,
                agent_id="charlie",
                maintenant=self.instant,
            )
        )

    @rule(code=codes)
    def un_agent_depose_pour_lui(self, code: str) -> None:
        self.acte(
            lambda db: deposer_pour(
                db,
                self.piece_id(db, code),
                self.fichier(),
                academies=TOULOUSE,
                agent_id="charlie",
                maintenant=self.instant,
            )
        )

    @rule(demandees=st.sets(codes, min_size=1))
    def l_inscription_change(self, demandees: set[str]) -> None:
        self.acte(lambda db: demander(db, CANDIDATURE, [p for p in PIECES if p.code in demandees], self.instant))

    @invariant()
    def un_fichier_n_est_jamais_plus_recent_que_sa_validation(self) -> None:
        with Session(self.moteur) as db:
            for ligne in db.scalars(select(PieceDemandee)):
                fichier = actif(db, ligne.id)
                if ligne.validee_le is not None:
                    assert fichier is not None, f"{ligne.code} validée sans fichier"
                    assert fichier.depose_le <= ligne.validee_le, f"{ligne.code} : fichier plus récent"
                if ligne.statut in (StatutPiece.CONFORME, StatutPiece.RECUE) and ligne.mode is ModeDepot.EN_LIGNE:
                    assert ligne.validee_le is not None, f"{ligne.code} jugée sans avoir été envoyée"

    @invariant()
    def l_histoire_ne_fait_que_grandir(self) -> None:
        with Session(self.moteur) as db:
            faits = db.scalar(select(func.count()).select_from(EvenementPiece)) or 0
            deposes = db.scalar(select(func.count()).select_from(FichierDepose)) or 0
            assert faits >= max(self.faits, deposes), "chaque fichier a son dépôt dans l'histoire"
            self.faits = faits


def test_n_importe_quelle_suite_d_actes_garde_l_invariant(tmp_path: Path):
    moteur = preparer(tmp_path / "modele.sqlite3")
    with Session(moteur) as db, db.begin():
        demander(db, CANDIDATURE, PIECES, MAINTENANT)
    moteur.dispose()
    Dossier.modele = tmp_path / "modele.sqlite3"
    suites = Dossier.TestCase
    suites.settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    suites().runTest()
