"""La base engendrée : plausible, cohérente, et jamais mêlée à de vrais candidats."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.base_fictive.commande import Refusee, barre, engendrer
from app.comptes.models import Compte
from app.exploitation.coherence.regle import Ou
from app.exploitation.coherence.regles import lecture, verifier
from app.infra.database import Database, verifier_cles_etrangeres
from tests.bases import adresse_de
from tests.instance import DACK, DEBUT, REGINE, copier_le_modele, lignes
from tests.unit.inscription.conftest import Portail


def lancer(donnees: Path, nombre: int, **autres: Any) -> list[tuple[int, int]]:
    avances: list[tuple[int, int]] = []

    async def tout() -> None:
        database = Database(adresse_de(donnees))
        try:
            await engendrer(
                database,
                nombre,
                maintenant=DEBUT,
                avancer=lambda faites, sur: avances.append((faites, sur)),
                **{"academie": "16"} | autres,
            )
            await database.lire(lambda db: verifier_cles_etrangeres(db.connection()))
        finally:
            await database.fermer()

    with ThreadPoolExecutor(1) as fil:
        fil.submit(lambda: asyncio.run(tout())).result()
    return avances


def test_elle_tient_dans_les_ecrans_de_la_gestion(portail: Portail):
    assert lancer(portail.donnees, 300) == [(250, 300), (300, 300)]
    etats = portail.lignes("SELECT etat, count(*) AS n FROM candidature GROUP BY etat")
    assert sum(ligne["n"] for ligne in etats) == 300
    assert {ligne["etat"] for ligne in etats} == {"inscrit", "brouillon", "a_completer", "desinscrit"}
    regine = portail.navigateur(REGINE)
    page = regine.get("/gestion/candidatures")
    assert "300 candidatures" in page.texte
    inscrit = portail.lignes("SELECT id FROM candidature WHERE etat = 'inscrit' ORDER BY id LIMIT 1")[0]["id"]
    dossier = regine.get(f"/gestion/candidatures/{inscrit}")
    assert "Confirmation d’inscription" in dossier.texte
    assert regine.client.get(dossier.lien("Confirmation d’inscription")).content.startswith(b"%PDF")
    assert "Inscrits" in regine.get("/gestion/tableau").texte


def test_elle_tient_toutes_les_regles_de_coherence(modele: Path, tmp_path: Path):
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    lancer(donnees, 150)
    with lecture(adresse_de(donnees)) as db:
        constats = verifier(db, Ou(donnees, DEBUT))
    assert {constat.regle.code: constat.violations for constat in constats if constat.violations} == {}


def test_une_deuxieme_fois_s_ajoute_a_la_premiere(modele: Path, tmp_path: Path):
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    for _ in range(2):
        lancer(donnees, 20)
    assert lignes(donnees, "SELECT count(*) AS n FROM candidature")[0]["n"] == 40


@pytest.mark.parametrize("adresse", ["quelqu.un@orange.fr", "x@notexemple.fr"])
def test_une_base_ou_vit_un_vrai_compte_est_refusee(modele: Path, tmp_path: Path, adresse: str):
    donnees = copier_le_modele(modele, tmp_path / "donnees")

    def vrai(db: Session) -> None:
        db.execute(update(Compte).where(Compte.id == DACK.id).values(courriel=adresse))

    async def poser() -> None:
        database = Database(adresse_de(donnees))
        await database.ecrire(vrai)
        await database.fermer()

    asyncio.run(poser())
    with pytest.raises(Refusee, match="n’est pas une base d’essai"):
        lancer(donnees, 10)
    assert lignes(donnees, "SELECT id FROM candidature") == []


@pytest.mark.parametrize(("nombre", "academie"), [(0, "16"), (-1, "16"), (10**7, "16"), (10, "ZZ")])
def test_une_demande_absurde_est_une_phrase(modele: Path, tmp_path: Path, nombre: int, academie: str):
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    with pytest.raises(Refusee):
        lancer(donnees, nombre, academie=academie)


def test_la_barre_avance():
    assert barre(0, 10, 4) == "\r[....] 0 / 10"
    assert barre(10, 10, 4) == "\r[####] 10 / 10"
