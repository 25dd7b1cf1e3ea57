"""Le récapitulatif du matin : un mail par candidat et par jour, une fois, quoi qu'il arrive au serveur."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.infra.clock import PARIS
from app.infra.database import Database
from app.pieces.controle import Avis, annuler_le_statut, poser_un_statut
from app.pieces.recapitulatif import (
    composer,
    comptes_a_prevenir,
    envoyer_les_recapitulatifs,
    prevenir,
    recapitulatifs_de,
)
from app.regles.vocabulaire import StatutPiece
from app.web.gabarits import creer_environnement
from tests.bases import adresse_de
from tests.instance import REGINE, copier_le_modele, lignes
from tests.unit.gestion.decor import deposer_des_dossiers, ecrire

GABARITS = creer_environnement(str)
URL = "https://examens.exemple.fr"
LUNDI = datetime(2026, 11, 9, 15, tzinfo=PARIS)
MARDI_MATIN = datetime(2026, 11, 10, 7, tzinfo=PARIS)
LE_DEPOT_FERME = (
    "UPDATE periode_inscription SET depot_ouvre_le = '2026-11-01 00:00:00', depot_ferme_le = '2026-11-10 00:00:00'"
)
ILLISIBLE = "On n’arrive pas à lire votre document."


class Instance:
    def __init__(self, donnees: Path, dossiers: list[str]) -> None:
        self.donnees, self.dossiers = donnees, dossiers
        self.database = Database(adresse_de(donnees))

    async def passer(self, instant: datetime) -> int:
        return await envoyer_les_recapitulatifs(self.database, GABARITS, URL, instant)

    async def juger(
        self,
        code: str,
        statut: StatutPiece,
        instant: datetime,
        *,
        rang: int = 0,
        attendu: StatutPiece = StatutPiece.AUCUN,
    ) -> None:
        piece = self.piece(code, rang)
        commentaire = ILLISIBLE if statut is StatutPiece.NON_CONFORME else ""
        recue_le = date(2026, 11, 9) if statut is StatutPiece.RECUE else None
        (fichier,) = lignes(self.donnees, "SELECT id FROM fichier_depose WHERE piece_id = :id", id=piece)
        assert await self.database.ecrire(
            poser_un_statut,
            piece,
            Avis(statut, recue_le, commentaire),
            attendu=StatutPiece.AUCUN,
            fichier_id=fichier["id"],
            academies=("16",),
            agent_id=REGINE.id,
            maintenant=instant,
        )

    async def annuler(self, code: str, attendu: StatutPiece, instant: datetime) -> None:
        assert await self.database.ecrire(
            annuler_le_statut,
            self.piece(code),
            attendu=attendu,
            academies=("16",),
            agent_id=REGINE.id,
            maintenant=instant,
        )

    def piece(self, code: str, rang: int = 0) -> str:
        (ligne,) = lignes(
            self.donnees,
            "SELECT id FROM piece_demandee WHERE candidature_id = :id AND code = :code",
            id=self.dossiers[rang],
            code=code,
        )
        return str(ligne["id"])

    def mails(self) -> list[dict[str, Any]]:
        return lignes(
            self.donnees, "SELECT * FROM courriel WHERE nature = 'recapitulatif' ORDER BY cree_le, destinataire"
        )


@pytest.fixture
async def instance(modele: Path, tmp_path: Path) -> AsyncIterator[Instance]:
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    instance = Instance(donnees, deposer_des_dossiers(donnees, 2, LUNDI - timedelta(days=1)))
    yield instance
    await instance.database.fermer()


async def test_le_candidat_apprend_le_matin_ce_qui_a_ete_controle_la_veille(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    await instance.juger("NATIDE01", StatutPiece.NON_CONFORME, LUNDI)
    await instance.juger("EXPPRO01", StatutPiece.RECUE, LUNDI)
    assert await instance.passer(MARDI_MATIN - timedelta(seconds=1)) == 0
    assert await instance.passer(MARDI_MATIN) == 1
    (mail,) = instance.mails()
    texte = mail["texte"].replace("\u00a0", " ")
    assert mail["destinataire"] == "candidat0@exemple.fr"
    assert mail["candidature_id"] == instance.dossiers[0]
    assert mail["sujet"] == "[CYCLADES] Votre dossier : une pièce est à refaire"
    for morceau in ("CINSIG01", "Conforme.", "NATIDE01", f"Non conforme. {ILLISIBLE} À redéposer avant le", "EXPPRO01"):
        assert morceau in texte
    assert "Reçue le 09/11/2026. Elle sera contrôlée plus tard." in texte
    assert f"{URL}/candidatures/{instance.dossiers[0]}/pieces" in texte
    assert "ACQDIP01" not in texte
    assert "{{" not in mail["html"] + mail["texte"]
    for corps in (texte, mail["html"].replace("&nbsp;", " ")):
        ordre = [
            corps.index(quoi) for quoi in ("À vous : redéposez", "NATIDE01", "CINSIG01", "EXPPRO01", "Votre service")
        ]
        assert ordre == sorted(ordre), "ce qui est à faire d'abord"


async def test_un_seul_mail_par_candidat_et_par_jour(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI, rang=1)
    assert await instance.passer(MARDI_MATIN) == 2
    await instance.juger("NATIDE01", StatutPiece.CONFORME, MARDI_MATIN + timedelta(minutes=5))
    for minutes in (10, 20, 600, 1439):
        assert await instance.passer(MARDI_MATIN + timedelta(minutes=minutes)) == 0
    assert await instance.passer(MARDI_MATIN + timedelta(days=1)) == 1
    texte = instance.mails()[-1]["texte"]
    assert "NATIDE01" in texte
    assert "CINSIG01" not in texte, "déjà annoncée"


async def test_rien_ne_se_perd_quand_le_serveur_etait_eteint_a_l_heure(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    await instance.juger("NATIDE01", StatutPiece.CONFORME, LUNDI + timedelta(days=1))
    assert await instance.passer(LUNDI + timedelta(days=3)) == 1, "trois jours d'arrêt : un mail, pas trois"
    texte = instance.mails()[0]["texte"]
    assert "CINSIG01" in texte
    assert "NATIDE01" in texte
    assert await instance.passer(LUNDI + timedelta(days=4)) == 0


async def test_ce_qui_a_plus_de_sept_jours_ne_s_annonce_plus(instance: Instance):
    """Une instance qui allume le récapitulatif n'écrit pas à tous ceux qu'elle a contrôlés depuis un an."""
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    assert await instance.passer(MARDI_MATIN + timedelta(days=8)) == 0


async def test_un_statut_annule_avant_le_matin_ne_se_dit_pas(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.NON_CONFORME, LUNDI)
    await instance.annuler("CINSIG01", StatutPiece.NON_CONFORME, LUNDI + timedelta(minutes=1))
    assert await instance.passer(MARDI_MATIN) == 0
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI + timedelta(minutes=2))
    assert await instance.passer(MARDI_MATIN) == 1
    assert instance.mails()[0]["sujet"] == "[CYCLADES] Votre dossier : des nouvelles de vos pièces justificatives"


async def test_une_lettre_composee_sur_un_etat_depasse_attend_le_passage_suivant(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    comptes = await instance.database.lire(comptes_a_prevenir, MARDI_MATIN)
    lus = await instance.database.lire(recapitulatifs_de, comptes, MARDI_MATIN)
    lettres = [(lu, composer(GABARITS, URL, lu)) for lu in lus]
    await instance.juger("NATIDE01", StatutPiece.CONFORME, MARDI_MATIN - timedelta(minutes=1))
    assert await instance.database.ecrire(prevenir, lettres, maintenant=MARDI_MATIN) == 0
    assert await instance.passer(MARDI_MATIN) == 1
    assert "NATIDE01" in instance.mails()[0]["texte"]


async def test_deux_passages_a_la_fois_n_ecrivent_qu_une_fois(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    comptes = await instance.database.lire(comptes_a_prevenir, MARDI_MATIN)
    lus = await instance.database.lire(recapitulatifs_de, comptes, MARDI_MATIN)
    lettres = [(lu, composer(GABARITS, URL, lu)) for lu in lus]
    faits = [await instance.database.ecrire(prevenir, lettres, maintenant=MARDI_MATIN) for _ in range(2)]
    assert faits == [1, 0]


async def test_un_desinscrit_ou_un_eleve_sans_adresse_ne_recoit_rien(instance: Instance):
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI)
    await instance.juger("CINSIG01", StatutPiece.CONFORME, LUNDI, rang=1)
    ecrire(instance.donnees, "UPDATE candidature SET etat = 'desinscrit' WHERE id = :id", id=instance.dossiers[0])
    ecrire(
        instance.donnees,
        "UPDATE compte SET courriel = '' WHERE id = (SELECT compte_id FROM candidature WHERE id = :id)",
        id=instance.dossiers[1],
    )
    assert await instance.passer(MARDI_MATIN) == 0


async def test_apres_la_fermeture_le_mail_ne_promet_pas_de_redepot(instance: Instance):
    ecrire(instance.donnees, LE_DEPOT_FERME)
    await instance.juger("NATIDE01", StatutPiece.NON_CONFORME, LUNDI)
    await instance.passer(MARDI_MATIN)
    (mail,) = instance.mails()
    assert ILLISIBLE in mail["texte"]
    assert "redépos" not in mail["texte"]
