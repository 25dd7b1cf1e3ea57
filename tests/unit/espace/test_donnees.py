"""« Mes données » : tout ce qui est à Dack, rien de Charlie, aucun secret."""

import json
import re

import app.tables  # noqa: F401 — remplit Base.metadata
from app.candidatures.actions import noter
from app.candidatures.consultations import Consultation
from app.espace.donnees import CACHEES, EXCLUES, TITRES
from app.infra.database import Base
from tests.instance import CHARLIE, DACK, DEBUT
from tests.unit.espace.conftest import Portail

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
    assert "Inscription enregistrée : version 1" in page.texte.replace("\N{NO-BREAK SPACE}", " ")
    assert "Gestionnaire, académie de Toulouse (dossier)" in page.texte
    assert "Aucun agent" not in page.texte
    portail.connecter(CHARLIE).get(f"/candidatures/{candidature}/historique", statut=404)
