"""Qui entre où : la table des routes. Une route nouvelle qui n'y est pas fait échouer les tests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import TypeDocument
from app.gestion.publications.models import EtatPublication, Publication
from app.gestion.redoublants.models import Preparation
from app.import_scolaire.models import EtatImpression, FichierPapillons, Impression
from app.infra.database import moteur_synchrone
from app.main import create_app
from app.referentiel.models import ImportanceMessage, MessageAccueil, PeriodeInscription, SessionExamen
from tests.bases import adresse_de, reglages_de
from tests.depart import reponses
from tests.instance import AGENTS, BELLEVUE, CHARLIE, DACK, DEBUT, ETABLISSEMENTS, HorlogeDEssai
from tests.unit.client import Navigateur
from tests.unit.etablissements.fichiers import eleve, en_csv, essayer
from tests.unit.inscription.conftest import Portail, ouvrir

PUBLIQUES = """
GET /statique/{nom} | GET / | GET /periodes | GET /periodes/{fichier} | GET /simulateur | GET /aide | GET /aide/pieces
GET /mentions-legales | GET /accessibilite | GET /sante | HEAD /sante | GET /robots.txt | GET /favicon.ico
GET /metriques
GET /compte/creation | POST /compte/creation | GET /compte/attente | POST /compte/attente/envoi
GET /compte/attente/code | POST /compte/attente/code | GET /compte/attente/adresse | POST /compte/attente/adresse
GET /compte/activation/{jeton} | POST /compte/activation/{jeton} | GET /connexion | POST /connexion
POST /deconnexion | GET /compte/mot-de-passe-oublie | POST /compte/mot-de-passe-oublie
GET /compte/mot-de-passe-oublie/envoye | GET /compte/mot-de-passe/{secret} | POST /compte/mot-de-passe/{secret}
GET /compte/adresse/annulation/{secret} | POST /compte/adresse/annulation/{secret} | GET /compte/adresse/retablie
GET /compte/adresse/confirmation/{secret} | POST /compte/adresse/confirmation/{secret} | GET /compte/supprime
GET /verifier | GET /verifier/{code}
GET /calendrier/{fichier} | GET /connexion/code | POST /connexion/code | GET /gestion/invitation/{secret}
POST /gestion/invitation/{secret}
"""
"""Tout le monde, ou qui porte le secret d'un mail ou d'un abonnement."""

CANDIDAT = """
GET /compte | POST /compte | GET /compte/adresse | POST /compte/adresse | GET /compte/mot-de-passe
POST /compte/mot-de-passe | GET /compte/correction | POST /compte/correction | GET /compte/suppression
POST /compte/suppression | GET /inscriptions | GET /inscriptions/nouvelle | POST /inscriptions/nouvelle
GET /echeances | GET /echeances.ics | POST /echeances/abonnement | POST /echeances/abonnement/suppression
GET /mes-donnees | GET /mes-donnees.json | GET /mes-donnees.html | GET /compte/premiere-connexion
POST /compte/premiere-connexion
"""
"""Toute personne connectée, pour ce qui est à elle."""

PROPRIETAIRE = """
GET /candidatures/{candidature_id} | GET /candidatures/{candidature_id}/onglets/{slug}
POST /candidatures/{candidature_id}/onglets/{slug} | GET /candidatures/{candidature_id}/onglets/recapitulatif
GET /candidatures/{candidature_id}/onglets/numero | POST /candidatures/{candidature_id}/enregistrement
GET /candidatures/{candidature_id}/apercu | GET /candidatures/{candidature_id}/specialites
GET /candidatures/{candidature_id}/reprise | GET /candidatures/{candidature_id}/suppression
POST /candidatures/{candidature_id}/suppression | GET /candidatures/{candidature_id}/documents
GET /candidatures/{candidature_id}/formulaires | GET /candidatures/{candidature_id}/pieces
GET /candidatures/{candidature_id}/versions | GET /candidatures/{candidature_id}/versions/{avant}/{apres}
GET /candidatures/{candidature_id}/abandon | POST /candidatures/{candidature_id}/abandon
GET /candidatures/{candidature_id}/desinscription | POST /candidatures/{candidature_id}/desinscription
GET /documents/{document_id} | GET /documents/{document_id}/page | GET /candidatures/{candidature_id}/historique
POST /candidatures/{candidature_id}/pieces/envoi | POST /candidatures/{candidature_id}/pieces/envoi-annule
GET /pieces/{piece_id}/depot | POST /pieces/{piece_id}/depot | GET /pieces/{piece_id}/retrait
POST /pieces/{piece_id}/retrait
GET /pieces/{piece_id}/fichier | POST /pieces/{piece_id}/envois | POST /envois/{envoi_id}/morceaux
POST /envois/{envoi_id}/fin | POST /envois/{envoi_id}/abandon
"""
"""Le seul candidat à qui elle est ; pour les autres, elle n'existe pas."""


REPRISE = """
GET /connexion/reprise | POST /connexion/reprise/abandon
"""
"""Toute personne connectée, candidat ou agent."""

GESTION = """
GET /gestion | GET /gestion/compte | GET /gestion/compte/mot-de-passe | POST /gestion/compte/mot-de-passe
GET /gestion/compte/telephone | POST /gestion/compte/telephone | GET /gestion/compte/codes | POST /gestion/compte/codes
"""
"""Tout agent, quelle que soit sa fonction."""

LECTURE_PIECES = """
GET /gestion/pieces | GET /gestion/candidatures/{candidature_id}/pieces | GET /gestion/pieces/{piece_id}/apercu/{numero}
GET /gestion/pieces/{piece_id}/fichier | GET /gestion/relances | GET /gestion/pieces/export
GET /gestion/relances/export | GET /gestion/pieces/{piece_id}/depot
"""
"""Gestionnaires et lecteurs, pour les dossiers de leurs académies."""

CANDIDATURES = """
GET /gestion/candidatures | POST /gestion/candidatures | GET /gestion/candidatures/{candidature_id}
GET /gestion/candidatures/{candidature_id}/versions/{avant}/{apres}
GET /gestion/candidatures/{candidature_id}/documents/{document_id} | GET /gestion/candidatures/export
GET /gestion/tableau | POST /gestion/tableau | GET /gestion/tableau/{tableau}/export
"""
"""Gestionnaires et lecteurs, pour les candidatures de leurs académies."""

ACTES_DU_DOSSIER = """
GET /gestion/candidatures/{candidature_id}/ecart | POST /gestion/candidatures/{candidature_id}/ecart
GET /gestion/candidatures/{candidature_id}/retablissement | POST /gestion/candidatures/{candidature_id}/retablissement
POST /gestion/candidatures/{candidature_id}/notes | POST /gestion/candidatures/{candidature_id}/guichet
GET /gestion/guichet | POST /gestion/guichet | GET /gestion/candidatures/{candidature_id}/derogations
POST /gestion/candidatures/{candidature_id}/derogations | GET /gestion/candidatures/{candidature_id}/dispenses
POST /gestion/candidatures/{candidature_id}/dispenses
GET /gestion/candidatures/{candidature_id}/derogations/{derogation_id}/retrait
POST /gestion/candidatures/{candidature_id}/derogations/{derogation_id}/retrait
POST /gestion/candidatures/{candidature_id}/notes/{note_id}/retrait
"""
"""Les seuls gestionnaires, pour les candidatures de leurs académies."""

CONTROLE = """
POST /gestion/pieces/suivante | POST /gestion/candidatures/{candidature_id}/prise
POST /gestion/candidatures/{candidature_id}/rendu | POST /gestion/pieces/{piece_id}/statut
POST /gestion/pieces/{piece_id}/statut-annule | POST /gestion/pieces/{piece_id}/depot
POST /gestion/relances | POST /gestion/relances/toutes | POST /gestion/candidatures/{candidature_id}/relance
"""
"""Les seuls gestionnaires, pour les dossiers de leurs académies."""

LECTURE_SERVICES = """
GET /gestion/services | GET /gestion/services/{periode_id} | GET /gestion/apercu
GET /gestion/services/export | GET /gestion/apercu/export
"""
"""Gestionnaires et lecteurs, pour leurs académies ; l'administrateur, pour toutes."""

SERVICES = """
GET /gestion/services/nouveau | POST /gestion/services/nouveau
GET /gestion/services/{periode_id}/modification | POST /gestion/services/{periode_id}/modification
GET /gestion/services/{periode_id}/prolongation | POST /gestion/services/{periode_id}/prolongation
GET /gestion/services/{periode_id}/fermeture | POST /gestion/services/{periode_id}/fermeture
GET /gestion/services/{periode_id}/specialites | POST /gestion/services/{periode_id}/specialites
GET /gestion/services/{periode_id}/specialites/export | GET /gestion/registre | GET /gestion/registre/export
GET /gestion/messages/export
GET /gestion/messages | GET /gestion/messages/nouveau | POST /gestion/messages/nouveau
GET /gestion/messages/{message_id} | POST /gestion/messages/{message_id} | POST /gestion/messages/{message_id}/retrait
"""
"""Gestionnaires, pour leurs académies ; l'administrateur, pour toutes."""

INSTANCE = """
GET /gestion/agents/export
GET /gestion/sessions | POST /gestion/sessions | GET /gestion/agents | GET /gestion/agents/nouveau
POST /gestion/agents/nouveau | GET /gestion/agents/{agent_id} | POST /gestion/agents/{agent_id}/droits
POST /gestion/agents/{agent_id}/invitation | GET /gestion/agents/{agent_id}/desactivation
POST /gestion/agents/{agent_id}/desactivation | POST /gestion/agents/{agent_id}/reactivation
"""
"""Le seul administrateur."""


GESTION_ETABLISSEMENTS = """
GET /gestion/etablissements | POST /gestion/etablissements | GET /gestion/etablissements/{uai}
GET /gestion/etablissements/export | GET /gestion/etablissements/{uai}/personnes/export
GET /gestion/etablissements/{uai}/eleves/export | GET /gestion/etablissements/doublons/export
POST /gestion/etablissements/{uai}/personnes | POST /gestion/etablissements/{uai}/personnes/{personne_id}/invitation
POST /gestion/etablissements/{uai}/personnes/{personne_id}/retrait
POST /gestion/etablissements/{uai}/eleves/{candidature_id}/compte
"""
"""Les seuls gestionnaires, pour les établissements de leurs académies."""

REDOUBLANTS = """
GET /gestion/redoublants | POST /gestion/redoublants | GET /gestion/redoublants/{preparation_id}
GET /gestion/redoublants/export | GET /gestion/redoublants/{preparation_id}/export
POST /gestion/redoublants/{preparation_id}/confirmation | POST /gestion/redoublants/{preparation_id}/annulation
"""
"""Les seuls gestionnaires, pour leurs académies."""

ETABLISSEMENT = """
GET /etablissement | GET /etablissement/{uai} | GET /etablissement/{uai}/coordonnees
POST /etablissement/{uai}/coordonnees | GET /etablissement/{uai}/import | POST /etablissement/{uai}/import
GET /etablissement/{uai}/modele.xlsx | GET /etablissement/{uai}/imports/{import_id}
GET /etablissement/{uai}/imports/{import_id}/fichier | POST /etablissement/{uai}/imports/{import_id}/confirmation
POST /etablissement/{uai}/imports/{import_id}/annulation | GET /etablissement/{uai}/eleves
POST /etablissement/{uai}/relances | GET /etablissement/{uai}/papillons | POST /etablissement/{uai}/papillons
GET /etablissement/{uai}/impressions/{impression_id} | POST /etablissement/{uai}/impressions/{impression_id}/tout
POST /etablissement/{uai}/impressions/{impression_id}/fichiers/{rang}
POST /etablissement/{uai}/impressions/{impression_id}/fin
"""
"""Les seules personnes de cet établissement. Victor est d'un établissement voisin."""


CORRECTIONS = """
GET /gestion/corrections | GET /gestion/corrections/export
GET /gestion/corrections/{demande_id} | GET /gestion/corrections/{demande_id}/preuve
POST /gestion/corrections/{demande_id}/acceptation | POST /gestion/corrections/{demande_id}/refus
GET /gestion/candidatures/{candidature_id}/identite | POST /gestion/candidatures/{candidature_id}/identite
"""
"""Les seuls gestionnaires, pour les candidats inscrits dans leurs académies."""

PUBLICATIONS = """
GET /gestion/publications | GET /gestion/publications/export | GET /gestion/publications/services/export
"""
"""Gestionnaires et aménagements : à chacun ses documents."""

PUBLICATIONS_DU_GESTIONNAIRE = """
GET /gestion/publications/services/{periode_id}/libres | POST /gestion/publications/services/{periode_id}/libres
GET /gestion/publications/services/{periode_id}/{genre}
GET /gestion/publications/services/{periode_id}/{genre}/modele.csv
POST /gestion/publications/services/{periode_id}/{genre} | GET /gestion/publications/{publication_id}
GET /gestion/publications/{publication_id}/erreurs.csv | GET /gestion/publications/{publication_id}/apercus/{rang}
GET /gestion/publications/{publication_id}/apercus/{rang}/pdf
POST /gestion/publications/{publication_id}/lancement | POST /gestion/publications/{publication_id}/arret
POST /gestion/publications/{publication_id}/oubli | GET /gestion/publications/{publication_id}/documents/export
GET /gestion/publications/{publication_id}/essai/export
"""
"""Celle de la scène est une convocation : la fonction « aménagements » ne la voit pas."""


LECTURE_REFERENTIEL = """
GET /gestion/referentiel | GET /gestion/referentiel/fichiers.zip | GET /gestion/referentiel/editions/{edition_id}
GET /gestion/referentiel/editions/{edition_id}/fichiers.zip | GET /gestion/referentiel/export
GET /gestion/referentiel/editions/{edition_id}/difference/export
GET /gestion/referentiel/editions/{edition_id}/effets/export
"""
"""L'administrateur et les gestionnaires : le référentiel est national."""

REFERENTIEL = """
POST /gestion/referentiel | POST /gestion/referentiel/editions/{edition_id}/publication
POST /gestion/referentiel/editions/{edition_id}/copie | POST /gestion/referentiel/editions/{edition_id}/renoncement
"""
"""Le seul administrateur."""


def routes(table: str) -> list[str]:
    return [route.strip() for ligne in table.strip().splitlines() for route in ligne.split("|")]


GESTIONNAIRES = frozenset({"regine", "henri", "basile"})
TOUS = frozenset(agent.id for agent in AGENTS)
FAMILLES = (
    (GESTION, TOUS),
    (CANDIDATURES, GESTIONNAIRES | {"lucie"}),
    (ACTES_DU_DOSSIER, GESTIONNAIRES),
    (LECTURE_PIECES, GESTIONNAIRES | {"lucie"}),
    (CONTROLE, GESTIONNAIRES),
    (GESTION_ETABLISSEMENTS, GESTIONNAIRES),
    (REDOUBLANTS, GESTIONNAIRES),
    (LECTURE_SERVICES, GESTIONNAIRES | {"lucie", "ada"}),
    (SERVICES, GESTIONNAIRES | {"ada"}),
    (INSTANCE, frozenset({"ada"})),
    (CORRECTIONS, GESTIONNAIRES),
    (PUBLICATIONS, GESTIONNAIRES | {"amine"}),
    (LECTURE_REFERENTIEL, GESTIONNAIRES | {"ada"}),
    (REFERENTIEL, frozenset({"ada"})),
    (PUBLICATIONS_DU_GESTIONNAIRE, GESTIONNAIRES),
)
"""Les routes de la gestion, et les agents à qui leur fonction les ouvre. Basile est d'une autre académie."""
TOUTE_LA_GESTION = [route for table, _ in FAMILLES for route in routes(table)]
ENTRENT = [(route, qui) for table, admis in FAMILLES for route in routes(table) for qui in sorted(admis)]
N_ENTRENT_PAS = [(route, qui) for table, admis in FAMILLES for route in routes(table) for qui in sorted(TOUS - admis)]


def test_chaque_route_est_dans_la_table(tmp_path: Path):
    app = create_app(reglages_de(tmp_path), d_emblee=True)
    declarees = {
        f"{methode} {route.path_format}"
        for route in app.routes
        for methode in getattr(route, "methods", ())
        if methode != "OPTIONS"
    }
    table = [*routes(PUBLIQUES), *routes(REPRISE), *routes(CANDIDAT), *routes(PROPRIETAIRE), *TOUTE_LA_GESTION]
    table += routes(ETABLISSEMENT)
    assert len(table) == len(set(table)), "une route est écrite deux fois"
    assert declarees - set(table) == set(), "routes dont l’accès n’est écrit nulle part"
    assert set(table) - declarees == set(), "routes qui n’existent plus"


@dataclass
class Scene:
    """Dack est inscrit et modifie son dossier ; Charlie est connectée ; quelqu'un passe."""

    dack: Navigateur
    charlie: Navigateur
    anonyme: Navigateur
    agents: dict[str, Navigateur]
    etablissements: dict[str, Navigateur]
    candidature: str
    document: str
    piece: str
    envoi: str
    periode: str
    demande: str
    publication: str
    essai: str
    edition: str

    def chemin(self, route: str, **autres: str) -> str:
        """`autres` : « candidature », « piece »… à la place de celles de la scène."""
        chemin = route.split(" ")[1]
        valeurs = {
            "candidature_id": self.candidature,
            "document_id": self.document,
            "piece_id": self.piece,
            "envoi_id": self.envoi,
            "periode_id": self.periode,
            "demande_id": self.demande,
            "publication_id": self.publication,
            "edition_id": self.edition,
            "genre": "convocations",
            "tableau": "jours",
            "rang": "1",
            "agent_id": "ada",
            "message_id": "message-de-toulouse",
            "slug": "identification",
            "numero": "1",
            "uai": BELLEVUE,
            "preparation_id": "preparation",
            "import_id": self.essai,
            "impression_id": "impression",
            "personne_id": "colette",
            "note_id": "zzzzzzzzzzzzzz",
            "derogation_id": "zzzzzzzzzzzzzz",
            "avant": "1",
            "apres": "1",
        } | {f"{nom}_id": valeur for nom, valeur in autres.items()}
        for nom, valeur in valeurs.items():
            chemin = chemin.replace(f"{{{nom}}}", valeur)
        assert "{" not in chemin, f"paramètre inconnu de ce test : {chemin}"
        return chemin


@pytest.fixture(scope="module")
def scene(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    for portail in ouvrir(modele, tmp_path_factory.mktemp("acces") / "donnees", HorlogeDEssai()):
        yield monter(portail)


def monter(portail: Portail) -> Scene:
    dack, charlie, anonyme = (portail.navigateur(qui) for qui in (DACK, CHARLIE, None))
    portail.poser(reponses("recapitulatif"))
    dack.get(f"{portail.adresse}/onglets/recapitulatif")
    dack.envoyer(bouton="Enregistrer")
    charlie.get("/inscriptions")
    anonyme.get("/connexion")
    document = portail.lignes("SELECT id FROM document WHERE type = 'CONFIRMATION' OR type = 'confirmation'")[0]["id"]
    piece = portail.lignes("SELECT id FROM piece_demandee WHERE mode = 'en_ligne' ORDER BY ordre")[0]["id"]
    annonce = {"nom": "piece.pdf", "octets": "1000", "photos": "1", "empreinte": "0" * 64}
    envoi = dack.post(f"/pieces/{piece}/envois", annonce, statut=200).reponse.json()["envoi"]
    periode = un_autre_service(portail)
    preuve = {"preuve": ("acte.pdf", b"%PDF-1.7", "application/pdf")}
    demandee = {"champ": "nom_famille", "souhaitee": "ACCRALLE", "explication": "Il manque le E."}
    dack.post("/compte/correction", demandee, fichiers=preuve)
    demande = portail.lignes("SELECT id FROM demande_correction")[0]["id"]
    agents = {agent.id: portail.navigateur(agent) for agent in AGENTS}
    for navigateur in agents.values():
        navigateur.get("/gestion")
    etablissements = {qui.id: portail.navigateur(qui) for qui in ETABLISSEMENTS}
    for qui in ETABLISSEMENTS:
        etablissements[qui.id].get(f"/etablissement/{qui.etablissements[0]}/coordonnees")
    publication = poser_une_publication(portail, periode)
    essayer(etablissements["berthe"], en_csv([eleve()]))
    essai = portail.lignes("SELECT id FROM import_eleves")[0]["id"]
    return Scene(
        dack,
        charlie,
        anonyme,
        agents,
        etablissements,
        portail.candidature,
        document,
        piece,
        envoi,
        periode,
        demande,
        publication,
        essai,
        portail.lignes("SELECT id FROM edition_referentiel")[0]["id"],
    )


def un_autre_service(portail: Portail) -> str:
    """De Toulouse, à une session d'après : ces tests le ferment sans toucher à celui où Dack s'inscrit. Un message."""
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with Session(moteur) as db, db.begin():
        db.add(SessionExamen(id="cap-2028-06", examen="CAP", domaine="examens", libelle="Juin", annee=2028, mois=6))
        db.flush()
        toulouse = db.scalars(select(PeriodeInscription).where(PeriodeInscription.academie_code == "16")).one()
        colonnes = {c.key: getattr(toulouse, c.key) for c in PeriodeInscription.__table__.columns}
        db.add(
            MessageAccueil(
                id="message-de-toulouse",
                titre="T",
                texte="T",
                academie_code="16",
                debute_le=DEBUT,
                finit_le=DEBUT + timedelta(days=9),
                importance=ImportanceMessage.INFORMATION,
            )
        )
        db.add(PeriodeInscription(**colonnes | {"id": "toulouse-2028", "session_examen_id": "cap-2028-06"}))
    moteur.dispose()
    return "toulouse-2028"


def poser_une_publication(portail: Portail, periode: str) -> str:
    """Une convocation de Toulouse, déjà publiée."""
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with Session(moteur) as db, db.begin():
        publication = Publication(
            id="publicationdelascene",
            type=TypeDocument.CONVOCATION,
            titre="",
            periode_id=periode,
            etat=EtatPublication.FINIE,
            nom_fichier="juin.csv",
            empreinte="",
            cree_par="regine",
            cree_le=DEBUT,
            finie_le=DEBUT,
        )
        db.add(publication)
        db.add(Preparation(id="preparation", origine_id=periode, cible_id=periode, auteur="regine", cree_le=DEBUT))
        impression = Impression(id="impression", uai=BELLEVUE, auteur="berthe", cree_le=DEBUT)
        impression.etat, impression.prete_le = EtatImpression.PRETE, DEBUT
        db.add(impression)
        db.flush()
        db.add(FichierPapillons(impression_id="impression", rang=1, division="DIV1", eleves={}))
    moteur.dispose()
    return "publicationdelascene"


def demander(navigateur: Navigateur, route: str, chemin: str) -> tuple[int, str]:
    """(statut, où mène la redirection)"""
    donnees = {"jeton_csrf": navigateur.jeton} if route.startswith("POST") else None
    reponse = navigateur.client.request(
        route.split(" ")[0], chemin, data=donnees, headers={"Accept-Encoding": "gzip"}, follow_redirects=False
    )
    return reponse.status_code, reponse.headers.get("location", "")


@pytest.mark.parametrize(
    "route",
    [*routes(REPRISE), *routes(CANDIDAT), *routes(PROPRIETAIRE), *TOUTE_LA_GESTION, *routes(ETABLISSEMENT)],
)
def test_un_anonyme_est_mene_a_la_connexion(scene: Scene, route: str):
    statut, vers = demander(scene.anonyme, route, scene.chemin(route))
    assert (statut, vers.partition("?")[0]) == (303, "/connexion")


@pytest.mark.parametrize("route", routes(PROPRIETAIRE))
def test_ce_qui_est_a_dack_n_existe_pas_pour_charlie(scene: Scene, route: str):
    absent = scene.chemin(route, **dict.fromkeys(("candidature", "document", "piece", "envoi"), "zzzzzzzzzzzzzz"))
    assert demander(scene.charlie, route, scene.chemin(route)) == (404, "")
    assert demander(scene.charlie, route, absent) == (404, "")


@pytest.mark.parametrize("route", [r for r in routes(PROPRIETAIRE) if r.startswith("GET")])
def test_le_404_de_charlie_est_mot_pour_mot_celui_d_une_adresse_inventee(scene: Scene, route: str):
    inventee = scene.chemin(route, candidature="zzzzzzzzzzzzzz", document="zzzzzzzzzzzzzz", piece="zzzzzzzzzzzzzz")
    etrangere = scene.charlie.get(scene.chemin(route), statut=404)
    absente = scene.charlie.get(inventee, statut=404)
    assert sans_repere(etrangere.element("contenu").texte) == sans_repere(absente.element("contenu").texte)


def sans_repere(texte: str) -> str:
    """Le repère à dicter au téléphone est tiré au hasard à chaque refus."""
    return re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "", texte)


@pytest.mark.parametrize("route", [r for r in [*routes(CANDIDAT), *routes(PROPRIETAIRE)] if r.startswith("GET")])
def test_dack_entre_chez_lui(scene: Scene, route: str):
    if route in RESERVEES_AU_BROUILLON | SANS_FICHIER:
        assert demander(scene.dack, route, scene.chemin(route))[0] == 404
    else:
        statut, vers = demander(scene.dack, route, scene.chemin(route))
        assert statut in (200, 303)
        assert not vers.startswith("/connexion")


RESERVEES_AU_BROUILLON = {"GET /candidatures/{candidature_id}/suppression"}
SANS_FICHIER_VISIBLE = {r for r in routes(LECTURE_PIECES) if "apercu" in r or "fichier" in r}
"""Dack n'a rien déposé : il n'y a rien à montrer."""
UNE_SEULE_FOIS = {
    "POST /gestion/etablissements/{uai}/personnes/{personne_id}/retrait",
    "POST /gestion/etablissements/{uai}/eleves/{candidature_id}/compte",
}
"""Le premier agent de la liste l'a fait, ou aucun élève n'est parti : il n'y a plus rien à faire."""
SANS_FICHIER_VISIBLE |= {r for r in routes(PUBLICATIONS_DU_GESTIONNAIRE) if "apercus" in r or "erreurs.csv" in r}
"""La publication de la scène a paru : son fichier est effacé, ses documents sont chez les candidats."""
SANS_FICHIER_VISIBLE |= {r for r in routes(ACTES_DU_DOSSIER) if "{note_id}" in r or "{derogation_id}" in r}
"""Une note ne se retire que par son auteur, et ce dossier n'en a aucune ; aucune dérogation non plus."""
SANS_ACADEMIE: set[str] = {*routes(LECTURE_REFERENTIEL), *routes(REFERENTIEL)}
"""Ce qui ne se borne pas à une académie : l'instance entière."""
SANS_ACADEMIE.add("GET /gestion/tableau/{tableau}/export")
"""Son paramètre nomme un tableau : chacun a celui de ses académies."""
SANS_FICHIER = {"GET /pieces/{piece_id}/fichier"}


@pytest.mark.parametrize("route", [r for r in [*routes(CANDIDAT), *routes(PROPRIETAIRE)] if r.startswith("POST")])
def test_un_envoi_sans_jeton_est_refuse_meme_a_dack(scene: Scene, route: str):
    reponse = scene.dack.client.post(scene.chemin(route), data={"jeton_csrf": "faux"}, follow_redirects=False)
    assert reponse.status_code == 403


@pytest.mark.parametrize("route", [*routes(CANDIDAT), *routes(PROPRIETAIRE)])
def test_l_espace_du_candidat_n_existe_pas_pour_un_agent(scene: Scene, route: str):
    for navigateur in (*scene.agents.values(), *scene.etablissements.values()):
        assert demander(navigateur, route, scene.chemin(route)) == (404, "")


@pytest.mark.parametrize("route", TOUTE_LA_GESTION)
def test_la_gestion_n_existe_pas_pour_un_candidat_ni_un_etablissement(scene: Scene, route: str):
    for navigateur in (scene.dack, *scene.etablissements.values()):
        assert demander(navigateur, route, scene.chemin(route)) == (404, "")


@pytest.mark.parametrize(("route", "qui"), N_ENTRENT_PAS)
def test_ce_qui_n_est_pas_de_sa_fonction_n_existe_pas(scene: Scene, route: str, qui: str):
    assert demander(scene.agents[qui], route, scene.chemin(route)) == (404, "")


@pytest.mark.parametrize("route", [r for r in TOUTE_LA_GESTION if "{" in r and r not in SANS_ACADEMIE])
def test_ce_qui_est_d_une_autre_academie_n_existe_pas(scene: Scene, route: str):
    """Basile est gestionnaire, mais d'ailleurs : même réponse que pour une adresse inventée."""
    inconnus = ("candidature", "document", "piece", "demande", "periode", "publication")
    absent = scene.chemin(route, **dict.fromkeys(inconnus, "zzzzzzzzzzzzzz"))
    assert demander(scene.agents["basile"], route, scene.chemin(route)) == (404, "")
    assert demander(scene.agents["basile"], route, absent) == (404, "")


@pytest.mark.parametrize(("route", "qui"), [(r, q) for r, q in ENTRENT if q != "basile" or "{" not in r])
def test_chacun_entre_ou_sa_fonction_l_ouvre(scene: Scene, route: str, qui: str):
    statut, vers = demander(scene.agents[qui], route, scene.chemin(route))
    if statut == 404 and route in UNE_SEULE_FOIS:
        return
    assert statut in ((404,) if route in SANS_FICHIER_VISIBLE else (200, 303) if "GET" in route else (200, 303, 422))
    assert not vers.startswith("/connexion")


@pytest.mark.parametrize("route", [r for r in TOUTE_LA_GESTION if r.startswith("POST")])
def test_un_envoi_de_la_gestion_sans_jeton_est_refuse(scene: Scene, route: str):
    admis = next(qui for r, qui in ENTRENT if r == route and qui != "basile")
    reponse = scene.agents[admis].client.post(scene.chemin(route), data={"jeton_csrf": "faux"}, follow_redirects=False)
    assert reponse.status_code == 403


@pytest.mark.parametrize("route", routes(ETABLISSEMENT))
def test_un_etablissement_n_existe_que_pour_les_siens(scene: Scene, route: str):
    statut, vers = demander(scene.etablissements["berthe"], route, scene.chemin(route))
    assert statut in (200, 303, 422)
    assert not vers.startswith("/connexion")
    autres = [scene.dack, *scene.agents.values()]
    if "{uai}" in route:
        autres.append(scene.etablissements["victor"])
    for navigateur in autres:
        assert demander(navigateur, route, scene.chemin(route)) == (404, "")


@pytest.mark.parametrize("route", [r for r in routes(ETABLISSEMENT) if r.startswith("POST")])
def test_un_envoi_d_etablissement_sans_jeton_est_refuse(scene: Scene, route: str):
    berthe = scene.etablissements["berthe"]
    reponse = berthe.client.post(scene.chemin(route), data={"jeton_csrf": "faux"}, follow_redirects=False)
    assert reponse.status_code == 403
