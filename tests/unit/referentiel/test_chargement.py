from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.infra.database import Base, Database
from app.referentiel.chargement import EncoreUtilise, Instantane, charger, lire_dossier
from app.referentiel.demonstration import services_de_demonstration
from app.referentiel.models import Commune, Pays, VersionReferentiel
from app.referentiel.reglements import ReferentielAbsent, Reglements, version_active
from tests.unit.referentiel.conftest import MAINTENANT

PLUS_TARD = MAINTENANT + timedelta(days=1)


def contenu(db: Session) -> dict[str, list[tuple[Any, ...]]]:
    return {
        nom: sorted(tuple(map(repr, ligne)) for ligne in db.execute(select(table)))
        for nom, table in Base.metadata.tables.items()
    }


def test_tout_le_referentiel_se_charge(db: Session):
    nombres = {
        nom: db.scalar(select(func.count()).select_from(Base.metadata.tables[nom]))
        for nom in ("academie", "departement", "commune", "pays", "etablissement_inscription", "version_referentiel")
    }
    assert nombres == {
        "academie": 38,
        "departement": 109,
        "commune": 37590,
        "pays": 252,
        "etablissement_inscription": 41,
        "version_referentiel": 1,
    }


def test_recharger_les_memes_fichiers_ne_change_rien(db: Session, instantane: Instantane):
    avant = contenu(db)
    bilan = charger(db, instantane, PLUS_TARD)
    assert bilan.est_vide
    assert contenu(db) == avant


def test_seules_les_lignes_changees_s_ecrivent(db: Session, instantane: Instantane):
    communes = list(instantane.tables["commune"])
    retiree = next(i for i, c in enumerate(communes) if c["nom"] == "May-sur-Orne")
    communes[0] = communes[0] | {"nom": "Ambérieu"}
    communes[retiree] = communes[retiree] | {"code_insee": "14999"}
    bilan = charger(db, avec_tables(instantane, commune=communes), PLUS_TARD)
    changements = bilan.tables["commune"]
    assert (changements.ajoutes, changements.modifies, changements.retires) == (1, 1, 1)
    assert all(c.est_vide for nom, c in bilan.tables.items() if nom != "commune")
    assert db.scalar(select(Commune.nom).where(Commune.code_insee == "01004")) == "Ambérieu"
    assert db.get(Commune, ("14408", "commune-deleguee")) is None
    assert not bilan.reglement_est_nouveau


def test_les_codes_postaux_d_une_commune_retiree_partent_avec_elle(db: Session, instantane: Instantane):
    toulouse = [c for c in instantane.tables["commune"] if c["code_insee"] != "31555"]
    codes = [c for c in instantane.tables["commune_code_postal"] if c["code_insee"] != "31555"]
    bilan = charger(db, avec_tables(instantane, commune=toulouse, commune_code_postal=codes), PLUS_TARD)
    assert bilan.tables["commune_code_postal"].retires == 6


def test_une_academie_qui_sert_encore_ne_se_retire_pas(db: Session, instantane: Instantane):
    services_de_demonstration(db, MAINTENANT)
    db.commit()
    avant = contenu(db)
    sans_maroc = [a for a in instantane.tables["academie"] if a["code"] != "E-MA"]
    etablissements = [e for e in instantane.tables["etablissement_inscription"] if e["academie_code"] != "E-MA"]
    with pytest.raises(EncoreUtilise, match="académie"):
        charger(db, avec_tables(instantane, academie=sans_maroc, etablissement_inscription=etablissements), PLUS_TARD)
    db.rollback()
    assert contenu(db) == avant


def test_une_academie_qui_ne_sert_plus_se_retire_apres_ce_qui_la_cite(db: Session, instantane: Instantane):
    sans_maroc = [a for a in instantane.tables["academie"] if a["code"] != "E-MA"]
    etablissements = [e for e in instantane.tables["etablissement_inscription"] if e["academie_code"] != "E-MA"]
    bilan = charger(
        db, avec_tables(instantane, academie=sans_maroc, etablissement_inscription=etablissements), PLUS_TARD
    )
    assert (bilan.tables["academie"].retires, bilan.tables["etablissement_inscription"].retires) == (1, 1)


def test_un_commentaire_ne_fait_pas_une_version(dossier: Path):
    avant = lire_dossier(dossier).empreinte
    chemin = dossier / "acquis.toml"
    chemin.write_text("# relu\n" + chemin.read_text())
    assert lire_dossier(dossier).empreinte == avant


def test_un_reglement_change_fait_une_version_et_l_ancienne_se_relit(db: Session, instantane: Instantane):
    nouveau = avec_reglement(instantane, age_majorite=21)
    bilan = charger(db, nouveau, PLUS_TARD)
    assert bilan.reglement_est_nouveau
    versions = db.scalars(select(VersionReferentiel).order_by(VersionReferentiel.id)).all()
    assert [(v.active, v.contenu["categories"]["regles"]["age_majorite"]) for v in versions] == [(None, 18), (True, 21)]
    assert [v.publiee_le for v in versions] == [MAINTENANT, PLUS_TARD]


def test_revenir_aux_fichiers_d_avant_reactive_la_version_d_avant(db: Session, instantane: Instantane):
    premiere = version_active(db)
    seconde = charger(db, avec_reglement(instantane, age_majorite=21), PLUS_TARD).version_id
    assert version_active(db) == seconde != premiere
    bilan = charger(db, instantane, PLUS_TARD + timedelta(days=1))
    assert (bilan.version_id, bilan.reglement_est_nouveau) == (premiere, True)
    assert db.scalar(select(func.count()).select_from(VersionReferentiel)) == 2


def test_la_base_refuse_deux_versions_actives(db: Session):
    db.add(VersionReferentiel(empreinte="autre", contenu={}, publiee_le=MAINTENANT, active=True))
    with pytest.raises(Exception, match="UNIQUE"):
        db.flush()


async def test_un_acte_qui_echoue_ne_charge_rien(base: Database, instantane: Instantane):
    """La dernière ligne est refusée par la base : les trente-sept mille premières n'y sont pas non plus."""
    etablissements = [*instantane.tables["etablissement_inscription"]]
    etablissements[-1] = etablissements[-1] | {"academie_code": "inconnue"}
    with pytest.raises(EncoreUtilise):
        await base.ecrire(charger, avec_tables(instantane, etablissement_inscription=etablissements), MAINTENANT)
    vides = await base.lire(contenu)
    assert not any(vides.values())


async def test_les_reglements_se_relisent_par_version(base: Database, instantane: Instantane):
    reglements = Reglements()
    with pytest.raises(ReferentielAbsent):
        await reglements.actif(base)
    premiere = (await base.ecrire(charger, instantane, MAINTENANT)).version_id
    actif = await reglements.actif(base)
    assert (actif.id, actif.reglement.age_majorite) == (premiere, 18)
    assert (await reglements.actif(base)).reglement is actif.reglement

    await base.ecrire(charger, avec_reglement(instantane, age_majorite=21), PLUS_TARD)
    assert (await reglements.actif(base)).reglement.age_majorite == 21
    assert (await reglements.de(base, premiere)).age_majorite == 18
    assert (await Reglements().de(base, premiere)).age_majorite == 18
    with pytest.raises(LookupError):
        await reglements.de(base, 999)


async def test_les_reglements_les_moins_servis_s_oublient(base: Database, instantane: Instantane):
    ids = [
        (await base.ecrire(charger, avec_reglement(instantane, age_majorite=18 + n), MAINTENANT)).version_id
        for n in range(3)
    ]
    reglements = Reglements(gardes=2)
    premier = await reglements.de(base, ids[0])
    deuxieme = await reglements.de(base, ids[1])
    assert await reglements.de(base, ids[0]) is premier
    await reglements.de(base, ids[2])
    assert await reglements.de(base, ids[0]) is premier
    assert await reglements.de(base, ids[1]) is not deuxieme


def test_le_reglement_publie_est_celui_des_fichiers(instantane: Instantane):
    broderie = next(s for s in instantane.reglement["specialites"] if s["code"] == "50024127")
    assert broderie["arrete"] == {"date": "1991-07-19"}
    assert broderie["generales"]["modele"] == "lv4"
    assert len(instantane.reglement["specialites"]) == 52


def test_la_nationalite_d_un_territoire_est_vide(db: Session):
    assert db.scalars(select(Pays.nationalite).where(Pays.type == "territoire-francais").distinct()).all() == [""]


def avec_tables(instantane: Instantane, **tables: list[dict[str, Any]]) -> Instantane:
    return replace(
        instantane, tables={nom: tuple(tables.get(nom, lignes)) for nom, lignes in instantane.tables.items()}
    )


def avec_reglement(instantane: Instantane, *, age_majorite: int) -> Instantane:
    categories = instantane.reglement["categories"]
    regles = categories["regles"] | {"age_majorite": age_majorite}
    return replace(instantane, reglement={**instantane.reglement, "categories": {**categories, "regles": regles}})
