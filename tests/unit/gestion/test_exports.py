"""Chaque liste de la gestion sort en CSV, entière, à portée, et le registre le sait."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.infra.database import moteur_synchrone
from app.web.gabarits import DOSSIER
from tests.bases import adresse_de
from tests.depart import reponses
from tests.instance import ADA, BASILE, BELLEVUE, DACK, HENRI, LUCIE, REGINE, VOISIN, HorlogeDEssai
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.conftest import portail
from tests.unit.gestion.decor import deposer_des_dossiers, multiplier
from tests.unit.inscription.conftest import Portail, ouvrir
from tests.unit.test_acces import ENTRENT, Scene, monter

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
    lien = regine.get("/gestion/etablissements").lien("Exporter les établissements")
    assert {ligne[0] for ligne in lire(regine, lien)[1:]} == {BELLEVUE, VOISIN}
    assert lire(portail.navigateur(BASILE), lien)[1:] == []


SANS_EXPORT = {
    "_instance.html": "l’état de l’instance : « cyclades diagnostic --json » le rend à un programme",
    "messages/_table.html": "l’export est dans liste.html, qui pose ce tableau deux fois",
    "referentiel/accueil.html": "les fautes d’une archive refusée : rien n’en est gardé, donc rien à redemander",
}
"""gabarit → pourquoi l'un de ses tableaux n'a pas d'export"""


def test_chaque_tableau_de_la_gestion_a_son_export():
    gabarits = {
        str(f.relative_to(DOSSIER / "gestion")): f.read_text("utf-8") for f in DOSSIER.glob("gestion/**/*.html")
    }
    manques = {
        nom: (html.count("<table"), html.count("lien_csv("))
        for nom, html in gabarits.items()
        if html.count("<table") > html.count("lien_csv(") + (nom in SANS_EXPORT)
    }
    assert manques == {}, "(tableaux, exports)"
    assert {nom for nom in SANS_EXPORT if "<table" not in gabarits[nom]} == set(), "exceptions qui ne servent plus"
    assert sum(html.count("<table") for html in gabarits.values()) > 20


@pytest.fixture(scope="module")
def scene(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Portail]]:
    for ouvert in ouvrir(modele, tmp_path_factory.mktemp("exports") / "donnees", HorlogeDEssai()):
        yield monter(ouvert), ouvert


EXPORTS = {route: qui for route, qui in ENTRENT if route.endswith("/export") and qui != "basile"}
"""Un agent qui y entre ; qui d'autre y entre ou non, test_acces le dit."""


@pytest.mark.parametrize(("route", "qui"), EXPORTS.items())
def test_tout_export_est_un_fichier_joint_et_s_ecrit_au_registre(scene: tuple[Scene, Portail], route: str, qui: str):
    vue, portail = scene
    avant = compter_les_exports(portail)
    entete, *lignes = lire(vue.agents[qui], vue.chemin(route))
    assert len(entete) > 1
    assert len(set(entete)) == len(entete)
    assert all(len(ligne) == len(entete) for ligne in lignes)
    (*_, dernier) = apres = compter_les_exports(portail)
    assert len(apres) > len(avant), "sortir une liste laisse une trace"
    assert dernier["acteur"] == qui


def compter_les_exports(portail: Portail) -> list[dict[str, str]]:
    return portail.lignes("SELECT acteur, nature FROM registre WHERE nature LIKE 'exporter%' ORDER BY id")


def test_les_listes_de_l_instance_sortent(scene: tuple[Scene, Portail]):
    vue, portail = scene
    ada = vue.agents["ada"]
    agents = {ligne[2]: ligne for ligne in lire(ada, ada.get("/gestion/agents").lien("(CSV)"))[1:]}
    assert agents[HENRI.courriel][3:] == ["Gestionnaire", "Créteil, Toulouse", "Actif"]
    assert agents[ADA.courriel][4] == ""
    services = lire(ada, ada.get("/gestion/services").lien("(CSV)"))[1:]
    assert {ligne[1] for ligne in services} == {"CAP, juin 2027"}
    assert len(services) > len(lire(vue.agents["regine"], "/gestion/services/export")) - 1
    messages = lire(vue.agents["regine"], vue.agents["regine"].get("/gestion/messages").lien("(CSV)"))[1:]
    assert [ligne[0:4] for ligne in messages if ligne[3] != "Tous"] == [["T", "T", "information", "Toulouse"]]
    assert {ligne[3] for ligne in lire(vue.agents["basile"], "/gestion/messages/export")[1:]} <= {"Tous"}
    editions = lire(ada, ada.get("/gestion/referentiel").lien("(CSV)"))[1:]
    assert [ligne[3] for ligne in editions] == ["En vigueur"]
    seules = portail.lignes("SELECT academie_code, objet FROM registre WHERE nature = 'exporter_les_agents'")
    assert {(ligne["academie_code"], ligne["objet"]) for ligne in seules} == {("", "instance")}


def test_l_apercu_a_une_autre_date_sort_a_cette_date(portail: Portail):
    regine, jours = portail.navigateur(REGINE), {}
    for mois in ("11", "12"):
        page = regine.get(f"/gestion/apercu?jour=20/{mois}/2026&heure=12:00")
        jours[mois] = {ligne[2] for ligne in lire(regine, page.lien("(CSV)"))[1:]}
    assert jours == {"11": {"Ouverte, 10\xa0jours"}, "12": {"Fermée"}}
    regine.get("/gestion/apercu/export?jour=hier&heure=12:00", statut=404)


def test_les_specialites_organisees_sortent_avec_leur_message(portail: Portail):
    regine = portail.navigateur(REGINE)
    service = regine.get("/gestion/services").lien("Toulouse")
    avant = {ligne[0]: ligne[2] for ligne in lire(regine, f"{service}/specialites/export")[1:]}
    page = regine.get(f"{service}/specialites")
    fermee = next(c["name"] for c in page.arbre.tous("input") if c["name"].startswith("organisee-"))
    code = fermee.removeprefix("organisee-")
    regine.envoyer({fermee: "", f"message-{code}": "=Voyez Tarbes"})
    lignes = {ligne[0]: ligne for ligne in lire(regine, regine.get(f"{service}/specialites").lien("(CSV)"))[1:]}
    assert lignes[code][2:] == ["non", "0", "'=Voyez Tarbes"]
    assert {autre: ligne[2] for autre, ligne in lignes.items()} == avant | {code: "non"}
    assert avant[code] == "oui"
    portail.navigateur(BASILE).get(f"{service}/specialites/export", statut=404)


def test_le_tableau_de_bord_sort_tableau_par_tableau(portail: Portail):
    deposer_des_dossiers(portail.donnees, 3)
    regine = portail.navigateur(REGINE)
    portail.horloge.avancer(minutes=2)
    regine.get("/gestion/tableau")
    regine.envoyer(bouton="Recompter maintenant")
    page = regine.suivre()
    jours = lire(regine, page.lien("Exporter ces nombres"))[1:]
    tableau = next(t for t in page.arbre.tous("table") if t["aria-labelledby"] == "g1")
    montres = [next(tr.tous("td")).texte for tr in tableau.tous("tr") if any(tr.tous("td"))]
    assert [ligne[1] for ligne in jours] == montres
    parts = lire(regine, page.lien("Exporter toutes les spécialités"))[1:]
    assert sum(int(ligne[2]) for ligne in parts) == 3
    ages = lire(regine, page.lien("Exporter l’âge des pièces"))[1:]
    assert sum(int(ligne[1]) for ligne in ages) == 12
    regine.get("/gestion/tableau/inconnu/export", statut=404)
    assert lire(portail.navigateur(BASILE), "/gestion/tableau/specialites/export")[1:] == []


def test_henri_filtre_ses_listes_par_academie(portail: Portail):
    """Il en a deux ; ce qui n'est pas à lui ne filtre rien, et Régine, qui n'en a qu'une, n'a pas ce filtre."""
    deposer_des_dossiers(portail.donnees, 3)
    executer(portail, "update piece_demandee set statut = 'non_conforme' where ordre = 0 or mode <> 'en_ligne'")
    henri = portail.navigateur(HENRI)
    for liste in ("/gestion/pieces", "/gestion/relances"):
        page = henri.get(liste)
        tout = len(lire(henri, page.lien("(CSV)"))[1:])
        assert tout > 0
        filtree = henri.get(f"{liste}?academie=16")
        assert choisie(filtree) == "16"
        assert len(lire(henri, filtree.lien("(CSV)"))[1:]) == tout
        ailleurs = henri.get(f"{liste}?academie=24")
        assert not any(ailleurs.arbre.tous("table"))
        assert lire(henri, f"{liste}/export?academie=24")[1:] == []
        assert choisie(henri.get(f"{liste}?academie=28")) == ""
        assert len(lire(henri, f"{liste}/export?academie=28")[1:]) == tout
        assert not any(s["id"] == "academie" for s in portail.navigateur(REGINE).get(liste).arbre.tous("select"))
    assert choisie(henri.get("/gestion/corrections?academie=24")) == "24"


def test_relancer_tous_s_arrete_a_l_academie_montree(portail: Portail):
    deposer_des_dossiers(portail.donnees, 2)
    executer(portail, "update piece_demandee set statut = 'non_conforme' where mode = 'en_ligne'")
    henri = portail.navigateur(HENRI)
    henri.get("/gestion/relances?academie=16")
    rang = next(i for i, f in enumerate(henri.page.formulaires) if f["action"].endswith("/toutes")) if henri.page else 0
    assert henri.envoyer(rang=rang).adresse == "/gestion/relances?academie=16"
    assert portail.lignes("SELECT detail FROM registre WHERE nature = 'relancer_en_nombre'") == [{"detail": "16"}]


def choisie(page: Page) -> str:
    (liste,) = [s for s in page.arbre.tous("select") if s["id"] == "academie"]
    return next((o["value"] for o in liste.tous("option") if "selected" in o.attributs), "")


def test_une_longue_preparation_dit_son_vrai_nombre_et_sort_entiere(portail: Portail):
    (candidature,) = deposer_des_dossiers(portail.donnees, 1)
    multiplier(portail.donnees, candidature, 301)
    executer(
        portail,
        "insert into preparation (id, origine_id, cible_id, auteur, cree_le, etat, laissees)"
        " select 'longue', id, id, 'regine', ouvre_le, 'essai', 0 from periode_inscription where academie_code = '16'",
    )
    executer(
        portail,
        "insert into ligne_preparation (preparation_id, origine_id, motif, notes)"
        " select 'longue', id, '', 2 from candidature where id like 'candidature-%'",
    )
    regine = portail.navigateur(REGINE)
    page = regine.get("/gestion/redoublants/longue")
    assert next(dd for dd in page.arbre.tous("dd")).texte == "301"
    assert "Les 300 premiers." in page.texte
    assert len(lire(regine, page.lien("(CSV)"))[1:]) == 301
    portail.navigateur(BASILE).get("/gestion/redoublants/longue/export", statut=404)
