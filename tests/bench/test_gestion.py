"""Recherche, listes et tableau de bord : à cent mille candidatures, au plus une fois et demie leur temps à mille.

Un rapport dans un même passage, par HTTP : les deux bases se mesurent tour à tour, et la machine importe peu.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base_fictive.commande import engendrer
from app.candidatures.models import Candidature
from app.infra.database import Database
from app.regles.vocabulaire import EtatCandidature
from app.settings import Reglages
from tests.instance import DEBUT, REGINE, HorlogeDEssai, lignes
from tests.unit.client import Navigateur
from tests.unit.inscription.conftest import Portail, ouvrir

PETITE, GRANDE = 1_000, 100_000
RAPPORT_MAX = 1.5
TOURS = 25
LISTE = "/gestion/candidatures"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def portails(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Portail]]:
    dossier = tmp_path_factory.mktemp("bench")
    with ExitStack() as pile:
        ouverts = {}
        for nombre in (PETITE, GRANDE):
            rempli = dossier / f"modele-{nombre}"
            shutil.copytree(modele, rempli)
            with ThreadPoolExecutor(1) as fil:
                fil.submit(asyncio.run, _remplir(rempli, nombre)).result()
            portail = iter(ouvrir(rempli, dossier / str(nombre), HorlogeDEssai()))
            ouverts[nombre] = next(portail)
            pile.callback(next, portail, None)
        yield ouverts


async def _remplir(donnees: Path, nombre: int) -> None:
    database = Database(Reglages(donnees=donnees).adresse_base)
    try:
        await engendrer(database, nombre, academie="16", maintenant=DEBUT)
    finally:
        await database.fermer()


def adresses(donnees: Path, chercher: Callable[[str], str]) -> dict[str, str]:
    """Ce que fait un gestionnaire, chaque fois avec une page pleine ou une seule réponse, aux deux tailles.

    `chercher` : l'adresse où mène une recherche.
    """
    specialite = lignes(
        donnees,
        "SELECT specialite FROM candidature WHERE etat = 'inscrit' GROUP BY specialite ORDER BY count(*) DESC LIMIT 1",
    )[0]["specialite"]
    milieu = lignes(
        donnees, "SELECT id FROM candidature ORDER BY cle_nom LIMIT 1 OFFSET (SELECT count(*) / 2 FROM candidature)"
    )[0]["id"]
    un = lignes(donnees, "SELECT numero_candidat AS n FROM candidat WHERE numero_candidat LIKE '0__9%' LIMIT 1")[0]["n"]
    trouvees = {
        "première page": LISTE,
        "page du milieu": f"{LISTE}?apres={milieu}",
        "page d’avant": f"{LISTE}?avant={milieu}",
        "un état": f"{LISTE}?etat=inscrit",
        "une spécialité": f"{LISTE}?specialite={specialite}",
        "un établissement": f"{LISTE}?etablissement=INDIV-16&etat=inscrit",
        "tableau de bord": "/gestion/tableau",
    }
    for quoi, texte in {"un début de nom": "ma", "deux débuts de mots": "l m", "un numéro": un}.items():
        trouvees[quoi] = chercher(texte)
    return trouvees


def chercher(navigateur: Navigateur, texte: str) -> str:
    navigateur.get(LISTE)
    return navigateur.post(LISTE, {"q": texte}).adresse


def test_cent_fois_plus_de_candidatures_ne_ralentissent_pas_l_ecran(
    portails: dict[int, Portail], capsys: pytest.CaptureFixture[str]
):
    navigateurs = {nombre: portail.navigateur(REGINE) for nombre, portail in portails.items()}
    pages = {n: adresses(portails[n].donnees, partial(chercher, navigateurs[n])) for n in portails}
    pleines = {
        quoi: {
            nombre: sum(1 for _ in navigateur.get(pages[nombre][quoi]).arbre.tous("tr"))
            for nombre, navigateur in navigateurs.items()
        }
        for quoi in pages[PETITE]
    }
    inegales = {quoi: n for quoi, n in pleines.items() if n[GRANDE] > 1.4 * n[PETITE]}
    assert inegales == {}, "une page bien plus pleine que l’autre ne se compare pas"
    temps: dict[str, dict[int, list[float]]] = {quoi: {PETITE: [], GRANDE: []} for quoi in pages[PETITE]}
    for _ in range(TOURS):
        for quoi, mesures in temps.items():
            for nombre, navigateur in navigateurs.items():
                mesures[nombre].append(_duree(partial(navigateur.client.get, pages[nombre][quoi])))
    rapports = {quoi: temps_calme(m[GRANDE]) / temps_calme(m[PETITE]) for quoi, m in temps.items()}
    with capsys.disabled():
        print(f"\n{'':24}{PETITE:>10}{GRANDE:>10}   rapport")  # noqa: T201 — un banc montre ses mesures
        for quoi, m in temps.items():
            petit, grand = (1000 * temps_calme(m[nombre]) for nombre in (PETITE, GRANDE))
            print(f"{quoi:24}{petit:7.1f} ms{grand:7.1f} ms   {rapports[quoi]:.2f}")  # noqa: T201 — idem
    assert {quoi: r for quoi, r in rapports.items() if r > RAPPORT_MAX} == {}


def test_une_page_ne_lit_que_ses_lignes(portails: dict[int, Portail]):
    """Le plan des requêtes : jamais de tri, jamais la table entière."""
    moteur = Database(Reglages(donnees=portails[GRANDE].donnees).adresse_base)

    def plan(db: Session) -> str:
        requete = (
            select(Candidature.cle_nom, Candidature.id)
            .where(Candidature.periode_id == "x", Candidature.etat == EtatCandidature.INSCRIT)
            .order_by(Candidature.cle_nom, Candidature.id)
            .limit(51)
        )
        compilee = requete.compile(db.connection(), compile_kwargs={"literal_binds": True})
        return " ".join(str(ligne) for ligne in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compilee}"))

    async def lire() -> str:
        try:
            return await moteur.lire(plan)
        finally:
            await moteur.fermer()

    with ThreadPoolExecutor(1) as fil:
        trouve = fil.submit(lambda: asyncio.run(lire())).result()
    assert "COVERING INDEX ix_candidature_periode_id_etat_cle_nom_id" in trouve
    assert "TEMP B-TREE" not in trouve


def temps_calme(mesures: list[float]) -> float:
    """Le premier quartile : ce qui tourne à côté sur la machine allonge les autres mesures, pas celle-là."""
    return sorted(mesures)[len(mesures) // 4]


def _duree(geste: Callable[[], object]) -> float:
    debut = perf_counter()
    geste()
    return perf_counter() - debut
