"""Le dépôt et le contrôle : chaque acte exige l'état attendu, et ne change rien sinon."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.infra.database import Database
from app.pieces.controle import Avis, annuler_le_statut, deposer_pour, ouvrir, poser_un_statut, prendre_en_main
from app.pieces.depot import Envoi, annuler_l_envoi, deposer, retirer, valider_l_envoi
from app.pieces.models import EvenementPiece, FichierDepose, PieceDemandee
from app.regles.vocabulaire import EtatExamen, StatutPiece
from tests.bases import adresse
from tests.unit.documents.decor import CANDIDATURE, MAINTENANT
from tests.unit.documents.exemples import DEPOT_FERME_LE, DEPOT_OUVRE_LE
from tests.unit.pieces.conftest import FICHIER, Etat

PLUS_TARD = MAINTENANT + timedelta(minutes=5)
TOULOUSE = ("TOU",)
AUTRE = replace(FICHIER, nom="nouveau.pdf", cle="cle-2.pdf")


def actif(db: Session, piece_id: str) -> FichierDepose | None:
    requete = select(FichierDepose).where(FichierDepose.piece_id == piece_id, FichierDepose.retire_le.is_(None))
    return db.scalars(requete).one_or_none()


def histoire(db: Session, piece_id: str) -> list[str]:
    requete = select(EvenementPiece.genre).where(EvenementPiece.piece_id == piece_id).order_by(EvenementPiece.id)
    return [genre.value for genre in db.scalars(requete)]


def tout_deposer(db: Session, ids: dict[str, str]) -> None:
    for rang, code in enumerate(("CINSIG01", "NATIDE01")):
        assert deposer(db, "dack", ids[code], replace(FICHIER, cle=f"depot-{rang}"), maintenant=MAINTENANT)


def juger(db: Session, piece_id: str, avis: Avis, attendu: StatutPiece = StatutPiece.AUCUN) -> bool:
    vu = actif(db, piece_id)
    return poser_un_statut(
        db,
        piece_id,
        avis,
        attendu=attendu,
        fichier_id=vu.id if vu else None,
        academies=TOULOUSE,
        agent_id="charlie",
        maintenant=PLUS_TARD,
    )


def test_un_fichier_depose_est_seul_actif_et_son_depot_est_note(db: Session, ids: dict[str, str]) -> None:
    assert deposer(db, "dack", ids["NATIDE01"], FICHIER, maintenant=MAINTENANT)
    assert not deposer(db, "dack", ids["NATIDE01"], AUTRE, maintenant=PLUS_TARD)
    depose = actif(db, ids["NATIDE01"])
    assert depose is not None
    assert (depose.nom, depose.depose_le, depose.depose_par) == ("identite.pdf", MAINTENANT, "dack")
    assert histoire(db, ids["NATIDE01"]) == ["depose"]


def test_ce_qui_n_est_pas_a_charlie_ne_change_pas(db: Session, ids: dict[str, str]) -> None:
    assert not deposer(db, "charlie", ids["NATIDE01"], FICHIER, maintenant=MAINTENANT)
    tout_deposer(db, ids)
    depose = actif(db, ids["NATIDE01"])
    assert depose is not None
    assert retirer(db, "charlie", ids["NATIDE01"], depose.id, maintenant=PLUS_TARD) is None
    assert valider_l_envoi(db, "charlie", CANDIDATURE, maintenant=PLUS_TARD) is Envoi.RIEN
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)
    assert not annuler_l_envoi(db, "charlie", CANDIDATURE, maintenant=PLUS_TARD)


@pytest.mark.parametrize("quand", [DEPOT_OUVRE_LE - timedelta(seconds=1), DEPOT_FERME_LE])
def test_hors_de_la_fenetre_rien_ne_se_depose(db: Session, ids: dict[str, str], quand: datetime) -> None:
    assert not deposer(db, "dack", ids["NATIDE01"], FICHIER, maintenant=quand)


def test_une_piece_a_envoyer_par_courrier_ne_se_depose_pas(db: Session, ids: dict[str, str]) -> None:
    assert not deposer(db, "dack", ids["PHOTO01"], FICHIER, maintenant=MAINTENANT)


def test_un_fichier_supprime_laisse_la_place_au_suivant(db: Session, ids: dict[str, str]) -> None:
    tout_deposer(db, ids)
    depose = actif(db, ids["NATIDE01"])
    assert depose is not None
    assert retirer(db, "dack", ids["NATIDE01"], depose.id, maintenant=PLUS_TARD) == "depot-1"
    assert retirer(db, "dack", ids["NATIDE01"], depose.id, maintenant=PLUS_TARD) is None
    assert deposer(db, "dack", ids["NATIDE01"], AUTRE, maintenant=PLUS_TARD)
    assert histoire(db, ids["NATIDE01"]) == ["depose", "retire", "depose"]


def test_l_envoi_attend_chaque_piece_obligatoire_et_verrouille_tout(
    db: Session, ids: dict[str, str], etat: Etat
) -> None:
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT) is Envoi.MANQUE
    deposer(db, "dack", ids["NATIDE01"], FICHIER, maintenant=MAINTENANT)
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT) is Envoi.MANQUE
    assert etat("NATIDE01").validee_le is None
    deposer(db, "dack", ids["CINSIG01"], AUTRE, maintenant=MAINTENANT)
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD) is Envoi.FAIT
    assert etat("NATIDE01").validee_le == etat("CINSIG01").validee_le == PLUS_TARD
    assert etat("PHOTO01").validee_le is None
    depose = actif(db, ids["NATIDE01"])
    assert depose is not None
    assert retirer(db, "dack", ids["NATIDE01"], depose.id, maintenant=PLUS_TARD) is None
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD) is Envoi.RIEN


def test_l_envoi_s_annule_tant_qu_aucune_piece_n_a_ete_ouverte(db: Session, ids: dict[str, str], etat: Etat) -> None:
    tout_deposer(db, ids)
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT)
    assert annuler_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)
    assert etat("NATIDE01").validee_le is None
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)
    acte: dict[str, Any] = {"academies": TOULOUSE, "agent_id": "charlie", "maintenant": PLUS_TARD}
    assert ouvrir(db, ids["CINSIG01"], **acte)
    assert not ouvrir(db, ids["CINSIG01"], **acte)
    assert not annuler_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)
    assert etat("NATIDE01").validee_le == PLUS_TARD


def test_une_piece_non_conforme_se_redepose_et_se_revalide_seule(db: Session, ids: dict[str, str], etat: Etat) -> None:
    tout_deposer(db, ids)
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT)
    assert juger(db, ids["CINSIG01"], Avis(StatutPiece.CONFORME))
    assert juger(db, ids["NATIDE01"], Avis(StatutPiece.NON_CONFORME, MAINTENANT.date(), "Pièce illisible"))
    assert (etat("NATIDE01").commentaire, etat("NATIDE01").validee_le) == ("Pièce illisible", None)
    assert not deposer(db, "dack", ids["CINSIG01"], AUTRE, maintenant=PLUS_TARD)
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD) is Envoi.MANQUE
    assert deposer(db, "dack", ids["NATIDE01"], AUTRE, maintenant=PLUS_TARD)
    ancien = db.scalars(select(FichierDepose).where(FichierDepose.cle == "depot-1")).one()
    assert (ancien.retire_le, ancien.est_garde) == (PLUS_TARD, True)
    assert (etat("NATIDE01").statut, etat("NATIDE01").commentaire) == (StatutPiece.AUCUN, "")
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD) is Envoi.FAIT
    assert (etat("NATIDE01").validee_le, etat("CINSIG01").statut) == (PLUS_TARD, StatutPiece.CONFORME)


def test_apres_la_fermeture_seule_la_piece_rouverte_se_redepose(db: Session, ids: dict[str, str]) -> None:
    tout_deposer(db, ids)
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT)
    limite = DEPOT_FERME_LE + timedelta(days=8)
    assert juger(db, ids["NATIDE01"], Avis(StatutPiece.NON_CONFORME, commentaire="Illisible", rouverte_jusqu_a=limite))
    assert not deposer(db, "dack", ids["NATIDE01"], AUTRE, maintenant=limite)
    ferme = DEPOT_FERME_LE + timedelta(days=1)
    assert deposer(db, "dack", ids["NATIDE01"], AUTRE, maintenant=ferme)
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=ferme) is Envoi.FAIT


def test_un_agent_d_une_autre_academie_ne_peut_rien(db: Session, ids: dict[str, str], etat: Etat) -> None:
    tout_deposer(db, ids)
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT)
    ailleurs: dict[str, Any] = {"academies": ("LIL",), "agent_id": "charlie", "maintenant": PLUS_TARD}
    vu = actif(db, ids["NATIDE01"])
    assert vu is not None
    conforme = Avis(StatutPiece.CONFORME)
    assert not ouvrir(db, ids["NATIDE01"], **ailleurs)
    assert not poser_un_statut(db, ids["NATIDE01"], conforme, attendu=StatutPiece.AUCUN, fichier_id=vu.id, **ailleurs)
    assert not deposer_pour(db, ids["PHOTO01"], AUTRE, **ailleurs)
    assert not prendre_en_main(db, CANDIDATURE, **ailleurs)
    assert juger(db, ids["NATIDE01"], conforme)
    assert not annuler_le_statut(db, ids["NATIDE01"], attendu=StatutPiece.CONFORME, **ailleurs)
    assert etat("NATIDE01").statut is StatutPiece.CONFORME


def test_un_fichier_pas_encore_examine_ne_se_juge_pas(db: Session, ids: dict[str, str]) -> None:
    for rang, code in enumerate(("CINSIG01", "NATIDE01")):
        attente = replace(FICHIER, cle=f"attente-{rang}", examen=EtatExamen.EN_ATTENTE)
        assert deposer(db, "dack", ids[code], attente, maintenant=MAINTENANT)
    assert valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT) is Envoi.FAIT
    assert not juger(db, ids["NATIDE01"], Avis(StatutPiece.CONFORME))
    assert not ouvrir(db, ids["NATIDE01"], academies=TOULOUSE, agent_id="charlie", maintenant=PLUS_TARD)


def test_un_fichier_non_valide_ne_se_juge_pas(db: Session, ids: dict[str, str]) -> None:
    tout_deposer(db, ids)
    assert not juger(db, ids["NATIDE01"], Avis(StatutPiece.CONFORME))


def test_une_piece_recue_par_courrier_se_juge_sans_fichier(db: Session, ids: dict[str, str], etat: Etat) -> None:
    assert juger(db, ids["PHOTO01"], Avis(StatutPiece.RECUE, MAINTENANT.date()))
    assert (etat("PHOTO01").statut, etat("PHOTO01").recue_le) == (StatutPiece.RECUE, MAINTENANT.date())
    assert juger(db, ids["PHOTO01"], Avis(StatutPiece.CONFORME), StatutPiece.RECUE)
    assert not juger(db, ids["PHOTO01"], Avis(StatutPiece.RECUE), StatutPiece.CONFORME)


def test_un_statut_annule_rend_la_piece_a_controler(db: Session, ids: dict[str, str], etat: Etat) -> None:
    tout_deposer(db, ids)
    valider_l_envoi(db, "dack", CANDIDATURE, maintenant=MAINTENANT)
    juger(db, ids["NATIDE01"], Avis(StatutPiece.NON_CONFORME, commentaire="Illisible"))
    acte: dict[str, Any] = {"academies": TOULOUSE, "agent_id": "charlie", "maintenant": PLUS_TARD}
    assert annuler_le_statut(db, ids["NATIDE01"], attendu=StatutPiece.NON_CONFORME, **acte)
    assert not annuler_le_statut(db, ids["NATIDE01"], attendu=StatutPiece.NON_CONFORME, **acte)
    assert (etat("NATIDE01").statut, etat("NATIDE01").validee_le) == (StatutPiece.AUCUN, PLUS_TARD)
    annuler_l_envoi(db, "dack", CANDIDATURE, maintenant=PLUS_TARD)
    assert (etat("CINSIG01").validee_le, etat("NATIDE01").validee_le) == (None, PLUS_TARD)
    assert histoire(db, ids["NATIDE01"]) == ["depose", "valide", "non_conforme", "statut_annule"]


def test_un_depot_pour_le_candidat_est_deja_valide_et_signe_de_l_agent(
    db: Session, ids: dict[str, str], etat: Etat
) -> None:
    acte: dict[str, Any] = {
        "academies": TOULOUSE,
        "agent_id": "charlie",
        "maintenant": DEPOT_FERME_LE + timedelta(days=2),
    }
    assert deposer_pour(db, ids["NATIDE01"], FICHIER, **acte)
    assert etat("NATIDE01").validee_le == acte["maintenant"]
    depose = actif(db, ids["NATIDE01"])
    assert depose is not None
    assert depose.depose_par == "charlie"
    assert histoire(db, ids["NATIDE01"]) == ["depot_pour"]


def test_un_dossier_pris_en_main_ne_l_est_que_par_un_agent_pendant_dix_minutes(db: Session) -> None:
    def prendre(agent: str, quand: datetime) -> bool:
        return prendre_en_main(db, CANDIDATURE, academies=TOULOUSE, agent_id=agent, maintenant=quand)

    assert prendre("charlie", MAINTENANT)
    assert not prendre("dack", MAINTENANT + timedelta(minutes=9))
    assert prendre("charlie", MAINTENANT + timedelta(minutes=9))
    assert not prendre("dack", MAINTENANT + timedelta(minutes=18))
    assert prendre("dack", MAINTENANT + timedelta(minutes=19))
    assert not prendre("charlie", MAINTENANT + timedelta(minutes=19))


def test_verdict_et_suppression_en_course_ne_gagnent_jamais_ensemble(
    moteur: Engine, ids: dict[str, str], tmp_path: Path
) -> None:
    with Session(moteur) as db, db.begin():
        tout_deposer(db, ids)
        vu = actif(db, ids["NATIDE01"])
        assert vu is not None
        fichier_id = vu.id
    avis, piece_id = Avis(StatutPiece.CONFORME), ids["NATIDE01"]

    async def course() -> tuple[Any, ...]:
        base = Database(adresse(tmp_path / "portail.sqlite3"))
        juger_: dict[str, Any] = {
            "attendu": StatutPiece.AUCUN,
            "fichier_id": fichier_id,
            "academies": TOULOUSE,
            "agent_id": "charlie",
        }
        try:
            return await asyncio.gather(
                base.ecrire(valider_l_envoi, "dack", CANDIDATURE, maintenant=PLUS_TARD),
                base.ecrire(retirer, "dack", piece_id, fichier_id, maintenant=PLUS_TARD),
                base.ecrire(valider_l_envoi, "dack", CANDIDATURE, maintenant=PLUS_TARD),
                base.ecrire(poser_un_statut, piece_id, avis, maintenant=PLUS_TARD, **juger_),
                base.ecrire(poser_un_statut, piece_id, avis, maintenant=PLUS_TARD, **juger_),
                base.ecrire(deposer, "dack", piece_id, AUTRE, maintenant=PLUS_TARD),
            )
        finally:
            await base.fermer()

    premier, retire, second, *verdicts, redepose = asyncio.run(course())
    assert [premier, second].count(Envoi.FAIT) <= 1
    assert verdicts.count(True) == (1 if retire is None else 0)
    assert not (retire is None and redepose)
    with Session(moteur) as db:
        piece = db.get_one(PieceDemandee, piece_id)
        reste = actif(db, piece_id)
        assert piece.validee_le is None or (reste is not None and reste.depose_le <= piece.validee_le)
