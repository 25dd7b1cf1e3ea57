"""Le journal : qui a fait quoi, dans sa portée, filtré, par pages, et emporté en CSV sans formule."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.gestion.registre.lecture import Filtre, page_du_journal
from app.infra.registre import consigner
from tests.instance import ADA, BASILE, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.conftest import portail
from tests.unit.gestion.services.test_services import dit
from tests.unit.gestion.test_invitation import agir
from tests.unit.inscription.conftest import Portail

__all__ = ["portail"]


def remplir(db: Session, debut, nombre: int = 130) -> None:
    """Une ligne par heure : Toulouse, Créteil et l'instance à tour de rôle."""
    for rang in range(nombre):
        consigner(
            db,
            acteur=("regine", "basile", "ada")[rang % 3],
            nature=("ecarter", "prolonger_un_service", "inviter_un_agent")[rang % 3],
            objet=("candidature", "periode", "agent")[rang % 3],
            objet_id=("dossier", "service", "henri")[rang % 3],
            academie=("16", "24", "")[rang % 3],
            detail=f"=1+{rang}",
            maintenant=debut + timedelta(hours=rang),
        )


@pytest.fixture
def rempli(portail: Portail) -> Portail:
    agir(portail, remplir, debut=portail.horloge.instant - timedelta(days=6))
    return portail


def numeros(page: Page) -> list[int]:
    lignes = [th for th in page.arbre.tous("th") if th["scope"] == "row"]
    return [int(th.texte.replace("\xa0", " ").rpartition(" ")[2]) for th in lignes]


def tout(navigateur: Navigateur, adresse: str = "/gestion/registre") -> list[int]:
    page, lus = navigateur.get(adresse), []
    while True:
        lus += numeros(page)
        suites = [a["href"] for a in page.arbre.tous("a") if a["rel"] == "next"]
        if not suites:
            return lus
        page = navigateur.get(suites[0])


@pytest.mark.parametrize(
    ("agent", "attendus"),
    [
        (REGINE, [n for n in range(1, 131) if n % 3 == 1]),
        (BASILE, [n for n in range(1, 131) if n % 3 == 2]),
        (HENRI, [n for n in range(1, 131) if n % 3]),
        (ADA, list(range(1, 131))),
    ],
    ids=lambda v: getattr(v, "id", ""),
)
def test_chacun_lit_toute_sa_portee_et_rien_d_autre(rempli: Portail, agent, attendus: list[int]):
    assert tout(rempli.navigateur(agent)) == attendus[::-1]


def test_le_lecteur_n_a_pas_de_journal(rempli: Portail):
    rempli.navigateur(LUCIE).get("/gestion/registre", statut=404)


def test_les_pages_se_remontent(rempli: Portail):
    henri = rempli.navigateur(HENRI)
    premiere = henri.get("/gestion/registre")
    henri.get(premiere.lien("Plus anciens"))
    assert henri.page is not None
    assert numeros(henri.get(henri.page.lien("Plus récents"))) == numeros(premiere)
    assert "Plus récents" not in dit(premiere)


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ("agent=basile", [n for n in range(1, 131) if n % 3 == 2]),
        ("nature=ecarter", [n for n in range(1, 131) if n % 3 == 1]),
        ("academie=24", [n for n in range(1, 131) if n % 3 == 2]),
        ("objet=henri", [n for n in range(1, 131) if n % 3 == 0]),
        ("du=05/11/2026&au=05/11/2026", range(11, 35)),
        ("au=04/11/2026&nature=ecarter", [1, 4, 7, 10]),
        ("du=01/01/2030", []),
        ("au=01/01/2020", []),
    ],
)
def test_les_filtres(rempli: Portail, filtre: str, attendus):
    assert tout(rempli.navigateur(ADA), f"/gestion/registre?{filtre}") == list(attendus)[::-1]


def test_une_academie_hors_de_la_portee_se_refuse(rempli: Portail):
    regine = rempli.navigateur(REGINE)
    assert "dans la liste" in regine.get("/gestion/registre?academie=24", statut=422).erreurs[0]
    assert page_lue(rempli, ("16",), Filtre(academie="24")) == ()


def page_lue(portail: Portail, academies, filtre: Filtre):
    return agir(portail, page_du_journal, academies=academies, filtre=filtre).lignes


@pytest.mark.parametrize("champ", ["agent", "nature", "academie", "du", "au", "objet"])
@pytest.mark.parametrize("valeur", ["\x00", "x" * 5000, "٣"])
def test_un_filtre_hostile(rempli: Portail, champ: str, valeur: str):
    reponse = rempli.navigateur(ADA).client.get("/gestion/registre", params={champ: valeur, "apres": "9" * 40})
    assert reponse.status_code in (200, 422)
    export = rempli.navigateur(ADA).client.get("/gestion/registre/export", params={champ: valeur})
    assert export.status_code in (200, 422)


def test_le_csv_rend_la_liste_entiere_sans_formule(rempli: Portail):
    ada = rempli.navigateur(ADA)
    ada.get("/gestion/registre")
    reponse = ada.client.get("/gestion/registre/export?nature=ecarter")
    assert reponse.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in reponse.headers["content-disposition"]
    rangees = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert rangees[0][0] == "N°"
    assert [int(r[0]) for r in rangees[1:]] == [n for n in range(1, 131) if n % 3 == 1][::-1]
    assert {r[-1][:2] for r in rangees[1:]} == {"'="}
    assert rangees[1][2:5] == ["Régine CASTERA", "Écarter une candidature", "Candidature"]
    (ligne,) = rempli.lignes("SELECT acteur, detail FROM registre WHERE nature = 'exporter_le_journal'")
    assert ligne == {"acteur": "ada", "detail": "nature"}


def test_le_journal_se_lit_en_mots(rempli: Portail):
    page = dit(rempli.navigateur(ADA).get("/gestion/registre"))
    assert "Henri DEUXACADEMIES" in page
    assert "Inviter un agent" in page
    assert "Créteil" in page
