"""Se désinscrire : tant que le service est ouvert, une seule fois, et par le seul candidat individuel."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.candidatures.desinscription import desinscrire
from app.candidatures.models import VersionCandidature
from app.comptes.valeurs import Message
from app.infra.database import Database
from app.referentiel.reglements import reglement_de, version_active
from tests.bases import adresse_de
from tests.instance import DACK, REGINE, lignes
from tests.unit.espace.conftest import Portail
from tests.unit.espace.gestes import brouillon, changer, enregistrer, fermer_le, inscrire, une

SECONDE = timedelta(seconds=1)
CLOTURES = [
    pytest.param(datetime(2026, 11, 30, 17, 0, tzinfo=UTC), id="18 h un jour ordinaire"),
    pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="2 h 30 d'été, le jour où l'heure recule"),
    pytest.param(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), id="2 h 30 d'hiver, le même jour"),
    pytest.param(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), id="3 h, l'instant où l'heure avance"),
    pytest.param(datetime(2027, 3, 28, 22, 0, tzinfo=UTC), id="minuit, le soir du jour de 23 heures"),
]


def etat(portail: Portail, candidature: str) -> str:
    return str(une(portail, "select etat from candidature where id = :id", id=candidature)["etat"]).lower()


def test_dack_se_desinscrit(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    page = nav.get(f"/candidatures/{candidature}/desinscription")
    assert page.h1 == "Vous êtes sur le point de vous désinscrire"
    assert "Attention\u00a0: vous vous apprêtez à vous désinscrire." in page.texte
    assert "En cas d’erreur de désinscription, vous devrez procéder à une réinscription" in page.texte
    assert "Etes-vous certain(e) de vouloir poursuivre cette action\u00a0?" in page.texte
    assert [e.texte for e in page.formulaires[0].tous("a", "button")] == ["Garder mon inscription", "Me désinscrire"]
    assert etat(portail, candidature) == "inscrit", "lire la page ne désinscrit pas"

    nav.envoyer(bouton="Me désinscrire")
    assert nav.suivre().h1 == "Vous êtes désinscrit(e)"
    assert etat(portail, candidature) == "desinscrit"
    assert "Arts de la broderie" not in nav.get("/inscriptions").texte
    assert "ils ne valent plus" in nav.get(f"/candidatures/{candidature}/documents").texte
    mail = une(portail, "select * from courriel where nature = 'desinscription'")
    assert mail["destinataire"] == DACK.courriel
    assert mail["sujet"] == "[CYCLADES] Vous êtes désinscrit (inscription 001)"
    assert "Arts de la broderie" in mail["texte"]
    evenement = une(portail, "select * from evenement where nature = 'desinscrite'")
    assert (evenement["compte_id"], evenement["detail"]) == (DACK.id, "version 1")


def test_le_gestionnaire_lit_encore_l_inscription_desinscrite(portail: Portail) -> None:
    candidature = inscrire(portail)
    portail.navigateur.post(f"/candidatures/{candidature}/desinscription")
    regine = portail.connecter(REGINE)
    liste = regine.get("/gestion/candidatures?etat=desinscrit")
    assert liste.lien("ACCRALL").endswith(candidature)
    dossier = regine.get(f"/gestion/candidatures/{candidature}")
    assert "Désinscrit par le candidat le 10/11/2026 à 14\u00a0h\u00a002" in dossier.texte
    assert "001" in dossier.texte
    assert "ACCRALL" not in regine.get("/gestion/candidatures?etat=inscrit").element("contenu").texte


def test_le_code_de_la_confirmation_dit_desinscrit(portail: Portail) -> None:
    candidature = inscrire(portail)
    code = une(portail, "select code from document where type = 'CONFIRMATION' or type = 'confirmation'")["code"]
    assert "Document valable" in portail.navigateur.get(f"/verifier/{code}").texte
    portail.navigateur.get(f"/candidatures/{candidature}/desinscription")
    portail.navigateur.envoyer(bouton="Me désinscrire")
    assert "Candidat désinscrit" in portail.navigateur.get(f"/verifier/{code}").texte


def test_envoyer_deux_fois_ne_desinscrit_qu_une_fois(portail: Portail) -> None:
    candidature = inscrire(portail)
    nav = portail.navigateur
    for _ in range(2):
        nav.post(f"/candidatures/{candidature}/desinscription")
    assert nav.suivre().h1 == "Vous êtes désinscrit(e)"
    assert len(lignes(portail.donnees, "select 1 from courriel where nature = 'desinscription'")) == 1
    assert len(lignes(portail.donnees, "select 1 from evenement where nature = 'desinscrite'")) == 1


async def test_dix_desinscriptions_en_parallele_n_en_font_qu_une(portail: Portail) -> None:
    candidature = inscrire(portail)
    database = Database(adresse_de(portail.donnees))
    try:
        version_id = await database.lire(version_active)
        assert version_id is not None
        reglement = await database.lire(reglement_de, version_id)
        await asyncio.gather(
            *(
                database.ecrire(
                    desinscrire,
                    DACK.id,
                    candidature,
                    reglement=reglement,
                    courrier=Message("s", "t", "h"),
                    maintenant=portail.horloge.instant,
                )
                for _ in range(10)
            )
        )
    finally:
        await database.fermer()
    assert etat(portail, candidature) == "desinscrit"
    assert len(lignes(portail.donnees, "select 1 from courriel where nature = 'desinscription'")) == 1
    assert len(lignes(portail.donnees, "select 1 from evenement where nature = 'desinscrite'")) == 1


@pytest.mark.parametrize("cloture", CLOTURES)
def test_une_seconde_avant_la_cloture_dack_se_desinscrit_encore(portail: Portail, cloture: datetime) -> None:
    candidature = a_l_heure(portail, cloture)
    portail.horloge.instant = cloture - SECONDE
    portail.navigateur.get(f"/candidatures/{candidature}/desinscription")
    portail.navigateur.envoyer(bouton="Me désinscrire")
    assert etat(portail, candidature) == "desinscrit"


@pytest.mark.parametrize("retard", [timedelta(0), SECONDE])
@pytest.mark.parametrize("cloture", CLOTURES)
def test_a_la_cloture_il_est_renvoye_au_service(portail: Portail, cloture: datetime, retard: timedelta) -> None:
    candidature = a_l_heure(portail, cloture)
    portail.horloge.instant = cloture - SECONDE
    portail.navigateur.get(f"/candidatures/{candidature}/desinscription")
    portail.horloge.instant = cloture + retard
    page = portail.navigateur.envoyer(bouton="Me désinscrire", statut=422)
    assert "Votre désinscription n’est pas enregistrée" in page.texte
    assert "seul le service des examens peut vous désinscrire" in page.texte
    assert "cap@toulouse.exemple.fr" in page.texte
    assert etat(portail, candidature) == "inscrit"
    assert not lignes(portail.donnees, "select 1 from courriel where nature = 'desinscription'")
    page = portail.navigateur.get(f"/candidatures/{candidature}/desinscription")
    assert page.h1 == "Vous ne pouvez pas vous désinscrire ici"
    assert not page.formulaires
    assert "Me désinscrire" not in portail.navigateur.get("/inscriptions").texte


def a_l_heure(portail: Portail, cloture: datetime) -> str:
    """Dack s'inscrit une heure avant une clôture déplacée."""
    fermer_le(portail, cloture - timedelta(days=20), cloture)
    portail.horloge.instant = cloture - timedelta(hours=1)
    return inscrire(portail)


def test_desinscrit_avant_la_cloture_il_l_est_encore_apres(portail: Portail) -> None:
    """Le second envoi d'un double clic, arrivé après la clôture, ne dit pas le contraire du premier."""
    candidature = inscrire(portail)
    portail.navigateur.post(f"/candidatures/{candidature}/desinscription")
    portail.horloge.avancer(days=30)
    portail.connecter(DACK).get("/aide")
    portail.navigateur.post(f"/candidatures/{candidature}/desinscription")
    assert portail.navigateur.suivre().h1 == "Vous êtes désinscrit(e)"


def test_un_scolaire_passe_par_son_etablissement(portail: Portail) -> None:
    candidature = inscrire(portail)
    contenu = une(portail, "select contenu from version_referentiel")["contenu"]
    scolaire = next(iter(re.findall(r'"code": ?"([A-Z_]*SCOLAIRE[A-Z_]*)"', contenu)))

    def acte(db: Session) -> None:
        version = db.query(VersionCandidature).one()
        db.execute(update(VersionCandidature).values(brouillon=version.brouillon | {"categorie": scolaire}))

    portail.ecrire(acte)
    page = portail.navigateur.get(f"/candidatures/{candidature}/desinscription")
    assert "C’est votre établissement qui vous a inscrit(e)" in page.texte
    assert "Me désinscrire" not in portail.navigateur.get("/inscriptions").texte
    portail.navigateur.post(f"/candidatures/{candidature}/desinscription", statut=422)
    assert etat(portail, candidature) == "inscrit"


def test_un_brouillon_ne_se_desinscrit_pas(portail: Portail) -> None:
    candidature = brouillon(portail)
    nav = portail.connecter(DACK)
    nav.get(f"/candidatures/{candidature}/desinscription", statut=404)
    nav.post(f"/candidatures/{candidature}/desinscription", statut=404)
    assert etat(portail, candidature) == "brouillon"


def test_se_reinscrire_prend_le_numero_suivant_et_repart_de_rien(portail: Portail) -> None:
    ancienne = inscrire(portail)
    changer(portail.navigateur, ancienne)
    nav = portail.navigateur
    nav.post(f"/candidatures/{ancienne}/desinscription")
    periode = une(portail, "select periode_id from candidature")["periode_id"]
    nav.post("/inscriptions/nouvelle", {"periode": periode})
    page = nav.suivre()
    assert page.h1 == "Identification"
    assert "15 voie verte" not in page.html
    nouvelle = str(nav.page.reponse.url).split("/")[4] if nav.page else ""
    assert nouvelle != ancienne
    assert "Aucun document pour cette candidature" in nav.get(f"/candidatures/{nouvelle}/documents").texte
    assert "Aucune pièce n’est encore demandée" in nav.get(f"/candidatures/{nouvelle}/pieces").texte
    nav.get(f"/candidatures/{nouvelle}/suppression")
    nav.envoyer(bouton="Supprimer")

    seconde = brouillon(portail)
    assert "002" in enregistrer(nav, seconde).texte
    numeros = lignes(portail.donnees, "select numero_inscription, etat from candidature order by numero_inscription")
    assert [(n["numero_inscription"], n["etat"].lower()) for n in numeros] == [
        ("001", "desinscrit"),
        ("002", "inscrit"),
    ]
    assert "Confirmation d’inscription" in nav.get(f"/candidatures/{ancienne}/documents").texte
