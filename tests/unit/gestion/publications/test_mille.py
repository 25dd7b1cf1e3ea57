"""Mille convocations en fond : arrêtées, reprises, coupées par un redémarrage ; ni perdue, ni doublée."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bases import reglages_de
from tests.depart import ouvrir_une_session
from tests.instance import REGINE, HorlogeDEssai, copier_le_modele, monte
from tests.unit.client import Navigateur
from tests.unit.gestion.decor import deposer_des_dossiers, multiplier
from tests.unit.gestion.publications.conftest import Service
from tests.unit.inscription.conftest import URL, Portail

MILLE = 1000


@contextmanager
def portail_ouvert(donnees: Path, dossiers: list[str], horloge: HorlogeDEssai) -> Iterator[Service]:
    with monte(reglages_de(donnees, url_publique=URL), horloge) as app, Navigateur(app, URL) as garde:
        portail = Portail(donnees, horloge, garde)
        (periode,) = portail.lignes("SELECT id FROM periode_inscription WHERE academie_code = '16'")
        garde.client.cookies.set("session", ouvrir_une_session(donnees, REGINE, instant=horloge.instant))
        garde.get("/gestion")
        yield Service(portail, dossiers, periode["id"], garde)


def etats(service: Service) -> dict[str, int]:
    lignes = service.portail.lignes("SELECT etat, count(*) AS n FROM ligne_publication GROUP BY etat")
    return {ligne["etat"]: ligne["n"] for ligne in lignes}


def attendre_un_lot(service: Service) -> None:
    limite = time.monotonic() + 20
    while "publiee" not in etats(service):
        assert time.monotonic() < limite, "aucun lot"


def test_mille_documents_arretes_repris_et_coupes_par_un_redemarrage(modele: Path, tmp_path: Path):
    donnees, horloge = tmp_path / "donnees", HorlogeDEssai()
    copier_le_modele(modele, donnees)
    dossiers = deposer_des_dossiers(donnees, 1)
    multiplier(donnees, dossiers[0], MILLE - 1)
    with portail_ouvert(donnees, dossiers, horloge) as service:
        page = service.essayer("convocations", service.convocations())
        assert "1000 documents sont prêts" in page.texte
        essai = page.lien("Document 1").removesuffix("/apercus/1")
        service.regine.post(f"{essai}/lancement")
        attendre_un_lot(service)
        service.regine.post(f"{essai}/arret")
        page = service.regine.get(essai)
        arretees = etats(service)
        assert 0 < arretees["publiee"] < MILLE
        assert "Publication arrêtée" in page.texte
        assert etats(service) == arretees
        service.regine.post(f"{essai}/lancement")
    coupees = etats(service)
    assert coupees["publiee"] < MILLE, "coupée en route"
    with portail_ouvert(donnees, dossiers, horloge) as service:
        page = service.attendre(service.regine, essai)
        assert "1000 documents publiés" in page.texte
        assert etats(service) == {"publiee": MILLE}
        assert len(service.mails()) == MILLE
        assert len({mail["candidature_id"] for mail in service.mails()}) == MILLE
        (documents,) = service.portail.lignes(
            "SELECT count(*) AS n, max(numero) AS numero, count(DISTINCT code) AS codes FROM document "
            "WHERE type = 'convocation'"
        )
        assert documents == {"n": MILLE, "numero": 1, "codes": MILLE}
