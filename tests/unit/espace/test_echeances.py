"""« Mes échéances » : la page, le fichier d'agenda, l'adresse secrète."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.espace.models import AbonnementAgenda
from app.infra.clock import PARIS
from app.pieces.models import PieceDemandee
from app.referentiel.models import PeriodeInscription, RegimeConfirmation
from tests.instance import CHARLIE, DACK, DEBUT
from tests.unit.client import Navigateur, Page
from tests.unit.espace.conftest import URL, Portail
from tests.unit.espace.gestes import changer, inscrire


def lues(page: Page) -> list[str]:
    return [li.texte for li in page.arbre.tous("li") if li["class"] == "piece"]


def evenements(page: Page) -> list[icalendar.Event]:
    lu = icalendar.Calendar.from_ical(page.reponse.content)
    assert lu.errors == []
    return [e for e in lu.walk("VEVENT") if isinstance(e, icalendar.Event)]


def adresse_d_abonnement(page: Page) -> str:
    valeur = page.element("adresse-agenda")["value"]
    assert valeur.startswith(f"{URL}/calendrier/")
    return valeur.removeprefix(URL)


def test_un_brouillon_a_une_echeance_et_le_candidat_sait_quoi_faire(portail: Portail):
    candidature_id = portail.commencer()
    page = portail.connecter(DACK).get("/echeances")
    assert page.h1 == "Mes échéances"
    (ligne,) = lues(page)
    assert "Clôture des inscriptions dans 20\xa0jours 30/11/2026 à 18\xa0h (heure de Paris)" in ligne
    assert "CAP, juin 2027, Académie de Toulouse" in ligne
    assert "À vous\xa0: finir l’inscription" in ligne
    assert page.lien("Reprendre mon inscription") == f"/candidatures/{candidature_id}"


def test_sans_candidature_la_page_dit_quoi_faire(portail: Portail):
    portail.commencer(CHARLIE)
    page = portail.connecter(DACK).get("/echeances")
    assert lues(page) == []
    assert "Aucune échéance à venir" in page.texte
    assert page.lien("Mes inscriptions") == "/inscriptions"


def test_les_echeances_sont_dans_l_ordre_et_disent_qui_agit(portail: Portail):
    inscrire(portail)
    cloture, pieces = lues(portail.navigateur.get("/echeances"))
    assert "À vous, si besoin\xa0: modifier votre inscription, ou vous désinscrire." in cloture
    assert "Fin de l’envoi des pièces dans 41\xa0jours 21/12/2026 à 18\xa0h" in pieces
    assert "À vous\xa0: fournir 5 pièces justificatives." in pieces


def test_des_modifications_pas_enregistrees_se_voient(portail: Portail):
    candidature_id = inscrire(portail)
    changer(portail.navigateur, candidature_id)
    cloture, _ = lues(portail.navigateur.get("/echeances"))
    assert "À vous\xa0: enregistrer vos modifications. Sans cela, la version 1 reste valable." in cloture


@pytest.mark.parametrize("regime", RegimeConfirmation)
def test_sans_piece_demandee_seule_une_confirmation_papier_est_a_renvoyer(portail: Portail, regime: RegimeConfirmation):
    inscrire(portail)

    def acte(db: Session) -> None:
        db.execute(update(PeriodeInscription).values(regime_confirmation=regime))
        db.execute(update(PieceDemandee).values(retiree_le=DEBUT))

    portail.ecrire(acte)
    _, *pieces = lues(portail.navigateur.get("/echeances"))
    papier = regime is RegimeConfirmation.PAPIER
    assert ["À vous\xa0: envoyer la confirmation d’inscription signée." in ligne for ligne in pieces] == [True] * papier


def test_l_heure_d_outre_mer_est_a_cote_de_celle_de_paris(portail: Portail):
    portail.commencer(academie="28")
    page = portail.connecter(DACK).get("/echeances")
    assert "10/12/2026 à 18\xa0h (heure de Paris), 21\xa0h à La Réunion" in lues(page)[0]
    (evenement,) = evenements(portail.navigateur.get("/echeances.ics"))
    assert "soit 21\xa0h à La Réunion" in str(evenement["description"])


@pytest.mark.parametrize(
    ("jours", "heures", "delai"),
    [(7, 0, "dans 7\xa0jours"), (1, 0, "demain"), (0, 1, "aujourd’hui"), (0, 17, "demain")],
)
def test_le_delai_se_compte_en_jours_de_paris(portail: Portail, jours: int, heures: int, delai: str):
    portail.commencer()
    cloture = datetime(2026, 11, 30, 9, tzinfo=PARIS)
    portail.ecrire(lambda db: db.execute(update(PeriodeInscription).values(ferme_le=cloture)))
    portail.horloge.instant = (cloture - timedelta(days=jours, hours=heures)).astimezone(UTC)
    assert f"Clôture des inscriptions {delai} 30/11/2026" in lues(portail.connecter(DACK).get("/echeances"))[0]


def test_une_cloture_a_minuit_se_lit_la_veille_a_23_h_59(portail: Portail):
    portail.commencer()
    minuit = datetime(2026, 12, 1, tzinfo=PARIS)
    portail.ecrire(lambda db: db.execute(update(PeriodeInscription).values(ferme_le=minuit)))
    navigateur = portail.connecter(DACK)
    assert "30/11/2026 à 23\xa0h\xa059" in lues(navigateur.get("/echeances"))[0]
    carte = navigateur.get("/inscriptions").texte
    assert "avant le 30/11/2026 à 23\xa0h\xa059 (heure de Paris)" in carte
    assert "à 0\xa0h (heure" not in carte


def test_apres_la_cloture_un_brouillon_dit_a_qui_ecrire(portail: Portail):
    portail.commencer()
    portail.horloge.instant = datetime(2026, 11, 30, 17, tzinfo=UTC)
    page = portail.connecter(DACK).get("/echeances")
    assert "Aucune échéance à venir" in page.texte
    (ligne,) = lues(page)
    assert "Ce brouillon n’est pas enregistré. Contactez" in ligne
    assert "cap@toulouse.exemple.fr" in ligne


def test_le_fichier_d_agenda_se_relit_et_ne_nomme_personne(portail: Portail):
    candidature_id = inscrire(portail)
    page = portail.navigateur.get("/echeances.ics")
    assert page.reponse.headers["content-disposition"] == 'attachment; filename="mes-echeances.ics"'
    assert page.reponse.headers["cache-control"] == "no-store"
    cloture, pieces = evenements(page)
    assert cloture.decoded("dtstart") == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert pieces.decoded("dtstart") == datetime(2026, 12, 21, 17, tzinfo=UTC)
    assert cloture["uid"] == f"cloture-{candidature_id}@cyclades"
    assert str(cloture["url"]) == f"{URL}/echeances"
    for personnel in (DACK.nom, DACK.prenoms, DACK.numero_candidat, DACK.courriel, "voie verte"):
        assert personnel.lower() not in page.html.lower()


def test_l_adresse_secrete_se_lit_sans_session_et_suit_les_dates(portail: Portail):
    portail.commencer()
    navigateur = portail.connecter(DACK)
    navigateur.get("/echeances")
    navigateur.envoyer(bouton="Créer mon adresse d’abonnement")
    adresse = adresse_d_abonnement(navigateur.suivre())
    assert adresse_d_abonnement(navigateur.get("/echeances")) == adresse, "la page la remontre"
    portail.connecter(None)
    (avant,) = evenements(navigateur.get(adresse))
    repoussee = datetime(2026, 12, 5, 18, tzinfo=PARIS)
    portail.ecrire(lambda db: db.execute(update(PeriodeInscription).values(ferme_le=repoussee)))
    (apres,) = evenements(navigateur.get(adresse))
    assert apres["uid"] == avant["uid"]
    assert apres.decoded("dtstart") == repoussee


def test_la_base_ne_contient_ni_l_adresse_ni_de_quoi_la_refaire_seule(portail: Portail):
    navigateur = _abonner(portail)
    secret = adresse_d_abonnement(navigateur.get("/echeances")).removeprefix("/calendrier/").removesuffix(".ics")
    assert len(secret) == 43, "256 bits"
    fichiers = [f for f in portail.donnees.iterdir() if f.name.startswith("cyclades.db")]
    assert not any(secret.encode() in f.read_bytes() for f in fichiers)
    (portail.donnees / "cle").chmod(0o600)
    portail.navigateur.client.app.state.cle = b"\1" * 32  # la base restaurée sur une autre instance
    portail.connecter(DACK)
    page = navigateur.get("/echeances")
    assert page.arbre.par_id("adresse-agenda") is None
    assert "Créer mon adresse d’abonnement" in page.texte


def test_changer_l_adresse_rend_l_ancienne_muette(portail: Portail):
    navigateur = _abonner(portail)
    ancienne = adresse_d_abonnement(navigateur.get("/echeances"))
    navigateur.envoyer(bouton="Changer cette adresse")
    nouvelle = adresse_d_abonnement(navigateur.suivre())
    assert nouvelle != ancienne
    navigateur.get(ancienne, statut=404)
    navigateur.get(nouvelle)


def test_supprimer_l_adresse_la_rend_muette(portail: Portail):
    navigateur = _abonner(portail)
    ancienne = adresse_d_abonnement(navigateur.get("/echeances"))
    navigateur.envoyer(rang=1, bouton="Supprimer cette adresse")
    assert "Créer mon adresse d’abonnement" in navigateur.suivre().texte
    navigateur.get(ancienne, statut=404)
    portail.ecrire(lambda db: _assert_vide(db.scalars(select(AbonnementAgenda)).all()))


@pytest.mark.parametrize("fichier", ["inconnu.ics", ".ics", "inconnu", "%00.ics", "%ff.ics", "é.ics"])
def test_une_adresse_inconnue_est_introuvable(portail: Portail, fichier: str):
    portail.connecter(None).get(f"/calendrier/{fichier}", statut=404)


def test_charlie_ne_lit_rien_de_dack(portail: Portail):
    candidature_id = portail.commencer()
    charlie = portail.connecter(CHARLIE)
    assert candidature_id not in charlie.get("/echeances").html
    assert candidature_id not in charlie.get("/echeances.ics").html


@pytest.mark.parametrize("adresse", ["/echeances", "/echeances.ics"])
def test_sans_session_il_faut_se_connecter(portail: Portail, adresse: str):
    page = portail.connecter(None).get(adresse, statut=303)
    assert page.adresse.startswith("/connexion?suite=")


def test_lire_ne_cree_pas_d_adresse(portail: Portail):
    portail.connecter(DACK).get("/echeances")
    portail.ecrire(lambda db: _assert_vide(db.scalars(select(AbonnementAgenda)).all()))


def _abonner(portail: Portail) -> Navigateur:
    portail.commencer()
    navigateur = portail.connecter(DACK)
    navigateur.get("/echeances")
    navigateur.envoyer(bouton="Créer mon adresse d’abonnement")
    return navigateur


def _assert_vide(lignes: Any) -> None:
    assert lignes == []
