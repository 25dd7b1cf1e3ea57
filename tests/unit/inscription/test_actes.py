"""Les actes de l'inscription, sur une vraie base : garder un onglet, enregistrer, et ce qui arrive en même temps."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures.actions import CandidatureAbsente, DejaCommencee, ServiceFerme, commencer, garder
from app.candidatures.fiche import Fiche
from app.candidatures.models import Candidature, EpreuveCandidature, Evenement, VersionCandidature
from app.candidatures.queries import candidature_de
from app.documents.models import Document
from app.infra.database import Database
from app.infra.outbox import Courriel
from app.inscription.actions import Courrier, Enregistree, Incomplete, RecapitulatifDepasse, enregistrer
from app.inscription.onglets import PAR_SLUG
from app.pieces.models import PieceDemandee
from app.referentiel.reglements import Reglements, version_active
from tests.bases import adresse_de
from tests.depart import ouvrir_un_brouillon, reponses
from tests.instance import CHARLIE, DACK, DEBUT, copier_le_modele

CLOTURE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


@pytest.fixture
async def base(modele: Path, tmp_path: Path) -> AsyncIterator[Database]:
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    base = Database(adresse_de(donnees))
    yield base
    await base.fermer()


@pytest.fixture
def donnees(base: Database, tmp_path: Path) -> Path:
    return tmp_path / "donnees"


def courrier(fiche: Fiche, numero: str, version: int, maintenant: datetime) -> Courrier:
    return Courrier(f"Inscription {numero}", f"Version {version}", "<p>Version</p>")


async def acte_d_enregistrer(base: Database, candidature: str, **autres: Any) -> partial[Enregistree]:
    publie = await Reglements().actif(base)
    fixes: dict[str, Any] = {
        "version_lue": 0,
        "reglement": publie.reglement,
        "version_referentiel_id": await base.lire(version_active),
        "composer": courrier,
        "maintenant": DEBUT,
    }
    return partial(enregistrer, compte_id=DACK.id, candidature_id=candidature, **(fixes | autres))


def en_garder(onglet: str, candidature: str, *, revision: int, page: str, compte: str = DACK.id, **valeurs: Any) -> Any:
    return partial(
        garder,
        compte_id=compte,
        candidature_id=candidature,
        onglet=onglet,
        champs=PAR_SLUG[onglet].champs,
        valeurs=valeurs,
        saisies={},
        brutes={nom: [str(v)] for nom, v in valeurs.items()},
        est_vu=False,
        page=page,
        revision=revision,
        maintenant=DEBUT,
    )


async def ligne(base: Database, candidature: str) -> Candidature:
    return await base.lire(lambda db: db.get_one(Candidature, candidature))


async def compter(base: Database, *tables: type[Any]) -> list[int]:
    def compte(db: Session) -> list[int]:
        return [db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return await base.lire(compte)


async def test_deux_onglets_gardes_ensemble_ne_se_genent_pas(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    actes = [
        en_garder("identification", candidature, revision=0, page="a", voie="1 rue A", code_postal="31000"),
        en_garder("informations", candidature, revision=0, page="b", categorie="EX_SCOLAIRE"),
        en_garder("epreuves", candidature, revision=0, page="c", langue="ESP"),
    ]
    gardes = await asyncio.gather(*(base.ecrire(acte) for acte in actes))
    assert [g.est_depassee for g in gardes] == [False, False, False]
    brouillon = (await ligne(base, candidature)).brouillon
    assert (brouillon["voie"], brouillon["categorie"], brouillon["langue"]) == ("1 rue A", "EX_SCOLAIRE", "ESP")
    assert "etablissement" not in brouillon, "un champ de l'onglet que l'envoi ne porte plus est retiré"
    assert brouillon["specialite"] == "50024127", "les autres onglets ne bougent pas"


async def test_une_page_depassee_ne_remplace_rien_et_ses_reponses_sont_gardees_a_cote(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("identification"))
    await base.ecrire(en_garder("identification", candidature, revision=0, page="ici", voie="1 rue d’Ici"))
    tardive = await base.ecrire(en_garder("identification", candidature, revision=0, page="la", voie="2 rue de Là"))
    assert tardive.est_depassee
    lue = await ligne(base, candidature)
    assert lue.brouillon["voie"] == "1 rue d’Ici"
    assert lue.concurrences["identification"]["brutes"]["voie"] == ["2 rue de Là"]


async def test_la_meme_page_qui_envoie_deux_fois_n_est_pas_depassee(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("identification"))
    for voie in ("1", "12", "12 rue"):
        garde = await base.ecrire(en_garder("identification", candidature, revision=0, page="ici", voie=voie))
        assert not garde.est_depassee
    assert (await ligne(base, candidature)).brouillon["voie"] == "12 rue"


async def test_la_meme_reponse_sur_une_page_depassee_n_est_pas_une_divergence(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("identification"))
    for page in ("ici", "la"):
        garde = await base.ecrire(en_garder("identification", candidature, revision=0, page=page, voie="même rue"))
        assert not garde.est_depassee
    assert (await ligne(base, candidature)).concurrences == {}


async def test_charlie_ne_garde_rien_dans_la_candidature_de_dack(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("identification"))
    with pytest.raises(CandidatureAbsente):
        await base.ecrire(
            en_garder("identification", candidature, revision=0, page="x", compte=CHARLIE.id, voie="volée")
        )
    with pytest.raises(CandidatureAbsente):
        await base.ecrire(await acte_d_enregistrer(base, candidature), compte_id=CHARLIE.id)
    assert "voie" not in (await ligne(base, candidature)).brouillon


async def test_enregistrer_ecrit_tout_d_un_coup(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    assert await base.ecrire(await acte_d_enregistrer(base, candidature)) == Enregistree("001", 1)
    tables = (VersionCandidature, EpreuveCandidature, Document, PieceDemandee, Courriel)
    assert await compter(base, *tables) == [1, 13, 2, 5, 1]


async def test_enregistrer_deux_fois_le_meme_envoi_n_enregistre_qu_une_fois(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    acte = await acte_d_enregistrer(base, candidature)
    assert await base.ecrire(acte) == await base.ecrire(acte) == Enregistree("001", 1)
    assert await compter(base, VersionCandidature, Courriel, Document) == [1, 1, 2]


async def test_dix_enregistrer_en_meme_temps_ne_font_qu_une_version(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    acte = await acte_d_enregistrer(base, candidature)
    rendus = await asyncio.gather(*(base.ecrire(acte) for _ in range(10)))
    assert rendus == [Enregistree("001", 1)] * 10
    assert await compter(base, VersionCandidature, Courriel) == [1, 1]


async def test_un_mail_impossible_n_enregistre_rien(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))

    def casse(*_: object) -> Courrier:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await base.ecrire(await acte_d_enregistrer(base, candidature, composer=casse))
    tables = (VersionCandidature, EpreuveCandidature, Document, PieceDemandee, Courriel)
    assert await compter(base, *tables) == [0, 0, 0, 0, 0]
    lue = await ligne(base, candidature)
    assert (lue.numero_inscription, lue.version) == (None, 0)


@pytest.mark.parametrize(
    ("instant", "permis"),
    [
        (CLOTURE - timedelta(microseconds=1), True),
        (CLOTURE, False),
        (CLOTURE + timedelta(microseconds=1), False),
        (datetime(2026, 10, 31, 7, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 31, 8, 0, tzinfo=UTC), True),
    ],
)
async def test_on_enregistre_de_l_ouverture_a_la_cloture_exclue(
    base: Database, donnees: Path, instant: datetime, permis: bool
):
    """L'instant de fermeture est déjà fermé ; l'ouverture, le 31 octobre à 9 h de Paris, est ouverte."""
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    acte = await acte_d_enregistrer(base, candidature, maintenant=instant)
    if permis:
        assert (await base.ecrire(acte)).version == 1
    else:
        with pytest.raises(ServiceFerme):
            await base.ecrire(acte)
        assert await compter(base, VersionCandidature, Courriel) == [0, 0]


async def test_un_dossier_incomplet_ne_s_enregistre_pas_et_dit_ce_qui_manque(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif", langue=None, voie=""))
    with pytest.raises(Incomplete) as refus:
        await base.ecrire(await acte_d_enregistrer(base, candidature))
    assert {(a.onglet, a.champ) for a in refus.value.anomalies} == {("identification", "voie"), ("epreuves", "langue")}
    assert await compter(base, VersionCandidature) == [0]


async def test_un_reglement_publie_entre_temps_demande_de_relire(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    with pytest.raises(RecapitulatifDepasse):
        await base.ecrire(await acte_d_enregistrer(base, candidature, version_referentiel_id=999))


async def test_une_seule_candidature_par_session(base: Database, donnees: Path):
    """D. 337-21 : une spécialité de CAP par session."""
    candidature = ouvrir_un_brouillon(donnees, reponses("identification"))
    periode = (await ligne(base, candidature)).periode_id
    with pytest.raises(DejaCommencee) as deja:
        await base.ecrire(commencer, DACK.id, periode, brouillon={}, maintenant=DEBUT)
    assert deja.value.candidature_id == candidature
    assert await compter(base, Candidature, Evenement) == [1, 1]


async def test_dix_candidatures_commencees_ensemble_n_en_font_qu_une(base: Database):
    def premiere(db: Session) -> str:
        from app.referentiel.models import PeriodeInscription

        return db.scalars(select(PeriodeInscription.id).where(PeriodeInscription.academie_code == "16")).one()

    periode = await base.lire(premiere)
    acte = partial(commencer, compte_id=DACK.id, periode_id=periode, brouillon={}, maintenant=DEBUT)
    rendus = await asyncio.gather(*(base.ecrire(acte) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(r, str) for r in rendus) == 1
    assert sum(isinstance(r, DejaCommencee) for r in rendus) == 9


async def test_la_fiche_de_la_version_est_ce_que_la_candidature_disait(base: Database, donnees: Path):
    candidature = ouvrir_un_brouillon(donnees, reponses("recapitulatif"))
    await base.ecrire(await acte_d_enregistrer(base, candidature))
    lue = await base.lire(candidature_de, DACK.id, candidature, maintenant=DEBUT)
    assert lue is not None
    assert lue.est_a_jour
    await base.ecrire(en_garder("epreuves", candidature, revision=0, page="x", options={"EP2A": "MGM"}, langue="ESP"))
    modifiee = await base.lire(candidature_de, DACK.id, candidature, maintenant=DEBUT)
    assert modifiee is not None
    assert not modifiee.est_a_jour
    assert modifiee.brouillon_enregistre is not None
    assert modifiee.brouillon_enregistre.langue == "ALL"
