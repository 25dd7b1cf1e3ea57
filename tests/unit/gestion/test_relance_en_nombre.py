"""Relancer tous les dossiers : par lots, sans en perdre ni en doubler, quoi qu'il arrive au serveur."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.gestion.controle.relance_en_nombre import (
    LotARelancer,
    demander_la_relance,
    derniere_relance,
    lot_suivant,
    relancer_le_lot,
    relancer_un_lot,
)
from app.gestion.controle.relances import combien_d_incomplets, composer, incomplets
from app.gestion.controle.trace import Portee
from app.infra.database import Database
from app.infra.registre import premiere_rupture
from app.web.gabarits import creer_environnement
from tests.bases import adresse_de
from tests.instance import BASILE, DEBUT, HENRI, REGINE, PersonneAgent, copier_le_modele, lignes
from tests.unit.gestion.decor import deposer_des_dossiers, ecrire

GABARITS = creer_environnement(str)
URL = "https://examens.exemple.fr"


def portee(agent: PersonneAgent) -> Portee:
    return Portee(agent.id, agent.academies)


@dataclass
class Instance:
    donnees: Path
    database: Database
    dossiers: list[str]

    async def demander(self, agent: PersonneAgent = REGINE) -> bool:
        return await self.database.ecrire(demander_la_relance, portee(agent), maintenant=DEBUT)

    async def un_lot(self) -> bool:
        return await relancer_un_lot(self.database, GABARITS, URL, DEBUT)

    async def lot(self) -> LotARelancer:
        lot = await self.database.lire(lot_suivant, maintenant=DEBUT)
        assert lot is not None
        return lot

    def mails(self) -> list[str]:
        requete = "SELECT candidature_id FROM courriel WHERE nature = 'relancee' ORDER BY candidature_id"
        return [ligne["candidature_id"] for ligne in lignes(self.donnees, requete)]

    async def avancement(self, agent: PersonneAgent = REGINE) -> tuple[int, int, bool]:
        vu = await self.database.lire(derniere_relance, agent.id)
        assert vu is not None
        return vu.faites, vu.passees, vu.terminee_le is not None


@pytest.fixture
async def instance(modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Instance]:
    """Trois dossiers à qui il manque une pièce, relancés deux par deux ; un quatrième est complet."""
    monkeypatch.setattr("app.gestion.controle.relance_en_nombre.LOT", 2)
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    dossiers = deposer_des_dossiers(donnees, 4)
    ecrire(donnees, "UPDATE piece_demandee SET est_obligatoire = false WHERE validee_le IS NULL")
    for dossier in dossiers[:3]:
        ecrire(
            donnees,
            "UPDATE piece_demandee SET statut = 'non_conforme', commentaire = 'Illisible.', validee_le = NULL"
            " WHERE candidature_id = :id AND code = 'NATIDE01'",
            id=dossier,
        )
    instance = Instance(donnees, Database(adresse_de(donnees)), dossiers)
    yield instance
    await instance.database.fermer()


async def test_chaque_lot_avance_son_repere_avec_ses_relances(instance: Instance):
    assert not await instance.un_lot(), "rien n'est demandé"
    assert await instance.demander()
    assert await instance.un_lot()
    assert len(instance.mails()) == 2
    assert await instance.avancement() == (2, 0, False)
    assert [await instance.un_lot(), await instance.un_lot()] == [True, False]
    assert instance.mails() == sorted(instance.dossiers[:3])
    assert await instance.avancement() == (3, 0, True)
    assert await instance.database.lire(premiere_rupture) is None


async def test_une_seule_relance_en_nombre_a_la_fois_par_agent(instance: Instance):
    assert await instance.demander()
    assert not await instance.demander()
    assert await instance.demander(HENRI)
    while await instance.un_lot():
        pass
    assert len(instance.mails()) == 3, "la seconde ne trouve que des candidats déjà relancés ce jour"
    bilans = {await instance.avancement(), await instance.avancement(HENRI)}
    assert bilans == {(3, 0, True), (0, 3, True)}, "demandées au même instant : l’une passe, l’autre ne trouve rien"
    assert await instance.demander()


async def test_un_lot_rejoue_apres_un_arret_n_ecrit_rien_de_plus(instance: Instance):
    await instance.demander()
    lot = await instance.lot()
    lettres = [(due, composer(GABARITS, URL, due, DEBUT)) for due in lot.dus]
    for _ in range(2):
        await instance.database.ecrire(relancer_le_lot, lot, lettres, maintenant=DEBUT)
    assert len(instance.mails()) == 2
    assert await instance.avancement() == (2, 0, False)


async def test_un_acte_defait_laisse_le_lot_entier_a_faire(instance: Instance):
    await instance.demander()
    lot = await instance.lot()
    lettres = [(due, composer(GABARITS, URL, due, DEBUT)) for due in lot.dus]

    def meurt(db: Session) -> None:
        relancer_le_lot(db, lot, lettres, maintenant=DEBUT)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await instance.database.ecrire(meurt)
    assert instance.mails() == []
    while await instance.un_lot():
        pass
    assert len(instance.mails()) == 3


async def test_une_autre_academie_ne_relance_personne_ici(instance: Instance):
    await instance.demander(BASILE)
    while await instance.un_lot():
        pass
    assert instance.mails() == []
    assert await instance.avancement(BASILE) == (0, 0, True)


async def test_une_piece_conforme_entre_la_lecture_et_l_acte_ne_se_relance_pas(instance: Instance):
    await instance.demander()
    lot = await instance.lot()
    lettres = [(due, composer(GABARITS, URL, due, DEBUT)) for due in lot.dus]
    ecrire(
        instance.donnees,
        "UPDATE piece_demandee SET statut = 'conforme' WHERE candidature_id = :id",
        id=lot.dus[0].candidature_id,
    )
    await instance.database.ecrire(relancer_le_lot, lot, lettres, maintenant=DEBUT)
    assert instance.mails() == [lot.dus[1].candidature_id]
    assert await instance.avancement() == (1, 1, False)


async def test_deux_candidatures_du_meme_candidat_ne_se_perdent_pas_entre_deux_pages(instance: Instance):
    ecrire(
        instance.donnees,
        "UPDATE candidature SET compte_id = (SELECT compte_id FROM candidature WHERE id = :un),"
        " numero_inscription = '002', derogation_specialite = 'x' WHERE id = :autre",
        un=instance.dossiers[0],
        autre=instance.dossiers[1],
    )
    vus, apres = [], ""
    for _ in range(4):
        page, apres = await instance.database.lire(incomplets, ("16",), apres=apres, combien=1, maintenant=DEBUT)
        vus += [dossier.id for dossier in page]
        if not apres:
            break
    assert sorted(vus) == sorted(instance.dossiers[:3])
    assert await instance.database.lire(combien_d_incomplets, ("16",)) == 3
