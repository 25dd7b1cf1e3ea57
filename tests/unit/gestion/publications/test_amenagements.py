"""Notifier des aménagements : la seule fonction « aménagements », et rien de lisible dans la base."""

from tests.instance import AMINE
from tests.unit.gestion.publications.conftest import Service, dit, erreurs


def lignes(service: Service) -> list[dict[str, str]]:
    """Le premier dossier a demandé des aménagements : le modèle ne cite que lui."""
    (ligne,) = service.modele("amenagements", service.agent(AMINE))
    return [
        ligne | {"Mesure": "Un tiers de temps en plus", "Décision": "Accordé"},
        ligne | {"Épreuve": "EG4", "Mesure": "Secrétaire", "Décision": "REFUSÉ", "Motif": "Incompatible."},
    ]


def test_la_notification_est_lue_par_le_candidat_et_scellee_dans_la_base(service: Service):
    amine = service.agent(AMINE)
    page = service.essayer("amenagements", lignes(service), navigateur=amine, decidee_le="01/03/2027")
    assert "1 document est prêt" in dit(page)
    apercu = amine.get(page.lien("Document 1"))
    assert "Un tiers de temps en plus" in apercu.texte
    amine.get(page.lien("Document 1").removesuffix("/apercus/1"))
    service.publier(amine)
    (document,) = service.documents("amenagements")
    assert "tiers" not in document["donnees"]
    jumeau = service.candidat(0).get(f"/documents/{document['id']}/page")
    for attendu in ("Un tiers de temps en plus", "Accordé", "Refusé", "Motif : Incompatible.", "lundi 1er mars 2027"):
        assert attendu in dit(jumeau)
    assert service.candidat(0).get(f"/documents/{document['id']}").reponse.content.startswith(b"%PDF-")
    assert service.portail.lignes("SELECT donnees FROM ligne_publication") == [{"donnees": None}]


def test_republier_la_meme_decision_ne_double_rien(service: Service):
    amine = service.agent(AMINE)
    for _ in range(2):
        service.essayer("amenagements", lignes(service), navigateur=amine, decidee_le="01/03/2027")
        page = service.publier(amine)
    assert "0 document publié" in dit(page)
    assert len(service.documents("amenagements")) == 1


def test_un_gestionnaire_ne_voit_ni_l_ecran_ni_la_publication(service: Service):
    amine = service.agent(AMINE)
    page = service.essayer("amenagements", lignes(service), navigateur=amine, decidee_le="01/03/2027")
    essai = page.lien("Document 1").removesuffix("/apercus/1")
    service.regine.get(service.adresse("amenagements"), statut=404)
    service.regine.get(essai, statut=404)
    assert "aménagements" not in service.regine.get("/gestion/publications").texte
    assert "Convocations" not in amine.get("/gestion/publications").texte


def test_un_refus_dit_son_motif(service: Service):
    fautives = lignes(service)
    fautives[1]["Motif"] = ""
    fautives[0]["Décision"] = "peut-être"
    page = service.essayer("amenagements", fautives, navigateur=service.agent(AMINE), decidee_le="01/03/2027")
    assert [erreur[1:] for erreur in erreurs(page)] == [
        ["Décision", "peut-être", "ACCORDÉ ou REFUSÉ"],
        ["Motif", "vide", "le motif du refus"],
    ]


def test_un_gestionnaire_voit_qu_elle_existe_et_ne_l_ouvre_pas(service: Service):
    amine = service.agent(AMINE)
    service.essayer("amenagements", lignes(service), navigateur=amine, decidee_le="01/03/2027")
    service.publier(amine)
    (document,) = service.documents("amenagements")
    dossier = f"/gestion/candidatures/{service.dossiers[0]}"
    page = service.regine.get(dossier)
    assert "Notification d’aménagements d’épreuves, version 01" in dit(page)
    assert document["id"] not in page.html, "rien n’y mène"
    service.regine.get(f"{dossier}/documents/{document['id']}", statut=404)
    assert "tiers de temps" not in service.regine.page.html  # type: ignore[union-attr]


def test_son_accueil_mene_a_ce_que_sa_fonction_prepare(service: Service):
    amine = service.agent(AMINE)
    assert amine.get("/gestion").lien("Publier des notifications") == "/gestion/publications"
