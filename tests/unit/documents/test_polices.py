"""Les polices réduites : petites, renommées comme le veut leur licence, et refaites à l'identique par leur script."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # sans types

from app.documents.polices import DOSSIER, GRAS, REGULIER
from app.documents.polices.fabriquer import SOURCES, fabriquer

DEBIAN = Path("/usr/share/fonts/truetype/dejavu")


@pytest.mark.parametrize("police", [REGULIER, GRAS])
def test_une_police_est_petite_renommee_et_sait_ecrire_les_noms(police: Path) -> None:
    assert police.stat().st_size < 40_000
    with TTFont(police) as lue:
        noms = {nom.nameID: nom.toUnicode() for nom in lue["name"].names}
        interdits = ("Bitstream", "Vera", "Arev", "Tavmjong", "DejaVu")
        assert not [nom for cle, nom in noms.items() if cle and any(mot in nom for mot in interdits)]
        assert "Copyright (c) 2003 by Bitstream" in noms[0]
        assert set("ŒœŁłğÿŸÇéèêëàâäîïôöùûüñŞşČčŽžŐőẞđĐȘțəễ’«»…€°\u00a0\u2013□") <= {chr(c) for c in lue.getBestCmap()}


def test_la_licence_est_jointe() -> None:
    licence = (DOSSIER / "LICENCE.txt").read_text(encoding="utf-8")
    assert "Bitstream Vera Fonts Copyright" in licence
    assert "Arev Fonts Copyright" in licence


@pytest.mark.skipif(
    not all((DEBIAN / source).exists() for source, _ in SOURCES.values()), reason="sans le paquet fonts-dejavu-extra"
)
def test_le_script_refait_les_memes_glyphes(tmp_path: Path) -> None:
    fabriquer(DEBIAN, tmp_path)
    for police in (REGULIER, GRAS):
        with TTFont(police) as committee, TTFont(tmp_path / police.name) as refaite:
            assert refaite.getBestCmap() == committee.getBestCmap()
            assert refaite["hmtx"].metrics == committee["hmtx"].metrics
