"""Le fichier d'agenda d'une période : lisible par n'importe quel agenda, stable, sans fuseau à deviner."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from app.web.agenda import Evenement, calendrier
from tests.unit.accueil.conftest import MAINTENANT, Portail, paris

FERMETURE = Evenement(
    uid="fermeture-abc@cyclades",
    instant=paris(2026, 11, 29, 18),
    titre="Fermeture des inscriptions : CAP, juin 2027 ; Académie de La Réunion",
    texte="Les inscriptions ferment.\nAprès cette heure, rien n’est plus enregistré \\ gardé.",
    adresse="https://examens.exemple.fr/periodes?session=cap-2027-06&academie=28",
    rappel="Demain, fermeture des inscriptions",
)


def evenements(octets: bytes) -> list[icalendar.Event]:
    return [e for e in icalendar.Calendar.from_ical(octets).walk("VEVENT") if isinstance(e, icalendar.Event)]


def test_une_periode_se_met_a_l_agenda(portail: Portail) -> None:
    identifiant = portail.periode("28", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    page = portail.lire(f"/periodes/{identifiant}.ics")
    assert page.reponse.headers["content-type"] == "text/calendar; charset=utf-8"
    assert 'filename="inscription-cap-2027-06.ics"' in page.reponse.headers["content-disposition"]
    ouverture, fermeture = evenements(page.reponse.content)
    assert ouverture.decoded("dtstart") == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert fermeture.decoded("dtstart") == datetime(2026, 11, 29, 17, tzinfo=UTC)
    assert fermeture.decoded("dtstamp") == MAINTENANT
    titre = str(fermeture["summary"]).replace("\N{NO-BREAK SPACE}", " ")
    assert titre == "Fermeture des inscriptions : CAP, juin 2027, Académie de La Réunion"
    assert fermeture["url"] == "https://examens.exemple.fr/periodes?session=cap-2027-06&academie=28"


def test_le_rappel_sonne_la_veille(portail: Portail) -> None:
    identifiant = portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    octets = portail.lire(f"/periodes/{identifiant}.ics").reponse.content
    alarmes = [a for e in evenements(octets) for a in e.walk("VALARM")]
    assert [a.decoded("trigger") for a in alarmes] == [timedelta(days=-1)] * 2


def test_l_identifiant_ne_change_pas_quand_la_date_change(portail: Portail) -> None:
    identifiant = portail.periode("16", paris(2026, 11, 1, 8), paris(2026, 11, 29, 18))
    avant = evenements(portail.lire(f"/periodes/{identifiant}.ics").reponse.content)
    portail.instant = MAINTENANT + timedelta(days=1)
    apres = evenements(portail.lire(f"/periodes/{identifiant}.ics").reponse.content)
    assert [e["uid"] for e in avant] == [e["uid"] for e in apres]
    assert len({str(e["uid"]) for e in avant}) == 2
    assert [e.decoded("dtstamp") for e in apres] == [portail.instant] * 2


def test_les_textes_se_relisent_tels_quels() -> None:
    octets = calendrier((FERMETURE,), titre="Inscription", maintenant=MAINTENANT)
    (lu,) = evenements(octets)
    assert b"SUMMARY:Fermeture des inscriptions : CAP\\, juin 2027 \\; Acad" in octets
    assert str(lu["summary"]) == FERMETURE.titre
    assert str(lu["description"]) == FERMETURE.texte
    assert str(lu["url"]) == FERMETURE.adresse


def test_les_lignes_finissent_par_crlf_et_se_plient_a_75_octets() -> None:
    octets = calendrier((FERMETURE,), titre="é" * 200, maintenant=MAINTENANT)
    assert octets.endswith(b"END:VCALENDAR\r\n")
    lignes = octets.split(b"\r\n")
    assert not any(b"\n" in ligne or b"\r" in ligne for ligne in lignes)
    assert max(len(ligne) for ligne in lignes) == 75
    for ligne in lignes:
        ligne.decode()  # un caractère n'est jamais coupé en deux
    assert str(icalendar.Calendar.from_ical(octets)["x-wr-calname"]) == "é" * 200


@pytest.mark.parametrize(
    "mauvais", ["a\r\nATTACH:http://ailleurs.exemple", "a\nEND:VEVENT", "a\x0bb", "a\u2028b\x85c\x00"]
)
def test_un_texte_ne_peut_pas_commencer_une_ligne(mauvais: str) -> None:
    evenement = Evenement(mauvais, MAINTENANT, mauvais, mauvais, mauvais, mauvais)
    octets = calendrier((evenement,), titre=mauvais, maintenant=MAINTENANT)
    debuts = {ligne.split(b":")[0].split(b";")[0] for ligne in octets.split(b"\r\n") if ligne[:1] not in (b" ", b"")}
    assert b"ATTACH" not in debuts
    assert octets.split(b"\r\n").count(b"END:VEVENT") == 1
    assert len(evenements(octets)) == 1


def test_un_instant_sans_fuseau_est_refuse() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        calendrier((FERMETURE,), titre="Inscription", maintenant=datetime(2026, 11, 24, 14, 2))  # noqa: DTZ001 — c'est la faute voulue


@pytest.mark.parametrize(
    "adresse", ["/periodes/inconnue.ics", "/periodes/inconnue", "/periodes/.ics", "/periodes/%00.ics"]
)
def test_une_periode_inconnue_est_introuvable(portail: Portail, adresse: str) -> None:
    portail.lire(adresse, statut=404)
