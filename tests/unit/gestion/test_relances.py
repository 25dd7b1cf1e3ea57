"""Relancer : les seuls dossiers incomplets, un document qui dit ce qui manque, un seul mail par jour."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.instance import BASILE, HENRI, LUCIE
from tests.unit.client import Navigateur
from tests.unit.gestion.decor import ecrire
from tests.unit.gestion.test_controle import Bureau, actions, bureau, dit, formulaire, juger

__all__ = ["bureau"]


@pytest.fixture
def incomplet(bureau: Bureau) -> Bureau:
    """Le premier dossier attend déjà un courrier ; une pièce du deuxième est non conforme."""
    bureau.prendre(bureau.regine, "NATIDE01", rang=1)
    juger(bureau.regine, statut="non_conforme", motif="illisible")
    return bureau


def mails(bureau: Bureau) -> list[dict[str, str]]:
    return bureau.portail.lignes("SELECT * FROM courriel WHERE nature = 'relancee' ORDER BY destinataire")


def publiees(bureau: Bureau, rang: int, type_: str = "relance_pieces") -> list[tuple[int, bool]]:
    requete = f"SELECT numero, remplace_le FROM document WHERE type = '{type_}' AND candidature_id = :id"  # noqa: S608
    lignes = bureau.portail.lignes(requete + " ORDER BY numero", id=bureau.dossiers[rang])
    return [(ligne["numero"], ligne["remplace_le"] is not None) for ligne in lignes]


def test_la_liste_ne_montre_que_les_dossiers_incomplets(incomplet: Bureau):
    page = incomplet.regine.get("/gestion/relances")
    montres = [a["href"].split("/")[3] for a in page.arbre.tous("a") if "/candidatures/" in a["href"]]
    assert sorted(montres) == sorted(incomplet.dossiers[:2])
    assert "Aucun dossier incomplet" in incomplet.agent(BASILE).get("/gestion/relances").texte
    lucie = incomplet.agent(LUCIE).get("/gestion/relances")
    assert [c for c in lucie.arbre.tous("input") if c["type"] == "checkbox"] == []


def test_relancer_en_nombre_publie_une_relance_et_ecrit_un_mail_a_chacun(incomplet: Bureau):
    incomplet.regine.get("/gestion/relances")
    incomplet.regine.envoyer({"dossier": incomplet.dossiers})
    page = incomplet.regine.suivre()
    assert "2 candidats relancés" in dit(page)
    assert "1 dossier laissé de côté" in dit(page)
    premier, second = mails(incomplet)
    assert "HANMED01" in premier["texte"]
    assert "À envoyer par courrier avant le" in premier["texte"]
    assert "NATIDE01" in second["texte"]
    assert "Non conforme. On n’arrive pas à lire votre document." in second["texte"]
    assert f"/candidatures/{incomplet.dossiers[1]}/pieces" in second["texte"]
    assert "{{" not in premier["html"] + second["html"]
    assert f"/candidatures/{incomplet.dossiers[1]}/documents" in second["texte"]
    for rang in (0, 1):
        assert publiees(incomplet, rang) == [(1, False)]
        assert publiees(incomplet, rang, "demande_pieces") == [(1, False)], "la demande reste celle de l'inscription"
    assert publiees(incomplet, 2) == []
    assert "relancé aujourd’hui" in page.texte


def test_un_seul_mail_par_jour_meme_a_deux_agents(incomplet: Bureau):
    navigateurs = [incomplet.agent(HENRI), incomplet.regine]

    def envoyer(navigateur: Navigateur) -> None:
        champs = {"jeton_csrf": navigateur.jeton, "dossier": incomplet.dossiers}
        navigateur.client.post("/gestion/relances", data=champs, follow_redirects=False)

    incomplet.regine.get("/gestion/relances")
    with ThreadPoolExecutor(2) as fils:
        list(fils.map(envoyer, navigateurs))
    assert len(mails(incomplet)) == 2
    incomplet.portail.horloge.avancer(hours=24)
    demain = incomplet.agent(HENRI)
    demain.get("/gestion/relances")
    envoyer(demain)
    assert len(mails(incomplet)) == 4
    assert publiees(incomplet, 1) == [(1, True), (2, False)]
    assert "2, la dernière le 11/11/2026" in dit(demain.get("/gestion/relances"))


def test_relancer_un_candidat_depuis_son_dossier(incomplet: Bureau):
    adresse = incomplet.adresse("NATIDE01", 1)
    for avis in ("Le candidat est relancé", "Rien n’est parti"):
        incomplet.regine.get(adresse)
        incomplet.regine.envoyer({}, rang=formulaire(incomplet.regine, "relance"))
        assert avis in dit(incomplet.regine.suivre())
    assert len(mails(incomplet)) == 1
    (fait,) = incomplet.portail.lignes("SELECT * FROM evenement WHERE nature = 'relancee'")
    assert (fait["compte_id"], fait["detail"]) == ("regine", "1 pièce attendue")


def test_un_dossier_complet_ne_se_relance_pas(incomplet: Bureau):
    page = incomplet.regine.get(incomplet.adresse("CINSIG01", 2))
    assert "relance" not in {f["action"].rpartition("/")[2] for f in page.formulaires}
    incomplet.regine.post(f"/gestion/candidatures/{incomplet.dossiers[2]}/relance")
    assert mails(incomplet) == []


def test_sans_rien_cocher_rien_ne_part(incomplet: Bureau):
    incomplet.regine.get("/gestion/relances")
    incomplet.regine.envoyer({})
    assert "Aucun dossier coché" in incomplet.regine.suivre().texte
    assert mails(incomplet) == []


def test_une_relance_d_une_autre_academie_ne_part_pas(incomplet: Bureau):
    basile = incomplet.agent(BASILE)
    basile.get("/gestion/relances")
    basile.post("/gestion/relances", {"dossier": incomplet.dossiers})
    assert mails(incomplet) == []


def test_apres_la_fermeture_le_mail_renvoie_au_service(incomplet: Bureau):
    incomplet.portail.horloge.avancer(days=50)
    henri = incomplet.agent(HENRI)
    henri.get("/gestion/relances")
    henri.envoyer({"dossier": incomplet.dossiers})
    (_, mail) = mails(incomplet)
    assert "Le dépôt en ligne est fermé" in mail["texte"]
    assert "cap@toulouse.exemple.fr" in mail["texte"]


def test_le_candidat_lit_dans_ses_documents_ce_que_le_mail_lui_dit(incomplet: Bureau):
    incomplet.regine.get(incomplet.adresse("NATIDE01", 1))
    incomplet.regine.envoyer({}, rang=formulaire(incomplet.regine, "relance"))
    (document,) = incomplet.portail.lignes("SELECT id, donnees FROM document WHERE type = 'relance_pieces'")
    (piece,) = json.loads(document["donnees"])["pieces"]
    (mail,) = mails(incomplet)
    assert piece["code"] == "NATIDE01"
    assert piece["message"].startswith("On n’arrive pas à lire votre document.")
    assert piece["message"] in mail["texte"]
    assert piece["limite"].startswith("2026-1"), "celle du dépôt"


def test_une_piece_deposee_et_pas_envoyee_se_dit(incomplet: Bureau):
    """Le candidat croit avoir fini : il lui manque un clic."""
    ecrire(
        incomplet.portail.donnees,
        "UPDATE piece_demandee SET validee_le = NULL, ouverte_le = NULL WHERE id = :id",
        id=incomplet.piece("CINSIG01", 2),
    )
    incomplet.regine.get(incomplet.adresse("CINSIG01", 2))
    incomplet.regine.envoyer({}, rang=formulaire(incomplet.regine, "relance"))
    (mail,) = mails(incomplet)
    assert "Déposée, mais pas encore envoyée : cliquez sur « J’ai fourni toutes mes pièces »." in dit_texte(mail)


def dit_texte(mail: dict[str, str]) -> str:
    return mail["texte"].replace("\u00a0", " ")


def test_relancer_tous_les_dossiers_se_demande_d_un_bouton(incomplet: Bureau):
    page = incomplet.regine.get("/gestion/relances")
    assert "Relancer tous les dossiers incomplets (2)" in dit(page)
    incomplet.regine.envoyer({}, rang=formulaire(incomplet.regine, "toutes"))
    assert "Relance de tous les dossiers" in dit(incomplet.regine.suivre())
    (demande,) = incomplet.portail.lignes("SELECT agent_id, academies FROM relance_en_nombre")
    assert (demande["agent_id"], json.loads(demande["academies"])) == ("regine", ["16"])
    assert "toutes" not in actions(incomplet.agent(LUCIE).get("/gestion/relances"))


def test_chaque_relance_est_au_registre_sans_rien_dire_de_la_personne(incomplet: Bureau):
    incomplet.regine.get(incomplet.adresse("NATIDE01", 1))
    incomplet.regine.envoyer({}, rang=formulaire(incomplet.regine, "relance"))
    (ligne,) = incomplet.portail.lignes("SELECT * FROM registre WHERE nature = 'relancer'")
    assert (ligne["acteur"], ligne["objet"], ligne["objet_id"]) == ("regine", "candidature", incomplet.dossiers[1])
    assert (ligne["academie_code"], ligne["detail"]) == ("16", "1")
