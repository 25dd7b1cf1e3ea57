"""La file des pièces et les dossiers incomplets sortent en CSV, entiers, à portée, et le registre le sait."""

import csv
import io

from sqlalchemy import text

from app.infra.database import moteur_synchrone
from tests.bases import adresse_de
from tests.depart import reponses
from tests.instance import BASILE, BELLEVUE, DACK, LUCIE, REGINE, VOISIN
from tests.unit.client import Navigateur
from tests.unit.gestion.conftest import portail
from tests.unit.gestion.decor import deposer_des_dossiers
from tests.unit.inscription.conftest import Portail

__all__ = ["portail"]


def lire(navigateur: Navigateur, adresse: str) -> list[list[str]]:
    reponse = navigateur.get(adresse).reponse
    assert reponse.headers["content-type"].startswith("text/csv")
    assert reponse.headers["cache-control"] == "no-store"
    assert reponse.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))


def executer(portail: Portail, requete: str) -> None:
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with moteur.begin() as base:
        assert base.execute(text(requete)).rowcount > 0
    moteur.dispose()


def test_la_file_sort_entiere_et_sans_formule(portail: Portail):
    deposer_des_dossiers(portail.donnees, 15)
    executer(portail, "update candidat set prenoms = '=1+1' where prenoms = 'Alix'")
    regine = portail.navigateur(REGINE)
    lien = regine.get("/gestion/pieces").lien("Exporter cette liste")
    entete, *lignes = lire(regine, lien)
    assert entete[0] == "N° candidat"
    assert len(lignes) == 15 * 4, "plus d’une page d’écran"
    assert {ligne[2] for ligne in lignes} >= {"'=1+1", "Bilal"}
    codes = {ligne[3] for ligne in lignes}
    un = sorted(codes)[0]
    assert {ligne[3] for ligne in lire(regine, f"/gestion/pieces/export?code={un}")[1:]} == {un}
    assert lire(portail.navigateur(BASILE), "/gestion/pieces/export")[1:] == [], "rien d’une autre académie"


def test_les_incomplets_sortent_avec_ce_qui_leur_manque(portail: Portail):
    deposer_des_dossiers(portail.donnees, 3)
    executer(portail, "update piece_demandee set statut = 'non_conforme' where mode = 'en_ligne'")
    lucie = portail.navigateur(LUCIE)
    lien = lucie.get("/gestion/relances").lien("Exporter cette liste")
    lignes = lire(lucie, lien)[1:]
    assert len(lignes) == 3
    assert all("(non conforme)" in ligne[3] for ligne in lignes)
    faits = portail.lignes("select acteur, nature, academie_code, detail from registre where nature like 'exporter%'")
    assert faits == [
        {"acteur": "lucie", "nature": "exporter_les_dossiers_incomplets", "academie_code": "16", "detail": ""}
    ]


def test_les_corrections_demandees_sortent_sans_ce_qui_est_souhaite(portail: Portail):
    portail.poser(reponses("recapitulatif"))
    dack = portail.navigateur(DACK)
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    preuve = {"preuve": ("acte.pdf", b"%PDF-1.7", "application/pdf")}
    demandee = {"champ": "nom_famille", "souhaitee": "ACCRALLE", "explication": "Il manque le E."}
    dack.post("/compte/correction", demandee, fichiers=preuve)
    regine = portail.navigateur(REGINE)
    lien = regine.get("/gestion/corrections").lien("Exporter cette liste")
    (ligne,) = lire(regine, lien)[1:]
    assert ligne == [DACK.numero_candidat, "ACCRALL", "Dack", "Nom de famille", "10/11/2026 14:02", "Toulouse"]
    assert lire(portail.navigateur(BASILE), lien)[1:] == []
    natures = portail.lignes("select nature, academie_code as a from registre where nature like 'exporter%'")
    assert {(n["nature"], n["a"]) for n in natures} == {
        ("exporter_les_corrections", "16"),
        ("exporter_les_corrections", "24"),
    }


def test_les_etablissements_sortent_chacun_les_siens(portail: Portail):
    regine = portail.navigateur(REGINE)
    lien = regine.get("/gestion/etablissements").lien("Exporter cette liste")
    assert {ligne[0] for ligne in lire(regine, lien)[1:]} == {BELLEVUE, VOISIN}
    assert lire(portail.navigateur(BASILE), lien)[1:] == []
