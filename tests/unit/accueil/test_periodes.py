"""« Périodes d'inscription » : choisir, lire les heures de Paris et d'ailleurs, savoir si c'est ouvert."""

from datetime import datetime

import pytest

from tests.unit.accueil.conftest import Portail, paris
from tests.unit.arbre import Element
from tests.unit.client import Page

INSECABLE = "\N{NO-BREAK SPACE}"


def ligne(page: Page, nom: str) -> dict[str, str]:
    """La ligne d'une académie : intitulé de colonne → texte."""
    for rang in page.arbre.tous("tr"):
        if any(cellule.texte == nom for cellule in rang.tous("th")):
            return {cellule["data-th"]: cellule.texte.replace(INSECABLE, " ") for cellule in rang.tous("td")}
    raise AssertionError(f"{nom} n’est pas au tableau")


def choisie(page: Page, champ: str) -> str:
    options = list(page.element(champ).tous("option"))
    retenue: Element = next((o for o in options if "selected" in o.attributs), options[0])
    return retenue.texte.replace(INSECABLE, " ")


def test_une_periode_ouverte_montre_ses_dates_et_les_jours_qui_restent(portail: Portail) -> None:
    identifiant = portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    page = portail.lire("/periodes")
    assert ligne(page, "Académie de Toulouse") == {
        "Ouverture": "01/11/2026 à 8 h",
        "Fermeture": "29/11/2026 à 18 h",
        "État": "Ouverte, 5 jours",
        "Rappel": "Agenda (.ics) : Académie de Toulouse",
    }
    assert page.lien("Agenda") == f"/periodes/{identifiant}.ics"
    assert page.element("resultats").texte == f"CAP, juin 2027{INSECABLE}: 1 période"


@pytest.mark.parametrize(
    ("instant", "etat"),
    [
        (paris(2026, 11, 1, 7, 59, 59), "Pas encore ouverte"),
        (paris(2026, 11, 1, 8), "Ouverte, 28 jours"),
        (paris(2026, 11, 27, 23, 59, 59), "Ouverte, 2 jours"),
        (paris(2026, 11, 28, 0), "Ferme demain"),
        (paris(2026, 11, 29, 0), "Ferme aujourd’hui"),
        (paris(2026, 11, 29, 17, 59, 59), "Ferme aujourd’hui"),
        (paris(2026, 11, 29, 18), "Fermée"),
    ],
)
def test_l_etat_se_compte_en_jours_de_paris(portail: Portail, instant: datetime, etat: str) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    portail.instant = instant
    assert ligne(portail.lire("/periodes?session=cap-2027-06"), "Académie de Toulouse")["État"] == etat


def test_un_service_qui_ferme_a_minuit_ferme_le_jour_qui_finit(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 30))
    portail.instant = paris(2026, 11, 29, 12)
    assert ligne(portail.lire("/periodes"), "Académie de Toulouse")["État"] == "Ferme aujourd’hui"


def test_une_periode_fermee_n_a_plus_de_rappel(portail: Portail) -> None:
    portail.periode("12", paris(2026, 10, 5, 8), paris(2026, 11, 20, 17))
    assert "Rappel" not in ligne(portail.lire("/periodes?session=cap-2027-06"), "Académie de Nancy-Metz")


@pytest.mark.parametrize(
    ("academie", "nom", "ouverture"),
    [
        ("32", "Académie de la Guadeloupe", "02/11/2026 à 13 h 8 h en Guadeloupe"),
        ("33", "Académie de la Guyane", "02/11/2026 à 13 h 9 h en Guyane"),
        ("28", "Académie de La Réunion", "02/11/2026 à 13 h 16 h à La Réunion"),
        ("43", "Académie de Mayotte", "02/11/2026 à 13 h 15 h à Mayotte"),
        ("41", "Vice-rectorat de Polynésie française", "02/11/2026 à 13 h 2 h en Polynésie française"),
        ("40", "Vice-rectorat de Nouvelle-Calédonie", "02/11/2026 à 13 h 23 h en Nouvelle-Calédonie"),
        ("E-ES", f"Centre à l’étranger{INSECABLE}: Espagne", "02/11/2026 à 13 h"),
        ("E-GB", f"Centre à l’étranger{INSECABLE}: Royaume-Uni", "02/11/2026 à 13 h 12 h au Royaume-Uni"),
        ("27", "Académie de Corse", "02/11/2026 à 13 h"),
    ],
)
def test_l_heure_locale_se_lit_la_ou_elle_differe(portail: Portail, academie: str, nom: str, ouverture: str) -> None:
    portail.periode(academie, paris(2026, 11, 2, 13), paris(2026, 12, 4, 22))
    assert ligne(portail.lire("/periodes"), nom)["Ouverture"] == ouverture


def test_l_heure_locale_dit_son_jour_quand_ce_n_est_pas_celui_de_paris(portail: Portail) -> None:
    portail.periode("33", paris(2026, 11, 2, 13), paris(2026, 12, 4, 2))
    fermeture = ligne(portail.lire("/periodes"), "Académie de la Guyane")["Fermeture"]
    assert fermeture == "04/12/2026 à 2 h 03/12/2026 à 22 h en Guyane"


def test_outre_mer_le_changement_d_heure_de_paris_change_l_heure_locale(portail: Portail) -> None:
    """La Guadeloupe n'a pas d'heure d'été : 13 h à Paris y est 7 h en été, 8 h en hiver."""
    portail.periode("32", paris(2026, 10, 24, 13), paris(2026, 10, 26, 13))
    portail.instant = paris(2026, 10, 24, 14)
    lue = ligne(portail.lire("/periodes"), "Académie de la Guadeloupe")
    assert lue["Ouverture"] == "24/10/2026 à 13 h 7 h en Guadeloupe"
    assert lue["Fermeture"] == "26/10/2026 à 13 h 8 h en Guadeloupe"


def test_au_maroc_l_heure_locale_ne_parait_que_la_ou_elle_differe(portail: Portail) -> None:
    """Le Maroc a toute l'année l'heure de Paris en hiver, hors du ramadan ; en été, une heure de moins."""
    portail.periode("E-MA", paris(2026, 9, 1, 9), paris(2026, 12, 1, 17))
    lue = ligne(portail.lire("/periodes"), f"Centre à l’étranger{INSECABLE}: Maroc")
    assert lue["Ouverture"] == "01/09/2026 à 9 h 8 h au Maroc"
    assert lue["Fermeture"] == "01/12/2026 à 17 h"


@pytest.mark.parametrize(
    ("instant", "etat"),
    [
        # Le 25 octobre 2026, il est deux fois 2 h 30 à Paris : le service ferme à la seconde des deux.
        (datetime.fromisoformat("2026-10-25T00:30:00+00:00"), "Ferme aujourd’hui"),
        (datetime.fromisoformat("2026-10-25T01:29:59+00:00"), "Ferme aujourd’hui"),
        (datetime.fromisoformat("2026-10-25T01:30:00+00:00"), "Fermée"),
    ],
)
def test_l_heure_qui_revient_ne_ferme_pas_deux_fois(portail: Portail, instant: datetime, etat: str) -> None:
    portail.periode("16", paris(2026, 10, 1, 8), datetime.fromisoformat("2026-10-25T01:30:00+00:00"))
    portail.instant = instant
    page = portail.lire("/periodes?session=cap-2027-06")
    assert ligne(page, "Académie de Toulouse")["État"] == etat
    assert ligne(page, "Académie de Toulouse")["Fermeture"] == "25/10/2026 à 2 h 30"


def test_les_jours_restants_ignorent_le_changement_d_heure(portail: Portail) -> None:
    """Du 28 au 29 mars 2027 il n'y a que 23 heures : le 27 au soir, il reste deux jours."""
    portail.periode("16", paris(2027, 3, 1, 8), paris(2027, 3, 29, 0, 30))
    portail.instant = paris(2027, 3, 27, 23, 45)
    assert ligne(portail.lire("/periodes"), "Académie de Toulouse")["État"] == "Ouverte, 2 jours"


def test_l_adresse_se_partage(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    portail.periode("28", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    page = portail.lire("/periodes?domaine=examens&session=cap-2027-06&academie=28")
    assert choisie(page, "academie") == "Académie de La Réunion"
    assert choisie(page, "session") == "CAP, juin 2027"
    assert [rang.texte for rang in page.arbre.tous("th") if rang["scope"] == "row"] == ["Académie de La Réunion"]


def test_sans_choix_la_session_est_celle_ou_l_on_peut_s_inscrire(portail: Portail) -> None:
    portail.periode("16", paris(2025, 11, 1, 8), paris(2025, 11, 29, 18), session_examen_id="cap-2026-06")
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    assert choisie(portail.lire("/periodes"), "session") == "CAP, juin 2027"


def test_le_formulaire_marche_sans_javascript(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    formulaire = portail.lire("/periodes").formulaires[0]
    assert formulaire["method"] == "get"
    assert formulaire["action"] == "/periodes"
    assert [champ["name"] for champ in formulaire.tous("select")] == ["domaine", "session", "academie"]


def test_aucun_service_n_est_ouvert_se_dit_avec_la_prochaine_ouverture(portail: Portail) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18), session_examen_id="cap-2026-06")
    portail.periode("28", paris(2026, 12, 7, 9), paris(2027, 1, 8, 17))
    page = portail.lire("/periodes?session=cap-2026-06&academie=28")
    assert page.element("resultats").texte == "Aucun service n’est ouvert"
    attendu = "Prochaine ouverture : CAP, juin 2027, Académie de La Réunion, le 07/12/2026 à 9 h (heure de Paris)."
    assert attendu in page.texte.replace(INSECABLE, " ")


def test_une_periode_a_venir_annonce_son_ouverture(portail: Portail) -> None:
    portail.periode("28", paris(2026, 12, 7, 9), paris(2027, 1, 8, 17))
    page = portail.lire("/periodes?academie=28")
    assert ligne(page, "Académie de La Réunion")["État"] == "Pas encore ouverte"
    assert "Prochaine ouverture" in page.texte


def test_l_avis_public_et_le_contact_du_service_se_lisent(portail: Portail) -> None:
    avis = "Clôture repoussée de trois jours."
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18), avis_public=avis)
    page = portail.lire("/periodes?academie=16")
    assert avis in page.texte
    assert page.lien("examens@exemple.fr") == "mailto:examens@exemple.fr"
    assert "05 00 00 00 00" in page.texte
    assert "31000 Toulouse" in page.texte


@pytest.mark.parametrize(
    "requete",
    [
        "session=inconnue",
        "domaine=concours&session=cap-2027-06",
        "academie=99",
        "academie=%00",
        "academie=%ED%A0%80&session=%FF%FE",
        "session=" + "9" * 5_000,
        "academie='%20OR%201=1--",
        "session=cap-2027-06&session=autre&academie[]=16",
        "academie=<script>alert(1)</script>",
        "=&==&&;;%&%%%zz",
        "&".join(f"a{n}=1" for n in range(500)),
    ],
)
def test_une_adresse_abimee_se_lit_sans_panne(portail: Portail, requete: str) -> None:
    portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    page = portail.lire(f"/periodes?{requete}")
    assert page.h1 == "Périodes d’inscription"
    assert "<script>alert" not in page.html
