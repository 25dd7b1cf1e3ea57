"""La liste des candidatures : qui s'y trouve, comment on le cherche, et ce que l'adresse ne dit pas."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Candidat
from app.gestion.candidatures.criteres import Criteres, comprendre
from app.gestion.candidatures.portee import services_a_portee
from app.gestion.candidatures.recherche import PAR_PAGE, combien, ids_de_la_page
from app.infra.database import moteur_synchrone
from tests.bases import adresse_de
from tests.depart import reponses
from tests.instance import AMINE, BASILE, BELLEVUE, DACK, HENRI, LUCIE, REGINE
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.personnel import brouillons, ecrire, inscrire
from tests.unit.inscription.conftest import Portail

LISTE = "/gestion/candidatures"
AUTRE_SPECIALITE = "50022139"


@pytest.fixture
def regine(portail: Portail) -> Navigateur:
    return portail.navigateur(REGINE)


def noms(page: Page) -> list[str]:
    lignes = [e for e in page.arbre.tous("tr") if list(e.tous("td"))]
    return [next(ligne.tous("a")).texte for ligne in lignes]


def chercher(navigateur: Navigateur, texte: str, **filtres: str) -> Page:
    navigateur.get(LISTE)
    navigateur.envoyer({"q": texte} | filtres)
    return navigateur.suivre()


def test_par_nom_sans_accents_chacun_dans_son_academie(portail: Portail, regine: Navigateur):
    for nom, prenoms in (("ZAÏDI", "Sélim"), ("ÉTCHEVERRY", "Maïténa"), ("ŒSTERLÉ", "Noémie"), ("ACCAME", "Zoé")):
        inscrire(portail, nom, prenoms)
    inscrire(portail, "AILLEURS", "Zoé", academie="24", est_enregistree=False)
    page = regine.get(LISTE)
    assert noms(page) == ["ACCAME Zoé", "ÉTCHEVERRY Maïténa", "ŒSTERLÉ Noémie", "ZAÏDI Sélim"]
    assert "4 candidatures" in page.texte
    assert "De ACCAME Zoé à ZAÏDI Sélim" in page.texte
    assert noms(portail.navigateur(BASILE).get(LISTE)) == ["AILLEURS Zoé"]
    assert noms(portail.navigateur(HENRI).get(LISTE))[:2] == ["ACCAME Zoé", "AILLEURS Zoé"]
    assert noms(portail.navigateur(HENRI).get(f"{LISTE}?academie=24")) == ["AILLEURS Zoé"]
    assert noms(portail.navigateur(LUCIE).get(LISTE)) == noms(page)
    portail.navigateur(AMINE).get(LISTE, statut=404)


@pytest.mark.parametrize(
    ("tape", "trouves"),
    [
        ("etcheverry", ["ÉTCHEVERRY Maïténa"]),
        ("Étch", ["ÉTCHEVERRY Maïténa"]),
        ("maitena etcheverry", ["ÉTCHEVERRY Maïténa"]),
        ("ngoma", ["MBEMBA-N’GOMA Jean-Pierre"]),
        ("n'goma", ["MBEMBA-N’GOMA Jean-Pierre"]),
        ("mbemba", ["MBEMBA-N’GOMA Jean-Pierre"]),
        ("jeanpierre", ["MBEMBA-N’GOMA Jean-Pierre"]),
        ("JEAN PIERRE", ["MBEMBA-N’GOMA Jean-Pierre"]),
        ("leguennec", ["LE GUENNEC Yaël"]),
        ("guennec", ["LE GUENNEC Yaël"]),
        ("oesterle", ["LE GUENNEC Yaël"]),
        ("martin", ["MARTIN Paul", "MARTINEZ-MARTIN Ana", "AAA Martine"]),
        ("martin ana", ["MARTINEZ-MARTIN Ana"]),
        ("dupont", []),
    ],
)
def test_le_nom_se_cherche_sans_accents_ni_traits_d_union(portail_partage: Portail, tape: str, trouves: list[str]):
    if not portail_partage.lignes("SELECT id FROM candidature"):
        inscrire(portail_partage, "ÉTCHEVERRY", "Maïténa", est_enregistree=False)
        inscrire(portail_partage, "MBEMBA-N’GOMA", "Jean-Pierre", est_enregistree=False)
        inscrire(portail_partage, "LE GUENNEC", "Yaël", usage="ŒSTERLÉ", est_enregistree=False)
        for nom, prenoms in (("MARTIN", "Paul"), ("MARTINEZ-MARTIN", "Ana"), ("AAA", "Martine")):
            inscrire(portail_partage, nom, prenoms, est_enregistree=False)
    page = chercher(portail_partage.navigateur(REGINE), tape)
    assert sorted(noms(page)) == sorted(trouves)
    if tape == "martin":
        assert noms(page) == ["MARTIN Paul", "MARTINEZ-MARTIN Ana", "AAA Martine"], "le mot exact d’abord"


def test_ce_qui_est_cherche_n_est_ni_dans_l_adresse_ni_a_un_autre(portail: Portail, regine: Navigateur):
    inscrire(portail, "ACCRALL", "Dora")
    page = chercher(regine, "accrall", etat="inscrit")
    assert noms(page) == ["ACCRALL Dora"]
    adresse = page.reponse.url
    assert "accrall" not in str(adresse).lower()
    lus = parse_qs(urlsplit(str(adresse)).query)
    assert lus["etat"] == ["inscrit"]
    assert page.element("q")["value"] == "accrall"
    autre = portail.navigateur(LUCIE).get(f"{adresse.path}?{adresse.query.decode()}")
    assert "Cette recherche n’est plus gardée" in autre.texte
    assert "accrall" not in autre.element("q")["value"]
    portail.horloge.avancer(hours=13)
    assert "Cette recherche n’est plus gardée" in portail.navigateur(REGINE).get(adresse.raw_path.decode()).texte


def test_un_numero_une_adresse_mail(portail: Portail, regine: Navigateur):
    inscrire(portail, "AUTRE", "Zoé")
    id_ = inscrire(portail, "ACCRALL", "Dora")
    (qui,) = portail.lignes(
        "SELECT numero_candidat, courriel FROM candidat JOIN compte ON compte.id = compte_id WHERE prenoms = 'Dora'"
    )
    numero = qui["numero_candidat"]
    for tape in (numero, f"{numero}-001", f"{numero} 001", f" {numero[:3]} {numero[3:]} ", qui["courriel"].upper()):
        assert chercher(regine, tape).lien("ACCRALL Dora") == f"{LISTE}/{id_}"
    assert noms(chercher(regine, f"{numero}-002")) == []
    page = chercher(regine, "0214")
    assert "Rien à chercher dans" in page.texte


def test_les_filtres_se_combinent_et_restent_dans_l_adresse(portail: Portail, regine: Navigateur):
    inscrire(portail, "AAA", "Zoé")
    inscrire(portail, "BBB", "Zoé", est_enregistree=False)
    inscrire(portail, "CCC", "Zoé", est_enregistree=False, specialite=AUTRE_SPECIALITE, etablissement="CNED")
    assert noms(regine.get(f"{LISTE}?etat=brouillon")) == ["BBB Zoé", "CCC Zoé"]
    assert noms(regine.get(f"{LISTE}?specialite={AUTRE_SPECIALITE}")) == ["CCC Zoé"]
    assert noms(regine.get(f"{LISTE}?etat=inscrit&specialite={AUTRE_SPECIALITE}")) == []
    assert noms(regine.get(f"{LISTE}?etablissement=INDIV-16&etat=inscrit")) == ["AAA Zoé"]
    page = regine.get(f"{LISTE}?etat=desinscrit")
    assert "Aucune candidature ne répond" in page.texte
    reponse = regine.envoyer({"specialite": AUTRE_SPECIALITE, "etat": "brouillon"})
    assert f"specialite={AUTRE_SPECIALITE}" in reponse.adresse
    assert "etat=brouillon" in reponse.adresse
    assert noms(chercher(regine, "zoe", etat="brouillon", specialite=AUTRE_SPECIALITE)) == ["CCC Zoé"]


def test_les_pages_se_suivent_sans_trou_ni_double(portail: Portail, regine: Navigateur):
    attendus = [f"NOM{rang:03} Zoé" for rang in range(2 * PAR_PAGE + 5)]
    brouillons(portail, [nom.split()[0] for nom in reversed(attendus)])
    for depart in ("", "zoe"):
        page = chercher(regine, depart)
        vus = noms(page)
        assert (f"{len(attendus)} candidatures" if not depart else "Plus de 100 candidatures") in page.texte
        while any("Suivantes" in a.texte for a in page.arbre.tous("a")):
            page = regine.get(page.lien("Suivantes"))
            vus += noms(page)
        assert vus == attendus
        page = regine.get(page.lien("Précédentes"))
        assert noms(page) == attendus[PAR_PAGE : 2 * PAR_PAGE]
        assert "De NOM050 Zoé à NOM099 Zoé" in page.texte
        assert noms(regine.get(page.lien("Début"))) == attendus[:PAR_PAGE]


def test_une_modification_en_cours_ne_change_pas_la_liste(portail: Portail, regine: Navigateur):
    portail.poser(reponses("recapitulatif"))
    dack = portail.navigateur()
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")

    def changer(db: Session, *_: object) -> None:
        ligne = db.scalars(select(Candidature)).one()
        ligne.brouillon = ligne.brouillon | {"specialite": AUTRE_SPECIALITE}

    ecrire(portail, changer)
    assert noms(regine.get(f"{LISTE}?specialite=50024127")) == ["ACCRALL Dack"]
    assert noms(regine.get(f"{LISTE}?specialite={AUTRE_SPECIALITE}")) == []

    def enregistrer(db: Session, *_: object) -> None:
        db.scalars(select(Candidature)).one().version += 1

    ecrire(portail, enregistrer)
    assert noms(regine.get(f"{LISTE}?specialite={AUTRE_SPECIALITE}")) == ["ACCRALL Dack"]


def test_un_candidat_renomme_se_retrouve_a_son_nouveau_nom(portail: Portail, regine: Navigateur):
    brouillons(portail, ["ANCIEN", "BBB"])

    def renommer(db: Session, *_: object) -> None:
        db.scalars(select(Candidat).where(Candidat.nom_famille == "ANCIEN")).one().nom_famille = "ZÉBU"

    ecrire(portail, renommer)
    assert noms(regine.get(LISTE)) == ["BBB Zoé", "ZÉBU Zoé"]
    assert noms(chercher(regine, "zebu")) == ["ZÉBU Zoé"]
    assert noms(chercher(regine, "ancien")) == []


@pytest.mark.parametrize("tape", ["%", "' OR 1=1 --", "<script>", "\x00", "٠٢١٤", "9" * 99, "\ud800", "…", "@"])
def test_une_recherche_hostile_ne_trouve_rien(portail_partage: Portail, tape: str):
    navigateur = portail_partage.navigateur(REGINE)
    navigateur.get(LISTE)
    reponse = navigateur.client.post(
        LISTE,
        content=f"jeton_csrf={navigateur.jeton}&q=".encode() + tape.encode("utf-8", "surrogatepass"),
        headers={"content-type": "application/x-www-form-urlencoded", "Accept-Encoding": "gzip"},
        follow_redirects=False,
    )
    assert reponse.status_code in (303, 400)
    if reponse.status_code == 303:
        navigateur.get(reponse.headers["location"])


@pytest.mark.parametrize(
    "question", ["session=9", "etat=x", "specialite=%00", "apres=zz&avant=yy", "recherche=zz", "academie=24"]
)
def test_une_adresse_abimee_montre_la_liste(portail_partage: Portail, question: str):
    assert portail_partage.navigateur(REGINE).get(f"{LISTE}?{question}").h1 == "Candidatures"


def test_un_etablissement_qui_inscrit_ses_eleves_se_lit_par_son_nom(portail: Portail):
    inscrire(portail, "ELEVE", "Zoé", est_enregistree=False, etablissement=BELLEVUE)
    regine = portail.navigateur(REGINE)
    page = regine.get(LISTE)
    assert "LYC BELLEVUE-TOULOUSE" in page.element("contenu").texte
    assert "1 candidature" in regine.get(f"{LISTE}?etablissement={BELLEVUE}").texte.replace("\xa0", " ")


@pytest.mark.sqlite("le plan de ses requêtes")
@pytest.mark.parametrize("texte", [DACK.numero_candidat, DACK.courriel])
def test_un_numero_ou_une_adresse_mail_se_lit_par_le_compte_et_jamais_dans_tout_le_service(
    portail: Portail, texte: str
):
    """Trois secondes à cent mille candidatures, quand la base partait de celles du service."""
    portail.poser(reponses("identification"))
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with Session(moteur) as db:
        demande = Criteres(services_a_portee(db, ("16",)), cherche=comprendre(texte))
        requetes: list[tuple[str, Any]] = []
        event.listen(moteur, "before_cursor_execute", lambda *passage: requetes.append((passage[2], passage[3])))
        assert ids_de_la_page(db, demande) == ((portail.candidature,), "", "")
        assert combien(db, demande) == 1
        lues = [requete for requete in requetes if "candidature" in requete[0]]
        plans = [
            " ; ".join(ligne[3] for ligne in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", valeurs))
            for sql, valeurs in lues
        ]
    moteur.dispose()
    assert len(plans) == 2
    assert [plan for plan in plans if "candidature_compte_id (compte_id=?)" not in plan] == []
