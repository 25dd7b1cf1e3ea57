"""Ouvert, fermé, dans combien de jours : à la seconde, et à travers les changements d'heure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.regles.calendrier import PARIS, EtatService, Periode, apres_jours, est_ouvert, etat, jours_avant_fermeture
from tests.unit.regles import situations

pytestmark = pytest.mark.regles

CAS = situations.lire_cas("clotures.toml")


@pytest.mark.parametrize("cas", CAS, ids=[cas["code"] for cas in CAS])
def test_le_service_est_dans_l_etat_que_dit_l_heure_de_paris(cas: dict[str, Any]) -> None:
    periode = Periode(cas["ouvre_le"], cas["ferme_le"])
    assert cas["article"].strip()
    assert etat(periode, cas["instant"]).value == cas["etat"]
    assert etat(periode, cas["instant"].astimezone(UTC)).value == cas["etat"]
    assert est_ouvert(periode, cas["instant"]) is (cas["etat"] == "ouvert")
    assert jours_avant_fermeture(periode, cas["instant"]) == cas["jours"]


def test_l_heure_qui_revient_en_octobre_ne_compte_pas_deux_fois() -> None:
    premiere = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    seconde = premiere.replace(fold=1)
    periode = Periode(premiere - timedelta(days=3), premiere.replace(minute=45))
    assert etat(periode, premiere) is EtatService.OUVERT
    assert etat(periode, seconde) is EtatService.FERME


def test_un_delai_en_jours_garde_l_heure_de_paris_au_changement_d_heure() -> None:
    vendredi = datetime(2026, 10, 23, 18, 0, tzinfo=PARIS)
    assert apres_jours(vendredi.astimezone(UTC), 7) == datetime(2026, 10, 30, 17, 0, tzinfo=UTC)
    assert apres_jours(datetime(2027, 3, 26, 17, 0, tzinfo=UTC), 7) == datetime(2027, 4, 2, 16, 0, tzinfo=UTC)


def test_une_periode_se_donne_en_instants_avec_fuseau() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        Periode(datetime(2026, 11, 1, 8, 0), datetime(2026, 11, 29, 18, 0, tzinfo=UTC))  # noqa: DTZ001 — la faute
    with pytest.raises(ValueError, match="ferme après"):
        Periode(datetime(2026, 11, 29, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
