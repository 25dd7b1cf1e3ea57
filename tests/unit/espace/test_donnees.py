"""« Mes données » : tout ce qui est à Dack, rien de Charlie, aucun secret."""

import json
import re

from sqlalchemy import select

import app.tables  # noqa: F401 — remplit Base.metadata
from app.candidatures.actions import noter
from app.candidatures.consultations import Consultation
from app.espace.donnees import CACHEES, EXCLUES, TITRES
from app.espace.donnees_lisibles import lisible
from app.infra.database import Base
from app.pieces.models import EvenementPiece, GenreEvenement, PieceDemandee
from tests.instance import CHARLIE, DACK, DEBUT, REGINE
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import inscrire

LIENS = {"compte_id", "candidature_id", "version_id", "piece_id"}


def test_chaque_table_qui_tient_a_une_personne_est_exportee_ou_exclue_avec_sa_raison():
    personnelles = {t.name for t in Base.metadata.sorted_tables if LIENS & set(t.columns.keys())} | {"compte"}
    assert personnelles == set(TITRES) | set(EXCLUES)
    assert all(EXCLUES.values())


def test_une_colonne_tue_existe_toujours():
    for table, colonnes in CACHEES.items():
        assert colonnes <= set(Base.metadata.tables[table].columns.keys()), table


def test_dack_emporte_ce_qui_est_a_lui_et_rien_de_charlie(portail: Portail):
    a_dack, a_charlie = portail.commencer(DACK), portail.commencer(CHARLIE)
    lu = portail.connecter(DACK).client.get("/mes-donnees.json")
    assert lu.headers["content-disposition"] == 'attachment; filename="mes-donnees.json"'
    donnees = json.loads(lu.text)
    assert set(donnees) == set(TITRES)
    assert [ligne["id"] for ligne in donnees["candidature"]] == [a_dack]
    assert donnees["candidature"][0]["brouillon"]["voie"] == "15 voie verte"
    assert donnees["candidat"][0]["nom_famille"] == "ACCRALL"
    for secret in (a_charlie, CHARLIE.id, "argon2", "empreinte"):
        assert secret not in lu.text


def test_le_fichier_a_lire_se_suffit(portail: Portail):
    portail.commencer(DACK)
    lu = portail.connecter(DACK).client.get("/mes-donnees.html")
    assert lu.headers["content-disposition"].startswith("attachment")
    assert "15 voie verte" in lu.text
    assert not re.search(r"(src|href|action)=|url\(|@import|<script|<form", lu.text), "rien à suivre, rien à charger"
    assert "default-src 'none'" in lu.headers["content-security-policy"]


def test_le_fichier_a_lire_parle_francais(portail: Portail):
    inscrire(portail)
    lu = portail.navigateur.client.get("/mes-donnees.html").text
    for mots in (
        "<dt>N° candidat</dt><dd>02146028333",
        "<dt>Date de naissance</dt><dd>28/11/2004",
        "<dt>Enregistrée le</dt><dd>10/11/2026 à 14\xa0h\xa002 (heure de Paris)",
        "<dt>Accord pour la presse et les sites privés</dt><dd>non",
        "<dt>Civilité</dt><dd>Monsieur",
        "<dt>EP2A</dt><dd>MGM",
        "<dt>État</dt><dd>Inscrit",
    ):
        assert mots in lu
    for technique in ("compte_id", "T14:02", "cree_le", "None", "dack<"):
        assert technique not in lu


def test_deux_colonnes_d_une_table_ne_se_lisent_jamais_du_meme_mot():
    for table in TITRES:
        noms = [c.name for c in Base.metadata.tables[table].columns if c.name not in CACHEES.get(table, set())]
        montres = [n for n in noms if n != "id" and not n.endswith("_id") and f"{n}_libelle" not in noms]
        assert len(lisible(dict.fromkeys(noms, "x"))) == len(montres), table


def test_la_page_compte_chaque_rubrique(portail: Portail):
    portail.commencer(DACK)
    page = portail.connecter(DACK).get("/mes-donnees")
    assert page.h1 == "Mes données"
    assert page.lien("Télécharger à lire (page web d’un seul fichier)") == "/mes-donnees.html"


def test_l_histoire_dit_les_faits_et_qui_a_consulte(portail: Portail):
    candidature = portail.commencer(DACK)
    page = portail.connecter(DACK).get(f"/candidatures/{candidature}/historique")
    assert "Inscription commencée" in page.texte
    assert "Aucun agent n’a consulté ce dossier." in page.texte

    def consulter(db):
        noter(db, candidature, DACK.id, "enregistree", detail="version 1", maintenant=DEBUT)
        db.add(
            Consultation(
                candidature_id=candidature, par="Gestionnaire, académie de Toulouse", quoi="dossier", survenue_le=DEBUT
            )
        )

    portail.ecrire(consulter)
    page = portail.connecter(DACK).get(f"/candidatures/{candidature}/historique")
    faits = [li.texte for li in page.arbre.tous("li") if "10/11/2026" in li.texte]
    assert ["version 1" in faits[1], "commencée" in faits[2]] == [True, True], "le dernier arrivé d’abord"
    assert "Gestionnaire, académie de Toulouse (dossier)" in page.texte
    assert "Aucun agent" not in page.texte
    portail.connecter(CHARLIE).get(f"/candidatures/{candidature}/historique", statut=404)


def test_ce_que_le_service_a_fait_du_dossier_est_emporte_sans_dire_qui(portail: Portail):
    candidature = portail.commencer(DACK)
    portail.ecrire(lambda db: noter(db, candidature, REGINE.id, "relancee", detail="1 pièce", maintenant=DEBUT))
    lu = portail.connecter(DACK).client.get("/mes-donnees.json")
    natures = [fait["nature"] for fait in json.loads(lu.text)["evenement"]]
    assert natures == ["commencee", "relancee"]
    assert REGINE.id not in lu.text
    a_charlie = portail.connecter(CHARLIE).client.get("/mes-donnees.json")
    assert json.loads(a_charlie.text)["evenement"] == []


def test_l_histoire_dit_aussi_ce_que_deviennent_les_pieces(portail: Portail):
    candidature = inscrire(portail)

    def juger(db):
        piece = db.scalars(select(PieceDemandee).order_by(PieceDemandee.ordre)).first()
        db.add(
            EvenementPiece(
                piece_id=piece.id,
                survenu_le=DEBUT,
                acteur=REGINE.id,
                genre=GenreEvenement.NON_CONFORME,
                detail="La page est floue.",
            )
        )

    portail.ecrire(juger)
    page = portail.connecter(DACK).get(f"/candidatures/{candidature}/historique")
    assert "Pièce justificative : Non conforme" in page.texte.replace("\N{NO-BREAK SPACE}", " ")
    assert "(La page est floue.)" in page.texte
    assert "CASTERA" not in page.texte.upper()
