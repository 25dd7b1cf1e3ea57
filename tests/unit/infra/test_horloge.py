from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from app.infra.clock import en_paris, jour_de_paris, maintenant


def test_maintenant_est_en_utc_et_le_sait():
    with time_machine.travel(datetime(2026, 11, 24, 11, 0, tzinfo=UTC), tick=False):
        assert maintenant() == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
        assert maintenant().tzinfo is UTC


@pytest.mark.parametrize(
    ("utc", "paris"),
    [
        ("2026-11-24T11:00", "2026-11-24T12:00:00+01:00"),
        ("2026-07-14T22:30", "2026-07-15T00:30:00+02:00"),
        # 29 mars 2026, passage à l'heure d'été : 2 h 00 devient 3 h 00.
        ("2026-03-29T00:59", "2026-03-29T01:59:00+01:00"),
        ("2026-03-29T01:00", "2026-03-29T03:00:00+02:00"),
        # 25 octobre 2026, retour à l'heure d'hiver : 2 h 30 existe deux fois.
        ("2026-10-25T00:30", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T01:30", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_un_instant_se_montre_a_l_heure_de_paris(utc: str, paris: str):
    assert en_paris(datetime.fromisoformat(utc).replace(tzinfo=UTC)).isoformat() == paris


def test_le_jour_est_celui_de_paris_pas_celui_d_utc():
    assert jour_de_paris(datetime(2026, 12, 24, 23, 30, tzinfo=UTC)) == date(2026, 12, 25)
    assert jour_de_paris(datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert jour_de_paris(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == date(2026, 7, 1)


@pytest.mark.parametrize(("jour", "heures"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-24", 24)])
def test_un_jour_de_paris_dure_ce_que_dit_le_changement_d_heure(jour: str, heures: int):
    debut = datetime.fromisoformat(jour).replace(tzinfo=UTC) - timedelta(hours=3)
    instants = (debut + timedelta(minutes=m) for m in range(30 * 60))
    minutes = sum(jour_de_paris(instant).isoformat() == jour for instant in instants)
    assert minutes == heures * 60


def test_un_instant_naif_est_refuse():
    with pytest.raises(ValueError, match="timezone-aware"):
        en_paris(datetime(2026, 11, 24))  # noqa: DTZ001 — c'est la faute qu'on veut voir refusée
