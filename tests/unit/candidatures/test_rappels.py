"""Rappels avant la clôture : 7, 2 et 1 jours, une fois chacun, quoi qu'il arrive au serveur."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import commencer, supprimer_brouillon
from app.candidatures.models import Candidature, VersionCandidature
from app.candidatures.rappels import (
    RappelEnvoye,
    a_rappeler,
    composer,
    envoyer_les_rappels,
    moment,
    palier_du,
    rappeler,
)
from app.comptes.models import Compte
from app.infra.clock import PARIS
from app.infra.database import Database
from app.infra.outbox import Courriel
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import EtatCandidature
from app.web.gabarits import creer_environnement
from tests.bases import adresse_de
from tests.instance import CHARLIE, DACK, DEBUT, copier_le_modele

URL = "https://examens.exemple.fr"
GABARITS = creer_environnement(str)
CLOTURE = datetime(2026, 11, 30, 18, tzinfo=PARIS)
"""Toulouse, dans la base modèle."""


class Instance:
    def __init__(self, donnees: Path) -> None:
        self.adresse = adresse_de(donnees)
        self.database = Database(self.adresse)

    async def passer(self, instant: datetime) -> int:
        return await envoyer_les_rappels(self.database, GABARITS, URL, instant.astimezone(UTC))

    async def commencer(self, compte_id: str = DACK.id, *, academie: str = "16", instant: datetime = DEBUT) -> str:
        def acte(db: Session) -> str:
            periode = db.scalars(
                select(PeriodeInscription.id).where(PeriodeInscription.academie_code == academie)
            ).one()
            return commencer(db, compte_id, periode, brouillon={"voie": "15 voie verte"}, maintenant=instant)

        return await self.database.ecrire(acte)

    async def fermer_le(self, instant: datetime, academie: str = "16") -> None:
        await self.changer(
            update(PeriodeInscription)
            .where(PeriodeInscription.academie_code == academie)
            .values(ferme_le=instant, depot_ferme_le=instant + timedelta(days=21))
        )

    async def enregistrer(self, candidature_id: str, *, brouillon: Mapping[str, Any], le: datetime) -> None:
        """Une version 1, telle que l'enregistrement la laisse."""

        def acte(db: Session) -> None:
            ligne = db.get_one(Candidature, candidature_id)
            ligne.etat, ligne.version, ligne.enregistree_le = EtatCandidature.INSCRIT, 1, le
            db.add(
                VersionCandidature(
                    candidature_id=candidature_id,
                    numero=1,
                    version_referentiel_id=1,
                    brouillon=dict(brouillon),
                    fiche={},
                    enregistree_le=le,
                )
            )

        await self.database.ecrire(acte)

    async def changer(self, requete: Any) -> None:
        def acte(db: Session) -> None:
            db.execute(requete)

        await self.database.ecrire(acte)

    async def courriels(self) -> list[Courriel]:
        def lecture(db: Session) -> list[Courriel]:
            return list(db.scalars(select(Courriel).where(Courriel.nature == "rappel").order_by(Courriel.cree_le)))

        return await self.database.lire(lecture)

    async def paliers(self) -> list[int]:
        def lecture(db: Session) -> list[int]:
            return list(db.scalars(select(RappelEnvoye.palier).order_by(RappelEnvoye.envoye_le)))

        return await self.database.lire(lecture)


@pytest.fixture
async def instance(modele: Path, tmp_path: Path) -> AsyncIterator[Instance]:
    instance = Instance(copier_le_modele(modele, tmp_path / "donnees"))
    yield instance
    await instance.database.fermer()


async def test_un_brouillon_recoit_trois_rappels_a_l_heure_dite(instance: Instance):
    candidature_id = await instance.commencer()
    for jours in (7, 2, 1):
        du = CLOTURE - timedelta(days=jours)
        assert await instance.passer(du - timedelta(seconds=1)) == 0
        assert await instance.passer(du) == 1
        assert await instance.passer(du + timedelta(minutes=10)) == 0
    assert await instance.paliers() == [7, 2, 1]
    courriels = await instance.courriels()
    assert {(c.destinataire, c.compte_id, c.candidature_id) for c in courriels} == {
        (DACK.courriel, DACK.id, candidature_id)
    }
    premier = courriels[0]
    assert premier.sujet == "[CYCLADES] Votre inscription n’est pas finie : clôture le 30/11/2026 à 18\xa0h"
    for corps in (premier.texte, premier.html or ""):
        assert "30/11/2026 à 18\xa0h (heure de Paris)" in corps
        assert f"{URL}/candidatures/{candidature_id}" in corps
        assert "CAP, juin 2027, Académie de Toulouse" in corps
        assert "soit" not in corps
        assert "ACCRALL" not in corps


async def test_l_outre_mer_lit_aussi_son_heure(instance: Instance):
    await instance.commencer(academie="28")
    assert await instance.passer(datetime(2026, 12, 9, 18, tzinfo=PARIS)) == 1
    (courriel,) = await instance.courriels()
    for corps in (courriel.texte, courriel.html or ""):
        assert "10/12/2026 à 18\xa0h (heure de Paris), soit 21\xa0h à La Réunion" in corps


async def test_apres_trois_jours_d_arret_un_seul_rappel_part(instance: Instance):
    await instance.commencer()
    assert await instance.passer(CLOTURE - timedelta(days=8)) == 0
    assert await instance.passer(CLOTURE - timedelta(days=5)) == 1
    assert await instance.paliers() == [7]
    assert await instance.passer(CLOTURE - timedelta(hours=20)) == 1
    assert await instance.paliers() == [7, 1], "celui des 2 jours n’est plus utile"


async def test_un_serveur_arrete_toute_la_semaine_n_envoie_que_le_dernier(instance: Instance):
    await instance.commencer()
    assert await instance.passer(CLOTURE - timedelta(seconds=1)) == 1
    assert await instance.paliers() == [1]


async def test_rien_ne_part_a_la_cloture_ni_apres(instance: Instance):
    await instance.commencer()
    assert await instance.passer(CLOTURE) == 0
    assert await instance.passer(CLOTURE + timedelta(days=1)) == 0


async def test_un_brouillon_commence_apres_le_jour_d_un_rappel_attend_le_suivant(instance: Instance):
    await instance.commencer(instant=(CLOTURE - timedelta(days=6)).astimezone(UTC))
    assert await instance.passer(CLOTURE - timedelta(days=5)) == 0
    assert await instance.passer(CLOTURE - timedelta(days=2)) == 1


async def test_une_cloture_repoussee_a_ses_propres_rappels(instance: Instance):
    await instance.commencer()
    assert await instance.passer(CLOTURE - timedelta(days=1)) == 1
    await instance.fermer_le(CLOTURE + timedelta(days=10))
    assert await instance.passer(CLOTURE) == 0, "dix jours avant la nouvelle date"
    assert await instance.passer(CLOTURE + timedelta(days=3)) == 1
    assert await instance.passer(CLOTURE + timedelta(days=9)) == 1
    assert [c.sujet.rsplit(" le ")[1] for c in await instance.courriels()] == [
        "30/11/2026 à 18\xa0h",
        "10/12/2026 à 18\xa0h",
        "10/12/2026 à 18\xa0h",
    ]


async def test_le_rappel_est_a_la_meme_heure_de_paris_malgre_le_changement_d_heure(instance: Instance):
    cloture = datetime(2027, 3, 29, 18, tzinfo=PARIS)
    await instance.fermer_le(cloture)
    await instance.commencer()
    a_l_heure = datetime(2027, 3, 22, 17, tzinfo=UTC)  # 18 h à Paris, heure d'hiver ; la clôture est à 16 h UTC
    assert await instance.passer(a_l_heure - timedelta(seconds=1)) == 0
    assert await instance.passer(a_l_heure) == 1


@pytest.mark.parametrize(
    ("echeance", "attendu"),
    [
        (datetime(2027, 3, 29, 2, 30, tzinfo=PARIS), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # 2 h 30 n'existe pas
        (
            datetime(2026, 10, 26, 2, 30, tzinfo=PARIS),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # la première des deux
        (datetime(2026, 11, 30, 18, tzinfo=PARIS), datetime(2026, 11, 29, 17, tzinfo=UTC)),
    ],
)
def test_la_veille_d_un_changement_d_heure_a_son_instant(echeance: datetime, attendu: datetime):
    assert moment(echeance, 1) == attendu
    assert palier_du(echeance, attendu) == 1
    assert palier_du(echeance, attendu - timedelta(seconds=1)) == 2


async def test_une_candidature_enregistree_a_jour_ne_recoit_rien(instance: Instance):
    candidature_id = await instance.commencer()
    await instance.enregistrer(candidature_id, brouillon={"voie": "15 voie verte"}, le=DEBUT)
    garde = update(Candidature).values(
        garde_le=DEBUT + timedelta(hours=1), brouillon={"voie": "15 voie verte", "vus": []}
    )
    await instance.changer(garde)
    assert await instance.passer(CLOTURE - timedelta(days=1)) == 0


async def test_des_modifications_pas_enregistrees_se_rappellent(instance: Instance):
    candidature_id = await instance.commencer()
    await instance.enregistrer(candidature_id, brouillon={"voie": "15 voie verte"}, le=DEBUT)
    await instance.changer(
        update(Candidature).values(garde_le=DEBUT + timedelta(hours=1), brouillon={"voie": "2 rue Neuve"})
    )
    assert await instance.passer(CLOTURE - timedelta(days=1)) == 1
    (courriel,) = await instance.courriels()
    assert courriel.sujet.startswith("[CYCLADES] Vos modifications ne sont pas enregistrées")
    assert "La version enregistrée reste valable" in courriel.texte


@pytest.mark.parametrize("etat", [EtatCandidature.DESINSCRIT, EtatCandidature.ECARTE])
async def test_une_candidature_finie_ne_recoit_rien(instance: Instance, etat: EtatCandidature):
    await instance.commencer()
    await instance.changer(update(Candidature).values(etat=etat))
    assert await instance.passer(CLOTURE - timedelta(days=1)) == 0


async def test_un_brouillon_ou_un_compte_supprime_ne_recoit_rien_et_n_empeche_rien(instance: Instance):
    candidature_id = await instance.commencer()
    await instance.commencer(CHARLIE.id)
    assert await instance.passer(CLOTURE - timedelta(days=7)) == 2
    await instance.database.ecrire(supprimer_brouillon, DACK.id, candidature_id)
    await instance.changer(delete(Compte).where(Compte.id == DACK.id))
    assert await instance.passer(CLOTURE - timedelta(days=2)) == 1
    assert (await instance.courriels())[-1].destinataire == CHARLIE.courriel


@pytest.mark.parametrize("entre_temps", ["enregistree", "supprimee", "repoussee", "fermee"])
async def test_ce_qui_change_entre_la_lecture_et_l_envoi_l_emporte(instance: Instance, entre_temps: str):
    candidature_id = await instance.commencer()
    instant = (CLOTURE - timedelta(days=1)).astimezone(UTC)
    dus = await instance.database.lire(a_rappeler, instant)
    lettres = [(rappel, composer(GABARITS, URL, rappel)) for rappel in dus]
    assert len(lettres) == 1
    if entre_temps == "enregistree":
        await instance.enregistrer(candidature_id, brouillon={"voie": "15 voie verte"}, le=instant)
    elif entre_temps == "supprimee":
        await instance.database.ecrire(supprimer_brouillon, DACK.id, candidature_id)
    elif entre_temps == "repoussee":
        await instance.fermer_le(CLOTURE + timedelta(days=5))
    else:
        instant = CLOTURE.astimezone(UTC)
    assert await instance.database.ecrire(rappeler, lettres, maintenant=instant) == 0
    assert await instance.courriels() == []


async def test_deux_passages_simultanes_n_envoient_qu_un_rappel(instance: Instance):
    await instance.commencer()
    await instance.commencer(CHARLIE.id)
    autre = Instance.__new__(Instance)
    autre.database = Database(instance.adresse)  # un second processus
    try:
        instant = CLOTURE - timedelta(days=2)
        envoyes = await asyncio.gather(*(i.passer(instant) for i in (instance, autre, instance, autre)))
    finally:
        await autre.database.fermer()
    assert sum(envoyes) == 2
    assert sorted(c.destinataire for c in await instance.courriels()) == [DACK.courriel, CHARLIE.courriel]
